"""A text with every kind of clause and of row, every field filled, agreed and frozen by the real actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from partnerships.charter.references import marker
from partnerships.charter.regulation import RegulationText
from partnerships.charter.terms import Terms
from partnerships.charter.texts import BudgetLineText, CounterpartText, FeeText, Heading, LimitText
from partnerships.drafting.actions import clauses as drafting
from partnerships.lifecycle import Edition
from partnerships.models import Charter, Partnership
from partnerships.text import agreement
from tests import make
from tests.cast import Cast

BODY = """Premier alinéa, avec un renvoi : {reference}.

- une ligne de liste
- une autre, avec « guillemets »

1. d’abord
2. ensuite

☐ case à cocher
Dernière ligne, sans point"""
REGULATION = RegulationText(
    kind="service",
    object_code="autre",
    other_words="Un guide de voyage",
    advantage_code="don_fonctionnement",
    event_organiser="Maison des usagers",
    event_name="Journée d’écoute",
    event_date=date(2027, 5, 1),
    event_place="Villeurbanne",
    has_professionals=True,
)


def frozen(cast: Cast) -> tuple[Partnership, Charter]:
    """Return a case whose text has a clause under every heading and rows of every table, and its charter."""
    case = make.partnership(cast, until=Edition.DRAFTING)
    _fill_rows(case, cast)
    written = {clause.heading: clause for clause in agreement.clauses_of(make.roadmap(case))}
    reference = marker(written[Heading.BUDGET].key)
    for heading in Heading:
        if heading in written and heading != Heading.PRECISE_ACTION:
            continue
        drafting.add_clause(
            partnership_id=case.pk,
            broker=cast.nora,
            heading=heading,
            wording=drafting.Wording(
                title=f"Titre de la rubrique {heading.name.lower()}",
                body=BODY.format(reference=reference),
                plain_words=f"En peu de mots, comme à la {reference}.",
                terms=TERMS.get(heading, Terms()),
            ),
            responsible="A" if heading == Heading.RESULTS else "",
            at=make.NOON,
        )
    for state in make.PATH[2:5]:
        make.STEPS[state](case, cast, 0, make.NOON)
    return case, make.charter(case)


TERMS = {
    Heading.TRANSPARENCY: Terms(transparency_object="Partenariat", regulation=REGULATION, publication=True),
    Heading.TERM: Terms(starts_on=date(2026, 4, 1), ends_on=date(2027, 12, 31)),
}


def _expectations(terms: Terms) -> Terms:
    day = make.NOON.date() + timedelta(days=20)
    rows = [replace(row, indicator=row.indicator or "présence", by_date=day) for row in terms.expectations]
    return replace(terms, expectations=tuple(rows))


def _limits(terms: Terms) -> Terms:
    return replace(
        terms, limits=(*terms.limits, LimitText(code="L2", text="Aucun recrutement.", party_key="A"))
    )


def _commitments(terms: Terms) -> Terms:
    rows = [
        replace(
            row,
            plain_words="Dit simplement.",
            hours=row.hours or 12,
            amount_minor=row.amount_minor or 99,
        )
        for row in terms.commitments
    ]
    return replace(terms, commitments=tuple(rows))


def _milestones(terms: Terms) -> Terms:
    first, *others = terms.milestones
    return replace(terms, milestones=(first, *(replace(row, depends_on=first.code) for row in others)))


def _fees(terms: Terms) -> Terms:
    return replace(terms, fees=(*terms.fees, FeeText(payer_key="E", label="Frais", amount_minor=12_345)))


def _money(terms: Terms) -> Terms:
    line = BudgetLineText(label="Salle", payer_key="E", amount_minor=10_000, vat="borne", vat_permille=200)
    recovered = replace(line, label="Relecture", amount_minor=20_001, vat="recovered", vat_permille=55)
    benefit = CounterpartText(label="Mention du soutien", party_key="E", amount_minor=60_050)
    return replace(terms, budget=(*terms.budget, line, recovered), counterparts=(benefit,))


# Fill every field of the rows of the smallest text, and add the rows that it lacks.
FILLED: Final[dict[int, Callable[[Terms], Terms]]] = {
    Heading.EXPECTATIONS: _expectations,
    Heading.LIMITS: _limits,
    Heading.ASSOCIATION_COMMITMENTS: _commitments,
    Heading.COMPANY_COMMITMENTS: _commitments,
    Heading.MILESTONES: _milestones,
    Heading.BROKER_ROLE: _fees,
    Heading.BUDGET: _money,
}


def _fill_rows(case: Partnership, cast: Cast) -> None:
    for clause in agreement.clauses_of(make.roadmap(case)):
        current = clause.current
        if current is None:
            raise AssertionError(clause.pk)
        if clause.heading not in FILLED:
            continue
        wording = drafting.wording_of(current)
        terms = FILLED[clause.heading](wording.terms)
        drafting.revise_clause(
            clause_id=clause.pk,
            broker=cast.nora,
            seen_number=current.number,
            wording=replace(wording, terms=terms),
            reason="",
            at=make.NOON,
        )
