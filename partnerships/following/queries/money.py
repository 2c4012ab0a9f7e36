"""Payments of a case with what each side promised, and of an organisation over all its cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import QuerySet
from django.http import Http404
from django.utils.timezone import get_default_timezone, localdate

from accounts.models import Organisation
from partnerships.charter.snapshot import CharterSnapshot, from_json
from partnerships.lifecycle import Case
from partnerships.models import Charter, Partnership, Party, Payment


class PaymentState(StrEnum):
    """Where a payment stands."""

    TO_COME = "to_come"
    DUE = "due"
    PAID = "paid"  # the payer says so
    RECEIVED = "received"
    UNPAID = "unpaid"  # the case ended before
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class FollowedPayment:
    """One payment; `may_pay`, `may_receive`: what the reader may say of it."""

    payment: Payment
    state: PaymentState
    may_pay: bool = False
    may_receive: bool = False


@dataclass(frozen=True, kw_only=True)
class Sums:
    """Sums in cents; `paid` includes what is received, `due` is not paid yet."""

    promised: int = 0
    due: int = 0
    paid: int = 0
    received: int = 0


@dataclass(frozen=True, kw_only=True)
class PartyMoney:
    """What one party brings, in cents: cash of the signed budget, with the VAT it bears, and its payments."""

    party: Party
    budget: int
    sums: Sums


@dataclass(frozen=True, kw_only=True)
class CaseMoney:
    """The payments of a case and, for each party that brings cash, its sums."""

    payments: Sequence[FollowedPayment]
    parties: Sequence[PartyMoney]


@dataclass(frozen=True, kw_only=True)
class PaymentRow:
    """One payment in the list of a year; `others`: names of the other parties of the case."""

    payment: Payment
    state: PaymentState
    others: Sequence[str]


def state_of(payment: Payment) -> PaymentState:
    """Return the state of a row of `with_due`."""
    if payment.cancelled_at:
        return PaymentState.CANCELLED
    if payment.declared_at:
        return PaymentState.RECEIVED if payment.received_at else PaymentState.PAID
    if payment.is_over:  # type: ignore[attr-defined]
        return PaymentState.UNPAID
    return PaymentState.DUE if payment.is_due else PaymentState.TO_COME  # type: ignore[attr-defined]


def case_money(partnership: Partnership, *, answering_party: Party | None) -> CaseMoney:
    """Return the payments of a case and the sums of each party against the signed budget. 3 queries."""
    is_open = partnership.state in (Case.ACTIVE, Case.REVIEW)
    own = answering_party if is_open else None
    rows = [_followed(payment, own) for payment in _payments(partnership)]
    budget = _budget(partnership)
    parties = partnership.parties.select_related("organisation").order_by("rank")
    money = [
        PartyMoney(party=party, budget=budget.get(party.code, 0), sums=sums_of(rows, party))
        for party in parties
    ]
    return CaseMoney(payments=rows, parties=[each for each in money if each.budget or each.sums.promised])


def payment_row(
    partnership: Partnership, payment_id: int, *, answering_party: Party | None
) -> FollowedPayment:
    """Return one payment of the case. Raises Http404. 1 query."""
    payment = _payments(partnership).filter(pk=payment_id).first()
    if payment is None:
        raise Http404
    is_open = partnership.state in (Case.ACTIVE, Case.REVIEW)
    return _followed(payment, answering_party if is_open else None)


def sums_of(rows: Sequence[FollowedPayment], party: Party) -> Sums:
    """Return the sums of the payments of a party."""
    own = [(row.payment.amount_minor, row.state) for row in rows if row.payment.payer_id == party.pk]
    return _sums(own)


def organisation_money(organisation: Organisation) -> Sums:
    """Return the sums over all cases of an organisation, of `payments_of`. 2 queries."""
    return sums_of_rows(payments_of(organisation))


def sums_of_rows(rows: Sequence[PaymentRow]) -> Sums:
    """Return the sums of listed payments."""
    return _sums([(row.payment.amount_minor, row.state) for row in rows])


def payments_of(organisation: Organisation, year: int | None = None) -> list[PaymentRow]:
    """Return the payments of the cases of an organisation, those of one year alone if given. 2 queries.

    A payment is of the year in which it was paid, else of that of its milestone, else of that of its charter.
    A company has those it pays; an association all.
    """
    rows = Payment.objects.with_due().filter(
        partnership__parties__organisation=organisation, cancelled_at=None
    )
    if organisation.side == "company":
        rows = rows.filter(payer__organisation=organisation)
    related = ("payer__organisation", "milestone", "partnership", "charter", "declared_by", "proof")
    listed = rows.select_related(*related).prefetch_related("partnership__parties__organisation")
    return [
        PaymentRow(
            payment=payment,
            state=state_of(payment),
            others=[
                party.organisation.name
                for party in payment.partnership.parties.all()
                if party.organisation_id != organisation.pk
            ],
        )
        for payment in listed.order_by("partnership__reference", "pk")
        if year in (None, year_of(payment).year)
    ]


def year_of(payment: Payment) -> date:
    """Return the day by whose year a payment is listed."""
    if payment.paid_on:
        return payment.paid_on
    if payment.milestone:
        return payment.milestone.due_date
    return localdate(payment.charter.frozen_at, get_default_timezone())


def _payments(partnership: Partnership) -> QuerySet[Payment]:
    related = ("payer__organisation", "milestone", "declared_by", "received_by", "proof")
    rows = Payment.objects.with_due().filter(partnership=partnership)
    return rows.select_related(*related).order_by("cancelled_at", "pk")


def _followed(payment: Payment, party: Party | None) -> FollowedPayment:
    state = state_of(payment)
    is_payer = party is not None and payment.payer_id == party.pk
    return FollowedPayment(
        payment=payment,
        state=state,
        may_pay=is_payer and state in (PaymentState.TO_COME, PaymentState.DUE),
        may_receive=party is not None and not is_payer and state == PaymentState.PAID,
    )


def _sums(amounts: Sequence[tuple[int, PaymentState]]) -> Sums:
    def total(*states: PaymentState) -> int:
        return sum(amount for amount, state in amounts if state in states)

    return Sums(
        promised=total(*(state for state in PaymentState if state != PaymentState.CANCELLED)),
        due=total(PaymentState.DUE),
        paid=total(PaymentState.PAID, PaymentState.RECEIVED),
        received=total(PaymentState.RECEIVED),
    )


def _budget(partnership: Partnership) -> dict[str, int]:
    """Return the cash that each party brings in the signed text in force, in cents, by its code. 1 query."""
    signed = Charter.objects.filter(partnership=partnership, voided=None, roadmap__state="signed")
    charter = signed.order_by("-roadmap__edition").first()
    if charter is None:
        return {}
    return signed_cash(from_json(bytes(charter.canonical_json)))


def signed_cash(text: CharterSnapshot) -> dict[str, int]:
    """Return the cash that each party brings in a signed text, in cents, with the VAT that it bears."""
    cash: dict[str, int] = {}
    for line in text.budget:
        if line.contribution == "cash":
            cash[line.payer_key] = cash.get(line.payer_key, 0) + line.cost_minor
    return cash
