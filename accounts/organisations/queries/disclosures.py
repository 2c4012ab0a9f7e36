"""What organisations disclose of themselves: income and who gave it, ties of the board."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Prefetch, Subquery
from django.http import Http404

from accounts.models import (
    BoardLink,
    HouseThresholds,
    IndustrySupport,
    InterestStatement,
    Organisation,
    YearlyIncome,
)
from accounts.models.interests import STATEMENT_HOLDS
from accounts.organisations import independence
from accounts.organisations.independence import HOUSE_RULE, Given, Signed, Thresholds, share, status


class Interests(NamedTuple):
    """The ties of a board that stand, and the last word that they are all; `is_due`: to be said again."""

    links: list[BoardLink]
    statement: InterestStatement | None
    is_due: bool


class Giver(NamedTuple):
    """One company in a year, all it gave taken together; `percent` of the yearly income.

    `signed_minor`: what the charters signed here bind it to, part of `amount_minor`.
    """

    company: str
    amount_minor: int
    signed_minor: int
    percent: Decimal | None
    status: str


class Year(NamedTuple):
    """A year of income; `percent` is industry's part, `status` the mark that the house sets on it.

    `industry_minor`: what was told, or more when the charters signed here bind companies to more; of a
    year that was never told, `income` has no key.
    """

    income: YearlyIncome
    industry_minor: int
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
    last = LAST_SET.first()
    return Thresholds(last.amber, last.red) if last else HOUSE_RULE


LAST_SET = HouseThresholds.objects.order_by("-set_at", "-pk")[:1]
# What a query of something else also asks, so that `limits_told` can read it.
LIMITS = {name: Subquery(LAST_SET.values(name)) for name in Thresholds._fields}


def limits_told(row: Any) -> Thresholds:
    """Return the same of a row that was asked for `LIMITS`. No query."""
    return HOUSE_RULE if row.red is None else Thresholds(row.amber, row.red)


def years_of(organisation: Organisation, limits: Thresholds, signed: Sequence[Signed] = ()) -> list[Year]:
    """Return what came in each year and from whom, latest year first. 2 queries.

    `signed`: what companies are bound to by the charters signed here; a year of which nothing else is
    known is shown too.
    """
    supports = IndustrySupport.objects.order_by("-amount_minor", "company", "pk")
    told = organisation.incomes.order_by("-year").prefetch_related(Prefetch("supports", supports))
    incomes = {income.year: (income, list(income.supports.all())) for income in told}
    for year in {each.year for each in signed} - set(incomes):
        incomes[year] = (YearlyIncome(organisation=organisation, year=year, income_minor=0), [])
    return [
        _year(*incomes[year], [each for each in signed if each.year == year], limits)
        for year in sorted(incomes, reverse=True)
    ]


def _year(
    income: YearlyIncome, supports: list[IndustrySupport], signed: list[Signed], limits: Thresholds
) -> Year:
    given = [Given(each.organisation_id, each.company, each.amount_minor) for each in supports]
    companies = independence.companies_of(given, signed)
    givers = []
    for company in companies:
        part = share(company.amount_minor, income.income_minor)
        givers.append(
            Giver(company.company, company.amount_minor, company.signed_minor, part, status(part, limits))
        )
    industry = independence.industry_of(income.industry_minor, companies)
    percent = share(industry, income.income_minor)
    unnamed = industry - sum(each.amount_minor for each in companies)
    return Year(income, industry, percent, status(percent, limits), givers, supports, unnamed)


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
