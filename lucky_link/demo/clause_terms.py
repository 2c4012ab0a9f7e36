"""Convert the tables of a clause of a case file to the terms of the product, with dates for days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TypedDict, cast

from lucky_link.demo.case_file import ClauseRecord, Redraft, Regulation
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
    """The tables that a redraft may replace."""

    commitments: tuple[CommitmentText, ...]
    budget: tuple[BudgetLineText, ...]
    payments: tuple[PaymentText, ...]


def tables_of(source: ClauseRecord | Redraft) -> Tables:
    """Return the commitments, budget and payments of a clause or a redraft, without the empty ones."""
    tables = Tables(
        commitments=tuple(
            CommitmentText(
                code=commitment.code,
                party_key=commitment.party,
                text=commitment.text,
                hours=commitment.hours or None,
                amount_minor=commitment.amount * 100 or None,
                serves=commitment.serves,
            )
            for commitment in source.commitments
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
            for line in source.budget
        ),
        payments=tuple(
            PaymentText(
                label=payment.label,
                amount_minor=payment.amount * 100,
                milestone_code=payment.milestone or None,
                payer_key=payment.payer or None,
            )
            for payment in source.payments
        ),
    )
    return cast("Tables", {name: rows for name, rows in tables.items() if rows})


def terms_of(clause: ClauseRecord, today: date) -> Terms:
    """Return the terms of a clause; its days are counted from `today`."""

    def date_of(day: int | None) -> date | None:
        return None if day is None else today + timedelta(days=day)

    return Terms(
        **tables_of(clause),
        expectations=tuple(
            ExpectationText(
                code=expectation.code,
                party_key=expectation.party,
                text=expectation.text,
                indicator=expectation.indicator,
                milestone_code=expectation.milestone or None,
            )
            for expectation in clause.expectations
        ),
        limits=tuple(LimitText(code=f"L{n}", text=text) for n, text in enumerate(clause.limits, 1)),
        red_lines=tuple(RedLineText(party_key=line.party, text=line.text) for line in clause.red_lines),
        milestones=tuple(
            MilestoneText(
                code=milestone.code,
                title=milestone.title,
                owner=milestone.owner,
                due_date=today + timedelta(days=milestone.day),
                indicator=milestone.indicator,
            )
            for milestone in clause.milestones
        ),
        fees=tuple(
            FeeText(payer_key=fee.payer, label=fee.label, amount_minor=fee.amount * 100)
            for fee in clause.fees
        ),
        starts_on=date_of(clause.starts_day),
        ends_on=date_of(clause.ends_day),
        transparency_object=clause.transparency_object,
        publication=clause.publication,
        counterparts=tuple(
            CounterpartText(label=benefit.label, party_key=benefit.party, amount_minor=benefit.amount * 100)
            for benefit in clause.counterparts
        ),
        regulation=_regulation(clause.regulation, date_of) if clause.regulation else None,
    )


def _regulation(regulation: Regulation, date_of: Callable[[int | None], date | None]) -> RegulationText:
    return RegulationText(
        kind=regulation.kind,
        object_code=regulation.object,
        advantage_code=regulation.advantage,
        event_organiser=regulation.event_organiser,
        event_name=regulation.event_name,
        event_date=date_of(regulation.event_day),
        event_place=regulation.event_place,
    )
