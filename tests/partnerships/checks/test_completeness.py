"""What a text must say: each item by its four levels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest

from partnerships.charter import terms as charter_terms
from partnerships.charter.terms import Terms
from partnerships.charter.texts import BudgetLineText, CommitmentText, ExpectationText, Heading, MilestoneText
from partnerships.checks import completeness, risk
from partnerships.checks.completeness import ClauseFact, CompletenessFacts, Level, PartyFact
from partnerships.drafting.library_file import shipped_clauses
from tests import wording

EMPTY = CompletenessFacts(title="", parties=(), clauses=(), terms=Terms())
PARTIES = (
    PartyFact(code="A", side="association", has_signatory=True),
    PartyFact(code="E", side="company", has_signatory=True),
)


def level(code, facts=EMPTY, **changes):
    return {each.item.code: each.level for each in completeness.judge(replace(facts, **changes))}[code]


def test_a_mandatory_item_blocks_a_text_until_it_is_full():
    for item in completeness.ITEMS.values():
        for is_mandatory in (True, False):
            stopping = {
                each
                for each in Level
                if completeness.JudgedItem(
                    item=item, level=each, is_mandatory=is_mandatory, is_doubtful=False
                ).stops
            }
            assert stopping == ({Level.MISSING, Level.PARTIAL} if is_mandatory else set())


def saying(heading, *words):
    return tuple(ClauseFact(heading=heading, text=text) for text in words)


def test_the_rules_are_twenty_two_and_nothing_unsure_is_mandatory():
    assert list(completeness.ITEMS) == [f"A{number}" for number in range(1, 23)]
    assert [
        each.code for each in completeness.ITEMS.values() if each.is_mandatory and not each.is_certain
    ] == []
    for item in completeness.ITEMS.values():
        assert all(
            (
                item.source,
                item.say("", "fr"),
                item.say("", "en"),
                item.say("hint_", "fr"),
                item.say("hint_", "en"),
            )
        )


def test_an_empty_text_lacks_every_mandatory_item_that_matters():
    judged = completeness.judge(EMPTY)
    assert completeness.score(judged) == (0, 20)
    assert {each.item.code for each in judged if each.level == Level.NOT_RELEVANT} == {"A9", "A15"}
    assert {each.item.code for each in judged if each.stops} == {
        code for code, item in completeness.ITEMS.items() if item.is_mandatory
    } - {"A9", "A15"}


def test_the_text_of_the_tests_can_be_frozen():
    text = wording.text(date(2026, 1, 1), 1)
    facts = CompletenessFacts(
        title="Voyager",
        parties=PARTIES,
        clauses=tuple(
            ClauseFact(
                heading=heading, text=f"{words.body}\n\n{risk.text_of(words.terms)}", responsible=responsible
            )
            for heading, responsible, words in text
        ),
        terms=charter_terms.together(words.terms for _heading, _party, words in text),
    )
    assert [each.item.code for each in completeness.judge(facts) if each.stops] == []


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("A3", "budget-subvention"),
        ("A3", "budget-mecenat"),
        ("A10", "mention-soutien"),
        ("A11", "codes-applicables"),
        ("A16", "logo"),
        ("A18", "non-exclusivite"),
        ("A19", "publication-annuelle"),
    ],
)
def test_the_clause_of_the_library_fulfils_its_item_in_both_languages(code, key):
    clause = next(each for each in shipped_clauses() if each.key == key)
    for words in (clause.french, clause.english):
        assert level(code, clauses=saying(clause.heading, words.body)) == Level.FULL


def test_independence_and_no_promotion_are_two_halves():
    library = {each.key: each for each in shipped_clauses()}
    for language in ("french", "english"):
        free = getattr(library["independance"], language).body
        silent = getattr(library["non-promotion"], language).body
        assert level("A17", clauses=saying(Heading.INDEPENDENCE, free)) == Level.PARTIAL
        assert level("A17", clauses=saying(Heading.INDEPENDENCE, free, silent)) == Level.FULL


def test_a_heading_without_the_expected_words_is_partial():
    body = "L’association s’interdit toute action avec un concurrent. L’exclusivité dure deux ans."
    assert level("A18", clauses=saying(Heading.INDEPENDENCE, body)) == Level.PARTIAL
    assert level("A18", clauses=saying(Heading.DISPUTES, body)) == Level.MISSING


@pytest.mark.parametrize(
    ("code", "partial", "full"),
    [
        ("A5", {"clauses": saying(Heading.PRECISE_ACTION, "a")}, {"clauses": saying(Heading.PRECISE_ACTION, "a") + saying(Heading.PATIENT_BENEFIT, "b")}),
        ("A6", {"clauses": (ClauseFact(heading=Heading.LIMITS, text="a", responsible="A"),)}, {"terms": Terms(commitments=tuple(CommitmentText(code=f"E{code}", party_key=code, text="a") for code in "AE"))}),
        ("A12", {"parties": (PARTIES[0], replace(PARTIES[1], has_signatory=False))}, {"parties": PARTIES}),
        ("A20", {"terms": Terms(expectations=(ExpectationText(code="AA1", party_key="A", text="a"),))}, {"terms": Terms(expectations=tuple(ExpectationText(code=f"A{code}1", party_key=code, text="a") for code in "AE"))}),
        ("A22", {"clauses": saying(Heading.TERM, "a")}, {"clauses": saying(Heading.TERM, "a") + saying(Heading.DISPUTES, "a") + saying(Heading.FOLLOW_UP, "a")}),
    ],
)  # fmt: skip
def test_some_criteria_are_partial_and_all_are_full(code, partial, full):
    known = replace(EMPTY, parties=PARTIES)
    nobody = tuple(replace(each, has_signatory=False) for each in PARTIES)
    assert level(code, known, parties=nobody) == Level.MISSING
    assert level(code, known, **partial) == Level.PARTIAL
    assert level(code, known, **full) == Level.FULL


def test_a_calendar_has_milestones_and_an_end():
    step = MilestoneText(code="J1", title="a", owner="A", due_date=date(2026, 1, 1))
    assert level("A7", terms=Terms(milestones=(step,))) == Level.PARTIAL
    assert level("A7", terms=Terms(milestones=(step,), ends_on=date(2026, 2, 1))) == Level.FULL
    assert (
        level("A7", terms=Terms(milestones=(step,)), clauses=saying(Heading.TERM, "Dix mois.")) == Level.FULL
    )
    assert level("A21", terms=Terms(milestones=(step, replace(step, indicator="b")))) == Level.PARTIAL


def test_funding_is_counted_or_stated_to_be_absent():
    line = BudgetLineText(label="a", payer_key="E", amount_minor=100)
    gift = BudgetLineText(label="b", payer_key="A", amount_minor=0, contribution="in_kind")
    assert [level(code, terms=Terms(budget=(line,))) for code in ("A8", "A14", "A9")] == [
        "full",
        "full",
        "none",
    ]
    assert level("A9", terms=Terms(budget=(gift,))) == Level.FULL
    without = saying(Heading.BUDGET, "L’action se fait sans financement.")
    assert [level(code, clauses=without) for code in ("A8", "A14")] == ["none", "none"]
    assert level("A8", clauses=saying(Heading.BUDGET, "On verra.")) == Level.PARTIAL


@dataclass(frozen=True)
class Regulation:
    object_code: str = ""
    event_organiser: str = ""
    event_name: str = ""
    event_date: date | None = None
    event_place: str = ""


@dataclass(frozen=True, kw_only=True)
class RegulatedTerms(Terms):
    regulation: Regulation = Regulation()


def test_a_named_event_must_be_described_completely():
    assert level("A15", terms=RegulatedTerms()) == Level.NOT_RELEVANT
    named = Regulation(object_code="mecenat", event_name="Peau et travail")
    assert level("A15", terms=RegulatedTerms(regulation=named)) == Level.PARTIAL
    whole = replace(named, event_organiser="A", event_date=date(2026, 1, 1), event_place="Strasbourg")
    assert level("A15", terms=RegulatedTerms(regulation=whole)) == Level.FULL
    assert [level(code, terms=RegulatedTerms(regulation=named)) for code in ("A3", "A13")] == ["full", "full"]


def declaring(*answers):
    companies = tuple(
        PartyFact(code=f"E{rank}", side="company", has_signatory=True, declares=each)
        for rank, each in enumerate(answers)
    )
    facts = replace(EMPTY, parties=(PARTIES[0], *companies))
    return next(each for each in completeness.judge(facts) if each.item.code == "A13")


def test_the_purpose_is_mandatory_when_a_company_declares():
    assert [declaring(*each).stops for each in (["yes"], ["no", "yes"], ["unknown", "yes"])] == [True] * 3
    doubtful = declaring("no", "unknown")
    assert (doubtful.level, doubtful.stops, doubtful.is_doubtful) == (Level.MISSING, False, True)
    assert doubtful.item.say("doubt_", "fr").startswith("Aucune entreprise")
    assert declaring("no", "no").level == Level.NOT_RELEVANT


@pytest.mark.parametrize(
    "words",
    [
        *("Sans objet", "Sans objet.", "Clause sans objet", "Néant", "Not applicable."),
        *("Sans objet pour cette action.", "Cette rubrique est sans objet.", "Rien à signaler."),
        *("Ne s’applique pas à ce partenariat.", "Not applicable to this action.", "À définir"),
    ],
)
@pytest.mark.parametrize("heading", [Heading.FOLLOW_UP, Heading.DISPUTES, Heading.TERM])
def test_disputes_exit_and_follow_up_are_never_without_object(heading, words):
    written = {
        other: saying(other, f"Titre.\n\n{words if other == heading else 'Les parties se réunissent.'}\n\n")
        for other in (Heading.FOLLOW_UP, Heading.DISPUTES, Heading.TERM)
    }
    clauses = sum(written.values(), ())
    assert level("A22", clauses=clauses) == Level.PARTIAL
    elsewhere = saying(
        Heading.BROKER_ROLE, "Le passeur suit l’action, un désaccord lui est écrit, on peut quitter."
    )
    assert level("A22", clauses=clauses + elsewhere) == Level.PARTIAL
    assert level("A22", clauses=elsewhere) == Level.FULL
    assert completeness.ITEMS["A22"].is_mandatory
