"""Whether the money of a text adds up: payments against the budget, what patronage gives back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from partnerships.charter.terms import Terms

# Source: usage of the tax office on patronage, not a figure of the law.
MOST_GIVEN_BACK_PERCENT: Final = 25

type Trouble = Literal["too_little", "too_much", "nobody_pays", "promised_otherwise", "gives_back_too_much"]


class Finding(NamedTuple):
    """What does not add up: for which party (a code, or ""), which line, and two amounts in cents."""

    trouble: Trouble
    party: str = ""
    label: str = ""
    found_minor: int = 0
    wanted_minor: int = 0


class Totals(NamedTuple):
    """A budget added up, in cents; `vat` is all of it, `cost` counts only that which is borne."""

    without_vat: int
    vat: int
    with_vat: int
    cost: int
    scheduled: int


def totals(terms: Terms) -> Totals:
    """Return the sums of the budget, and of the payments."""
    return Totals(
        without_vat=sum(each.amount_minor for each in terms.budget),
        vat=sum(each.vat_minor for each in terms.budget),
        with_vat=sum(each.with_vat_minor for each in terms.budget),
        cost=sum(each.cost_minor for each in terms.budget),
        scheduled=sum(each.amount_minor for each in terms.payments),
    )


def findings(terms: Terms, sides: Mapping[str, str]) -> list[Finding]:
    """Return what does not add up, payers in order; `sides`: from the code of a party to its side.

    A company pays all the cash it brings; an association may spend its own without paying anybody.
    """
    found = [
        Finding("nobody_pays", label=payment.label, found_minor=payment.amount_minor)
        for payment in terms.payments
        if payment.payer_key is None
    ]
    for code, side in sides.items():
        paid = sum(each.amount_minor for each in terms.payments if each.payer_key == code)
        brought = cash_of(terms, code)
        if (side == "company" or paid) and paid != brought:
            trouble: Trouble = "too_little" if paid < brought else "too_much"
            found.append(Finding(trouble, party=code, found_minor=paid, wanted_minor=brought))
    return found + _promised(terms, sides) + _given_back(terms, sides)


def cash_of(terms: Terms, code: str) -> int:
    """Return the money that one party brings to the action, in cents, the broker's fees apart."""
    lines = (each for each in terms.budget if each.payer_key == code and each.contribution == "cash")
    return sum(each.cost_minor for each in lines)


def given_by(terms: Terms, code: str) -> int:
    """Return what one party gives, in money and in kind, in cents."""
    return sum(each.cost_minor for each in terms.budget if each.payer_key == code)


def _promised(terms: Terms, sides: Mapping[str, str]) -> list[Finding]:
    # An amount promised may count the money alone, or what is given in kind with it.
    found = []
    for code in sides:
        promised = sum(each.amount_minor or 0 for each in terms.commitments if each.party_key == code)
        given = given_by(terms, code)
        if promised and promised not in (cash_of(terms, code), given):
            found.append(Finding("promised_otherwise", party=code, found_minor=promised, wanted_minor=given))
    return found


def _given_back(terms: Terms, sides: Mapping[str, str]) -> list[Finding]:
    if terms.regulation is None or terms.regulation.kind != "patronage":
        return []
    found = []
    for code in (code for code, side in sides.items() if side == "company"):
        back = sum(each.amount_minor for each in terms.counterparts if each.party_key == code)
        most = given_by(terms, code) * MOST_GIVEN_BACK_PERCENT
        if back * 100 > most:
            found.append(
                Finding("gives_back_too_much", party=code, found_minor=back, wanted_minor=most // 100)
            )
    return found
