"""The tables of a written clause as the product keeps them, its days as dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TypedDict, cast

from lucky_link.casefile import Clause, Redraft, Regulation
from partnerships.charter.regulation import RegulationText
from partnerships.charter.terms import Terms
from partnerships.charter.texts import (
    BudgetLineText,
    CommitmentText,
    CounterpartText,
    ExpectationText,
    FeeText,
    LimitText,
    MilestoneText,
    PaymentText,
    RedLineText,
)


class Tables(TypedDict, total=False):
    """The tables that a redraft may give anew."""

    commitments: tuple[CommitmentText, ...]
    budget: tuple[BudgetLineText, ...]
    payments: tuple[PaymentText, ...]


def tables_of(told: Clause | Redraft) -> Tables:
    """Return the promises and the money that a clause or a redraft gives; a redraft may give none."""
    found = Tables(
        commitments=tuple(
            CommitmentText(
                code=c.code,
                party_key=c.party,
                text=c.text,
                hours=c.hours or None,
                amount_minor=c.amount * 100 or None,
                serves=c.serves,
            )
            for c in told.commitments
        ),
        budget=tuple(
            BudgetLineText(
                label=line.label,
                payer_key=line.payer,
                amount_minor=line.amount * 100,
                contribution="in_kind" if line.in_kind else "cash",
                vat=line.vat,
                vat_permille=line.vat_permille,
            )
            for line in told.budget
        ),
        payments=tuple(
            PaymentText(
                label=p.label,
                amount_minor=p.amount * 100,
                milestone_code=p.milestone or None,
                payer_key=p.payer or None,
            )
            for p in told.payments
        ),
    )
    return cast("Tables", {name: rows for name, rows in found.items() if rows})


def terms_of(clause: Clause, today: date) -> Terms:
    """Return the tables of a clause with its days as dates."""

    def day(number: int | None) -> date | None:
        return None if number is None else today + timedelta(days=number)

    return Terms(
        **tables_of(clause),
        expectations=tuple(
            ExpectationText(
                code=e.code,
                party_key=e.party,
                text=e.text,
                indicator=e.indicator,
                milestone_code=e.milestone or None,
            )
            for e in clause.expectations
        ),
        limits=tuple(LimitText(code=f"L{n}", text=text) for n, text in enumerate(clause.limits, 1)),
        red_lines=tuple(RedLineText(party_key=r.party, text=r.text) for r in clause.red_lines),
        milestones=tuple(
            MilestoneText(
                code=m.code,
                title=m.title,
                owner=m.owner,
                due_date=today + timedelta(days=m.day),
                indicator=m.indicator,
            )
            for m in clause.milestones
        ),
        fees=tuple(
            FeeText(payer_key=fee.payer, label=fee.label, amount_minor=fee.amount * 100)
            for fee in clause.fees
        ),
        starts_on=day(clause.starts_day),
        ends_on=day(clause.ends_day),
        transparency_object=clause.transparency_object,
        counterparts=tuple(
            CounterpartText(label=each.label, party_key=each.party, amount_minor=each.amount * 100)
            for each in clause.counterparts
        ),
        regulation=_regulation(clause.regulation, day) if clause.regulation else None,
    )


def _regulation(told: Regulation, day: Callable[[int | None], date | None]) -> RegulationText:
    return RegulationText(
        kind=told.kind,
        object_code=told.object,
        advantage_code=told.advantage,
        event_organiser=told.event_organiser,
        event_name=told.event_name,
        event_date=day(told.event_day),
        event_place=told.event_place,
    )
