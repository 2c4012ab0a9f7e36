"""Who pays what: the money of the charter, added up for each party."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from partnerships.charter import typography
from partnerships.charter.chapters import Actor, actors
from partnerships.charter.snapshot import CharterSnapshot
from partnerships.charter.texts import ALL_PARTIES, BudgetLineText


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one party brings, in cents."""

    actor: Actor
    cash: int
    in_kind: int
    fees: int

    @property
    def total(self) -> int:
        """All three added up."""
        return self.cash + self.in_kind + self.fees


def shares(charter: CharterSnapshot) -> tuple[Share, ...]:
    """Return what each party brings; parties that bring nothing are shown too."""
    named = actors(charter)
    return tuple(
        Share(
            actor=named[party.key],
            cash=_budgeted(charter, party.key, "cash"),
            in_kind=_budgeted(charter, party.key, "in_kind"),
            fees=sum(f.amount_minor for f in charter.broker.fees if f.payer_key == party.key),
        )
        for party in charter.parties
    )


def total(shares_: Sequence[Share]) -> Share:
    """Return the sum of all shares."""
    return Share(
        actor=Actor(side=ALL_PARTIES, name="Coût complet"),
        cash=sum(share.cash for share in shares_),
        in_kind=sum(share.in_kind for share in shares_),
        fees=sum(share.fees for share in shares_),
    )


def price(whole: Sequence[Share]) -> str:
    """Return the full cost in a sentence, or nothing when the action costs nothing."""
    cost = total(whole).total
    paid = [
        f"{typography.euros(share.cash)} versés par {share.actor.name}"
        for share in whole
        if share.cash and share.actor.side == "company"
    ]
    if not cost:
        return ""
    of_which = f", dont {typography.listed(paid)}" if paid else ""
    return f"{typography.euros(cost)} au total{of_which}."


class Sums(NamedTuple):
    """The lines of the budget and the payments added up, in cents."""

    without_vat: int
    cost: int
    scheduled: int


def sums(charter: CharterSnapshot) -> Sums:
    """Return the sums under the tables of the budget and of the payments."""
    return Sums(
        without_vat=sum(each.amount_minor for each in charter.budget),
        cost=sum(each.cost_minor for each in charter.budget),
        scheduled=sum(each.amount_minor for each in charter.payments),
    )


def vat_words(line: BudgetLineText) -> str:
    """Return the rate of a line with what becomes of its VAT."""
    whole, tenth = divmod(line.vat_permille, 10)
    rate = f"{whole},{tenth}\u202f%" if tenth else f"{whole}\u202f%"
    return {"none": "sans TVA", "recovered": f"{rate}, récupérée", "borne": f"{rate}, non récupérée"}[
        line.vat
    ]


def _budgeted(charter: CharterSnapshot, key: str, contribution: str) -> int:
    lines = (each for each in charter.budget if each.payer_key == key)
    return sum(each.cost_minor for each in lines if each.contribution == contribution)
