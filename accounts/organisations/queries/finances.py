"""Yearly income of an organisation, the companies behind it, and the thresholds of independence."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Prefetch, Subquery

from accounts.models import (
    HouseThresholds,
    IndustrySupport,
    Organisation,
    YearlyIncome,
)
from accounts.organisations import independence
from accounts.organisations.independence import (
    DEFAULT_THRESHOLDS,
    DeclaredSupport,
    SignedSupport,
    Thresholds,
    share,
    status,
)


class CompanyShare(NamedTuple):
    """The total of one company in a year, in cents; `percent` of the yearly income.

    `signed_minor`: the part of `amount_minor` that signed charters commit it to.
    """

    company: str
    amount_minor: int
    signed_minor: int
    percent: Decimal | None
    status: str


class YearFinances(NamedTuple):
    """A year of income; `percent` is the part of industry, `status` its position against the thresholds.

    `industry_minor`: the declared amount, or more if signed charters commit companies to more. The
    `income` of a year that was not declared is unsaved. `unnamed_minor`: from companies not named.
    """

    income: YearlyIncome
    industry_minor: int
    percent: Decimal | None
    status: str
    companies: list[CompanyShare]
    supports: list[IndustrySupport]
    unnamed_minor: int


def thresholds() -> Thresholds:
    """Return the thresholds set last by a broker, or the default ones. 1 query."""
    latest = next(iter(LATEST_THRESHOLDS.all()), None)
    return Thresholds(latest.amber, latest.red) if latest else DEFAULT_THRESHOLDS


LATEST_THRESHOLDS = HouseThresholds.objects.order_by("-set_at", "-pk")[:1]
# Annotations for a query of another model, read by `row_thresholds`.
THRESHOLD_SUBQUERIES = {name: Subquery(LATEST_THRESHOLDS.values(name)) for name in Thresholds._fields}


def row_thresholds(row: Any) -> Thresholds:
    """Return the thresholds of a row annotated with `THRESHOLD_SUBQUERIES`. No query."""
    return DEFAULT_THRESHOLDS if row.red is None else Thresholds(row.amber, row.red)


def yearly_finances(
    organisation: Organisation, limits: Thresholds, signed: Sequence[SignedSupport] = ()
) -> list[YearFinances]:
    """Return the income and the companies of each year, latest year first. 2 queries.

    `signed`: what signed charters commit companies to pay; it adds years that were not declared.
    """
    supports = IndustrySupport.objects.order_by("-amount_minor", "company", "pk")
    declared = organisation.incomes.order_by("-year").prefetch_related(Prefetch("supports", supports))
    incomes = {income.year: (income, list(income.supports.all())) for income in declared}
    for year in {support.year for support in signed} - set(incomes):
        incomes[year] = (YearlyIncome(organisation=organisation, year=year, income_minor=0), [])
    return [
        _year_finances(*incomes[year], [support for support in signed if support.year == year], limits)
        for year in sorted(incomes, reverse=True)
    ]


def _year_finances(
    income: YearlyIncome, supports: list[IndustrySupport], signed: list[SignedSupport], limits: Thresholds
) -> YearFinances:
    declared = [
        DeclaredSupport(support.organisation_id, support.company, support.amount_minor)
        for support in supports
    ]
    totals = independence.company_totals(declared, signed)
    companies = []
    for company in totals:
        part = share(company.amount_minor, income.income_minor)
        companies.append(
            CompanyShare(
                company.company, company.amount_minor, company.signed_minor, part, status(part, limits)
            )
        )
    industry = independence.industry_total(income.industry_minor, totals)
    percent = share(industry, income.income_minor)
    unnamed = industry - sum(each.amount_minor for each in totals)
    return YearFinances(income, industry, percent, status(percent, limits), companies, supports, unnamed)
