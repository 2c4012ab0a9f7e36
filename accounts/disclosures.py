"""What organisations disclose of themselves: income and who gave it, ties of the board."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import Prefetch
from django.http import Http404

from accounts.independence import HOUSE_RULE, Thresholds, share, status
from accounts.models import (
    BoardLink,
    HouseThresholds,
    IndustrySupport,
    InterestStatement,
    Organisation,
    YearlyIncome,
)
from accounts.models.interests import STATEMENT_HOLDS


class Interests(NamedTuple):
    """The ties of a board that stand, and the last word that they are all; `is_due`: to be said again."""

    links: list[BoardLink]
    statement: InterestStatement | None
    is_due: bool


class Giver(NamedTuple):
    """One company in a year, all it gave taken together; `percent` of the yearly income."""

    company: str
    amount_minor: int
    percent: Decimal | None
    status: str


class Year(NamedTuple):
    """A year of income; `percent` is industry's part, `status` the mark that the house sets on it."""

    income: YearlyIncome
    percent: Decimal | None
    status: str
    givers: list[Giver]
    supports: list[IndustrySupport]
    unnamed_minor: int


class Declared(NamedTuple):
    """What the form of a tie starts from."""

    person: str
    counterpart: str
    words: str
    since_date: date
    until_date: date | None


def thresholds() -> Thresholds:
    """Return from which part of the income on the house asks a question, in per cent. 1 query."""
    last = HouseThresholds.objects.order_by("-set_at", "-pk").first()
    return Thresholds(last.amber, last.red) if last else HOUSE_RULE


def years_of(organisation: Organisation, limits: Thresholds) -> list[Year]:
    """Return what came in each year and from whom, latest year first. 2 queries."""
    supports = IndustrySupport.objects.order_by("-amount_minor", "company", "pk")
    incomes = organisation.incomes.order_by("-year").prefetch_related(Prefetch("supports", supports))
    return [_year(income, limits) for income in incomes]


def _year(income: YearlyIncome, limits: Thresholds) -> Year:
    supports = list(income.supports.all())
    sums: dict[str, tuple[str, int]] = {}
    for each in supports:
        name, sum_minor = sums.get(each.company.casefold(), (each.company, 0))
        sums[each.company.casefold()] = (name, sum_minor + each.amount_minor)
    givers = []
    for name, sum_minor in sums.values():
        percent = share(sum_minor, income.income_minor)
        givers.append(Giver(name, sum_minor, percent, status(percent, limits)))
    percent = share(income.industry_minor, income.income_minor)
    unnamed = income.industry_minor - sum(each.amount_minor for each in supports)
    return Year(income, percent, status(percent, limits), givers, supports, unnamed)


def interests_of(organisation_ids: Collection[UUID], *, at: datetime) -> dict[UUID, Interests]:
    """Return the ties that each organisation declares, the latest first. 2 queries."""
    standing = BoardLink.objects.filter(organisation__in=organisation_ids, replaced_at=None)
    links = list(standing.order_by("-since_date", "pk"))
    latest = InterestStatement.objects.filter(organisation__in=organisation_ids).order_by(
        "organisation_id", "-stated_at", "-pk"
    )
    said = {each.organisation_id: each for each in latest.distinct("organisation_id")}
    found = {}
    for key in organisation_ids:
        statement = said.get(key)
        is_due = statement is None or statement.stated_at + STATEMENT_HOLDS <= at
        own = [each for each in links if each.organisation_id == key]
        found[key] = Interests(own, statement, is_due)
    return found


def link_of(organisation: Organisation, link_id: int) -> Declared:
    """Return a standing tie of an organisation, to be told anew. Raises Http404. 1 query."""
    standing = organisation.board_links.filter(pk=link_id, replaced_at=None)
    found = standing.values_list(*Declared._fields).first()
    if found is None:
        raise Http404
    return Declared(*found)
