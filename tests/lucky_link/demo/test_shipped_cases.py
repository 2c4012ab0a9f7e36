"""The shipped cases after their last redraft: what a freeze would refuse, without playing them."""

from __future__ import annotations

import re
from copy import replace
from datetime import date

import pytest

from lucky_link.demo import reader
from lucky_link.demo.case_file import CaseFile, ClauseRecord
from lucky_link.demo.cast import CASES
from lucky_link.demo.clause_terms import tables_of, terms_of
from lucky_link.demo.reader import InvalidFile
from lucky_link.demo.references import clause_numbers, with_markers
from partnerships.charter import terms as charter_terms
from partnerships.charter.terms import Terms
from partnerships.charter.texts import Heading
from partnerships.checks import budget, citations, completeness
from partnerships.checks import risk as risk_checks
from partnerships.checks.completeness import ClauseFact, CompletenessFacts, PartyFact
from partnerships.drafting.queries.headings import REQUIRED_HEADINGS

TODAY = date(2026, 3, 2)
SIDES = {"A": "association", "E": "company"}


def read(name: str) -> CaseFile:
    return reader.read(CASES / f"{name}.toml", CaseFile)


def final_clauses(case: CaseFile) -> list[tuple[ClauseRecord, Terms]]:
    """Return each clause after its last redraft, with its terms."""
    clauses = [(clause, terms_of(clause, TODAY)) for clause in case.clauses]
    for redraft in case.redrafts:
        clause, terms = clauses[redraft.clause - 1]
        clauses[redraft.clause - 1] = (
            replace(clause, body=redraft.body),
            replace(terms, **tables_of(redraft)),
        )
    return clauses


def unaccepted_risks(case: CaseFile) -> list[str]:
    """Return the blocking risks of the final text that the file does not accept after the last redraft."""
    last = {redraft.clause: redraft.round for redraft in case.redrafts}
    accepted = {(risk.clause, risk.rule) for risk in case.keeps if risk.round >= last.get(risk.clause, 0)}
    return [
        f"clause {number}: {finding.code}, {finding.words}"
        for number, (clause, terms) in enumerate(final_clauses(case), 1)
        for finding in risk_checks.findings(clause.body, risk_checks.text_of(terms))
        if risk_checks.RULES[finding.code].stops and (number, finding.code) not in accepted
    ]


def missing_items(case: CaseFile) -> list[str]:
    """Return the codes of the mandatory items that the final text lacks."""
    clauses = final_clauses(case)
    facts = CompletenessFacts(
        title=case.title,
        parties=tuple(PartyFact(code=code, side=side, has_signatory=True) for code, side in SIDES.items()),
        clauses=tuple(
            ClauseFact(
                heading=Heading[clause.heading],
                text=f"{clause.title}.\n\n{clause.body}\n\n{risk_checks.text_of(terms)}",
                responsible=clause.responsible,
            )
            for clause, terms in clauses
        ),
        terms=charter_terms.together(terms for _clause, terms in clauses),
    )
    return [result.item.code for result in completeness.judge(facts) if result.stops]


@pytest.mark.parametrize("name", ["P1", "P2", "P5"])
def test_a_shipped_text_can_be_frozen_after_its_last_redraft(name: str) -> None:
    case = read(name)
    whole = charter_terms.together(terms for _clause, terms in final_clauses(case))
    assert missing_items(case) == []
    assert unaccepted_risks(case) == []
    assert set(REQUIRED_HEADINGS) <= {Heading[clause.heading] for clause in case.clauses}
    assert not [*citations.unknown_milestones(whole, whole), *citations.unknown_expectations(whole, whole)]
    assert budget.findings(whole, SIDES) == []


@pytest.mark.parametrize("name", ["P1", "P2"])
def test_the_clauses_of_a_shipped_text_cite_each_other(name: str) -> None:
    case = read(name)
    numbers = [number for clause, _terms in final_clauses(case) for number in clause_numbers(clause.body)]
    assert len(set(numbers)) >= 3
    assert with_markers("Voir la {clause 2}.", {2: "{clause:ab12}"}) == "Voir la {clause:ab12}."


