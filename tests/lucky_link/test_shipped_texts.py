"""The shipped cases read to their last redraft: what a freezing would refuse, without playing them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lucky_link import casereader
from lucky_link.casecites import cited, marked
from lucky_link.casefile import BadCaseFile, CaseFile, Clause
from lucky_link.caseterms import tables_of, terms_of
from lucky_link.demonstration import people
from partnerships.charter import terms as charter_terms
from partnerships.charter.terms import Terms
from partnerships.charter.texts import Heading
from partnerships.checks import budget, citations, completeness, risk
from partnerships.checks.completeness import ClauseFact, CompletenessFacts, PartyFact
from partnerships.drafting.queries.drafting import NEEDED

TODAY = date(2026, 3, 2)
SIDES = {"A": "association", "E": "company"}


def read(name: str) -> CaseFile:
    return casereader.read(people.HERE / "cases" / f"{name}.toml")


def ended(case: CaseFile) -> list[tuple[Clause, Terms]]:
    """Return each clause as the last redraft leaves it, with its tables."""
    text = [(each, terms_of(each, TODAY)) for each in case.clauses]
    for redraft in case.redrafts:
        clause, terms = text[redraft.clause - 1]
        text[redraft.clause - 1] = (
            replace(clause, body=redraft.body),
            replace(terms, **tables_of(redraft)),
        )
    return text


def unanswered(case: CaseFile) -> list[str]:
    """Return the risks of the last text that stop it and that nobody keeps on purpose after its redraft."""
    last = {each.clause: each.round for each in case.redrafts}
    kept = {(each.clause, each.rule) for each in case.keeps if each.round >= last.get(each.clause, 0)}
    return [
        f"clause {number}: {found.code}, {found.words}"
        for number, (clause, terms) in enumerate(ended(case), 1)
        for found in risk.findings(clause.body, risk.text_of(terms))
        if risk.RULES[found.code].stops and (number, found.code) not in kept
    ]


def lacking(case: CaseFile) -> list[str]:
    text = ended(case)
    facts = CompletenessFacts(
        title=case.title,
        parties=tuple(PartyFact(code=code, side=side, has_signatory=True) for code, side in SIDES.items()),
        clauses=tuple(
            ClauseFact(
                heading=Heading[clause.heading],
                text=f"{clause.title}.\n\n{clause.body}\n\n{risk.text_of(terms)}",
                responsible=clause.responsible,
            )
            for clause, terms in text
        ),
        terms=charter_terms.together(terms for _clause, terms in text),
    )
    return [each.item.code for each in completeness.judge(facts) if each.stops]


@pytest.mark.parametrize("name", ["P1", "P2"])
def test_a_shipped_text_can_be_frozen_after_its_last_redraft(name: str) -> None:
    case = read(name)
    whole = charter_terms.together(terms for _clause, terms in ended(case))
    assert lacking(case) == []
    assert unanswered(case) == []
    assert set(NEEDED) <= {Heading[each.heading] for each in case.clauses}
    assert not [*citations.unknown_milestones(whole, whole), *citations.unknown_expectations(whole, whole)]
    assert budget.findings(whole, SIDES) == []


@pytest.mark.parametrize("name", ["P1", "P2"])
def test_the_clauses_of_a_shipped_text_cite_each_other(name: str) -> None:
    case = read(name)
    numbers = [number for clause, _terms in ended(case) for number in cited(clause.body)]
    assert len(set(numbers)) >= 3
    assert marked("Voir la {clause 2}.", {2: "{clause:ab12}"}) == "Voir la {clause:ab12}."


def test_the_text_of_p2_is_not_sound_before_its_last_redraft() -> None:
    """What makes the two tests above fail: the same text, its last round left out."""
    case = read("P2")
    early = replace(case, redrafts=tuple(each for each in case.redrafts if each.round < 3))
    assert "A18" in lacking(early)
    assert unanswered(replace(early, keeps=()))


@pytest.mark.parametrize(
    ("instead_of", "written", "reason"),
    [
        ("({clause 9})", "({clause 10})", "clause 10 does not stand before this one"),
        ("inscrits à la {clause 10}", "inscrits à la {clause 40}", "there is no clause 40"),
        ('["A means 1"]', '["A means 2"]', "nobody files 'A means 2'"),
        ('["A means 1"]', '["B means 1"]', "nobody files 'B means 1'"),
        ("round = 3\nclause = 10\nbody", "round = 3\nclause = 9\nbody", "clause 9 carries no budget"),
    ],
)
def test_what_leads_nowhere_is_refused(instead_of: str, written: str, reason: str) -> None:
    text = (people.HERE / "cases" / "P2.toml").read_text(encoding="utf-8")
    assert instead_of in text
    with pytest.raises(BadCaseFile, match=reason):
        casereader.parse(text.replace(instead_of, written), CaseFile, "P2.toml")
