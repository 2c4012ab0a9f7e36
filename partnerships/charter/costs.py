"""The money of the charter, added up for each party and in total."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from partnerships.charter import typography
from partnerships.charter.actors import Actor, actors
from partnerships.charter.snapshot import CharterSnapshot
from partnerships.charter.texts import ALL_PARTIES, BudgetLineText


@dataclass(frozen=True, kw_only=True)
class PartyShare:
    """Contribution of one party, in cents."""

    actor: Actor
    cash: int
    in_kind: int
    fees: int

    @property
    def total(self) -> int:
        return self.cash + self.in_kind + self.fees


def shares(charter: CharterSnapshot) -> tuple[PartyShare, ...]:
    """Return the contribution of each party, those that contribute nothing included."""
    actor_of = actors(charter)
    return tuple(
        PartyShare(
            actor=actor_of[party.key],
            cash=_budgeted(charter, party.key, "cash"),
            in_kind=_budgeted(charter, party.key, "in_kind"),
            fees=sum(fee.amount_minor for fee in charter.broker.fees if fee.payer_key == party.key),
        )
        for party in charter.parties
    )


def total(shares_: Sequence[PartyShare]) -> PartyShare:
    """Return the sum of all shares, for all parties."""
    return PartyShare(
        actor=Actor(side=ALL_PARTIES, name="Coût complet"),
        cash=sum(share.cash for share in shares_),
        in_kind=sum(share.in_kind for share in shares_),
        fees=sum(share.fees for share in shares_),
    )


def price_sentence(shares_: Sequence[PartyShare]) -> str:
    """Return the full cost in a French sentence, "" when the action costs nothing."""
    cost = total(shares_).total
    paid = [
        f"{typography.euros(share.cash)} versés par {share.actor.name}"
        for share in shares_
        if share.cash and share.actor.side == "company"
    ]
    if not cost:
        return ""
    of_which = f", dont {typography.listed(paid)}" if paid else ""
    return f"{typography.euros(cost)} au total{of_which}."


class BudgetSums(NamedTuple):
    """Sums of the budget lines (without VAT, and as cost) and of the payments, in cents."""

    without_vat: int
    cost: int
    scheduled: int


def sums(charter: CharterSnapshot) -> BudgetSums:
    """Return the sums printed under the tables of the budget and of the payments."""
    return BudgetSums(
        without_vat=sum(each.amount_minor for each in charter.budget),
        cost=sum(each.cost_minor for each in charter.budget),
        scheduled=sum(each.amount_minor for each in charter.payments),
    )


def vat_words(line: BudgetLineText) -> str:
    """Return the VAT rate of a line and whether the VAT is recovered, in French."""
    whole, tenth = divmod(line.vat_permille, 10)
    rate = f"{whole},{tenth}\u202f%" if tenth else f"{whole}\u202f%"
    return {"none": "sans TVA", "recovered": f"{rate}, récupérée", "borne": f"{rate}, non récupérée"}[
        line.vat
    ]


def _budgeted(charter: CharterSnapshot, key: str, contribution: str) -> int:
    lines = (line for line in charter.budget if line.payer_key == key)
    return sum(line.cost_minor for line in lines if line.contribution == contribution)