def test_the_text_of_p2_is_not_sound_before_its_last_redraft() -> None:
    """Without its last round, the same text fails the two tests above."""
    case = read("P2")
    early = replace(case, redrafts=tuple(redraft for redraft in case.redrafts if redraft.round < 3))
    assert "A18" in missing_items(early)
    assert unaccepted_risks(replace(early, keeps=()))


@pytest.mark.parametrize(
    ("original", "replacement", "reason"),
    [
        ("({clause 9})", "({clause 10})", "clause 10 does not stand before this one"),
        ("inscrits à la {clause 10}", "inscrits à la {clause 40}", "there is no clause 40"),
        ('["A means 1"]', '["A means 2"]', "nobody files 'A means 2'"),
        ('["A means 1"]', '["B means 1"]', "nobody files 'B means 1'"),
        ("round = 3\nclause = 10\nbody", "round = 3\nclause = 9\nbody", "clause 9 carries no budget"),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused(original: str, replacement: str, reason: str) -> None:
    text = (CASES / "P2.toml").read_text(encoding="utf-8")
    assert original in text
    with pytest.raises(InvalidFile, match=reason):
        reader.parse(text.replace(original, replacement), CaseFile, "P2.toml")


@pytest.mark.parametrize(
    ("name", "original", "replacement", "reason"),
    [
        (
            "P1",
            'label = "À la signature"\npaid',
            'label = "Jamais"\npaid',
            "'Jamais' is none of À la signature",
        ),
        ("P1", "paid = -30", "paid = 3", "day 3 has not come"),
        ("P1", "paid = -118", "paid = -150", "day -150 is not after the charter is countersigned"),
        ("P1", "received = -28", "received = -31", "received before it is paid"),
        ("P1", 'milestone = "J4"\nasked', 'milestone = "J40"\nasked', "'J40' is none of J1, J2"),
        ("P1", "until = 11", "until = -10", "J4 is due on day -10: no later day"),
        ("P1", 'milestone = "J4"\nasked', 'milestone = "J3"\nasked', "J3 is done on day -51"),
        ("P1", "asked = -88\n", "asked = -89\n", "the questionnaire before it runs until day -88"),
        ("P1", "A = [4, 3, 2,", "A = [4, 3,", "A gives 10 scores from 1 to 5"),
        ("P1", "A = [4, 3, 2,", "A = [4, 3, 6,", "A gives 10 scores from 1 to 5"),
        (
            "P1",
            "answered = { A = -18, E = -17 }",
            "answered = { A = -18 }",
            "both parties, A .association. and E",
        ),
        (
            "P1",
            "answered = { A = -18, E = -17 }",
            "answered = { A = -20, E = -17 }",
            "answered after the day",
        ),
        (
            "P1",
            'question = "limits"\nasked = -20',
            'question = "evaluation"\nasked = -20',
            "day -20 is not after the review starts",
        ),
        ("P5", 'commitment = "EE3"', 'commitment = "EE9"', "'EE9' is no commitment of a party: EA1, EA2"),
        ("P5", "day = -49", "day = -44", "day -44 is after the review starts, on day -45"),
        ("P5", "accepted = -91", "accepted = -94", "accepted before it is asked"),
        ("P5", ", done_day = -130", "", "milestones are open: J4"),
        ("P5", 'item = "AA5", choice = "partly"', 'item = "AA6", choice = "partly"', "'AA6' is none of AA1"),
        ("P5", 'choice = "partly"', 'choice = "maybe"', "'maybe' is none of met, partly, not_met"),
        ("P5", 'reason = "27 adhésions sur les 40 attendues."', 'reason = ""', "AA5: partly needs a reason"),
        ("P5", 'question = "evaluation"', 'question = "limits"', "neither a questionnaire .evaluation. nor"),
        ("P5", "review = -45\n", "", "a case is closed after its review"),
    ],
)
def test_what_cannot_follow_the_signature_is_refused(
    name: str, original: str, replacement: str, reason: str
) -> None:
    text = (CASES / f"{name}.toml").read_text(encoding="utf-8")
    assert original in text
    with pytest.raises(InvalidFile, match=reason) as error:
        reader.parse(text.replace(original, replacement, 1), CaseFile, f"{name}.toml")
    assert re.search(rf"{name}\.toml, line \d+: .*{reason}", str(error.value))
