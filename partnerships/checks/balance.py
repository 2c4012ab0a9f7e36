"""Contributions of each side: an imbalance is allowed, but must be intended and explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from partnerships.charter.terms import Terms


@dataclass(frozen=True, kw_only=True)
class Weight:
    """Contribution of one side; money in cents, the broker's fees counted as money."""

    commitments: int
    cash_minor: int
    in_kind_minor: int
    hours: int


def weights(terms: Terms, sides: Mapping[str, str]) -> dict[str, Weight]:
    """Return side -> its contribution; `sides`: code of a party -> its side."""
    return {
        side: _weight(terms, {code for code, of_side in sides.items() if of_side == side})
        for side in dict.fromkeys(sides.values())
    }


def _weight(terms: Terms, codes: set[str]) -> Weight:
    commitments = [commitment for commitment in terms.commitments if commitment.party_key in codes]
    lines = [line for line in terms.budget if line.payer_key in codes]
    fees = sum(fee.amount_minor for fee in terms.fees if fee.payer_key in codes)
    return Weight(
        commitments=len(commitments),
        cash_minor=fees + sum(line.cost_minor for line in lines if line.contribution == "cash"),
        in_kind_minor=sum(line.cost_minor for line in lines if line.contribution == "in_kind"),
        hours=sum(commitment.hours or 0 for commitment in commitments),
    )


def full_cost_minor(terms: Terms) -> int:
    """Return the full cost of the action, in kind contributions and fees included, in cents."""
    lines = sum(each.cost_minor for each in terms.budget)
    return lines + sum(each.amount_minor for each in terms.fees)
