"""Consistency of the money of a text: payments against the budget, benefits in return for patronage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from partnerships.charter.terms import Terms

# Source: practice of the tax office on patronage, not a figure of the law.
MAX_RETURN_PERCENT: Final = 25

type Trouble = Literal["too_little", "too_much", "nobody_pays", "promised_otherwise", "gives_back_too_much"]


class BudgetFinding(NamedTuple):
    """An inconsistency: of which party (a code, or ""), which line, and two amounts in cents."""

    trouble: Trouble
    party: str = ""
    label: str = ""
    actual_minor: int = 0
    expected_minor: int = 0


class Totals(NamedTuple):
    """Sums of a budget in cents; `vat` is all VAT, `cost` includes only the VAT that is borne."""

    without_vat: int
    vat: int
    with_vat: int
    cost: int
    scheduled: int


def totals(terms: Terms) -> Totals:
    """Return the sums of the budget and of the payments."""
    return Totals(
        without_vat=sum(each.amount_minor for each in terms.budget),
        vat=sum(each.vat_minor for each in terms.budget),
        with_vat=sum(each.with_vat_minor for each in terms.budget),
        cost=sum(each.cost_minor for each in terms.budget),
        scheduled=sum(each.amount_minor for each in terms.payments),
    )


def findings(terms: Terms, sides: Mapping[str, str]) -> list[BudgetFinding]:
    """Return the inconsistencies, payers in order; `sides`: code of a party -> its side.

    The payments of a company must equal its cash contribution; an association may spend its own cash without
    a payment.
    """
    findings_ = [
        BudgetFinding("nobody_pays", label=payment.label, actual_minor=payment.amount_minor)
        for payment in terms.payments
        if payment.payer_key is None
    ]
    for code, side in sides.items():
        paid = sum(each.amount_minor for each in terms.payments if each.payer_key == code)
        cash = cash_of(terms, code)
        if (side == "company" or paid) and paid != cash:
            trouble: Trouble = "too_little" if paid < cash else "too_much"
            findings_.append(BudgetFinding(trouble, party=code, actual_minor=paid, expected_minor=cash))
    return findings_ + _commitment_findings(terms, sides) + _return_findings(terms, sides)


def cash_of(terms: Terms, code: str) -> int:
    """Return the cash contribution of one party in cents, without the broker's fees."""
    lines = (line for line in terms.budget if line.payer_key == code and line.contribution == "cash")
    return sum(line.cost_minor for line in lines)


def given_by(terms: Terms, code: str) -> int:
    """Return the contribution of one party, in cash and in kind, in cents."""
    return sum(each.cost_minor for each in terms.budget if each.payer_key == code)


def _commitment_findings(terms: Terms, sides: Mapping[str, str]) -> list[BudgetFinding]:
    # The amounts of commitments may include contributions in kind or not.
    findings_ = []
    for code in sides:
        promised = sum(each.amount_minor or 0 for each in terms.commitments if each.party_key == code)
        given = given_by(terms, code)
        if promised and promised not in (cash_of(terms, code), given):
            findings_.append(
                BudgetFinding("promised_otherwise", party=code, actual_minor=promised, expected_minor=given)
            )
    return findings_


def _return_findings(terms: Terms, sides: Mapping[str, str]) -> list[BudgetFinding]:
    if terms.regulation is None or terms.regulation.kind != "patronage":
        return []
    findings_ = []
    for code in (code for code, side in sides.items() if side == "company"):
        returned = sum(each.amount_minor for each in terms.counterparts if each.party_key == code)
        limit = given_by(terms, code) * MAX_RETURN_PERCENT
        if returned * 100 > limit:
            findings_.append(
                BudgetFinding(
                    "gives_back_too_much", party=code, actual_minor=returned, expected_minor=limit // 100
                )
            )
    return findings_
