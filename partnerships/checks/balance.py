"""What each side brings: a gap is no fault, but it must be wanted and explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from partnerships.charter.terms import Terms


@dataclass(frozen=True, kw_only=True)
class Weight:
    """What one side brings; money in cents, the broker's fees counted as money."""

    commitments: int
    cash_minor: int
    in_kind_minor: int
    hours: int


def weights(terms: Terms, sides: Mapping[str, str]) -> dict[str, Weight]:
    """Return what each side brings, by side; `sides`: from the code of a party to its side."""
    return {
        side: _weight(terms, {code for code, of_side in sides.items() if of_side == side})
        for side in dict.fromkeys(sides.values())
    }


def _weight(terms: Terms, codes: set[str]) -> Weight:
    promises = [each for each in terms.commitments if each.party_key in codes]
    lines = [each for each in terms.budget if each.payer_key in codes]
    fees = sum(each.amount_minor for each in terms.fees if each.payer_key in codes)
    return Weight(
        commitments=len(promises),
        cash_minor=fees + sum(each.cost_minor for each in lines if each.contribution == "cash"),
        in_kind_minor=sum(each.cost_minor for each in lines if each.contribution == "in_kind"),
        hours=sum(each.hours or 0 for each in promises),
    )


def full_cost_minor(terms: Terms) -> int:
    """Return all the money, given or paid, that the action costs, in cents."""
    lines = sum(each.cost_minor for each in terms.budget)
    return lines + sum(each.amount_minor for each in terms.fees)
