"""The money of a text: inconsistencies, and its share of the income of each association."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Side, YearlyIncome
from accounts.organisations.independence import DEFAULT_THRESHOLDS, share, status
from accounts.organisations.queries import finances
from accounts.templatetags import wording
from partnerships.charter.terms import Terms
from partnerships.checks import budget
from partnerships.checks.budget import Totals
from partnerships.models import Party
from partnerships.text import overview
from partnerships.text.overview import Measure
from partnerships.text.tables import Named


class Part(NamedTuple):
    """The contribution of a company in per cent of the income of a year."""

    payer: str
    percent: Decimal


class Ratio(NamedTuple):
    """The contribution of the companies compared with the yearly income of an association.

    `year`: the last declared one, None without any; `parts`: by company when there are several.
    """

    name: str
    percent: Decimal | None
    status: str
    label: str
    year: int | None
    parts: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True)
class PartyContribution:
    """What one party contributes by this text, money in cents."""

    party: Party
    cash: int
    in_kind: int
    fees: int
    hours: int
    commitments: int

    @property
    def total(self) -> int:
        return self.cash + self.in_kind + self.fees


@dataclass(frozen=True, kw_only=True)
class Money:
    """The money of the text: totals, inconsistencies, and its share of the income of each association."""

    totals: Totals
    findings: Sequence[str]
    ratios: Sequence[Ratio]
    shares: Sequence[PartyContribution]
    measures: Sequence[Measure]


def findings(terms: Terms, names: Mapping[str, Named]) -> list[str]:
    """Return the inconsistencies as sentences; `names`: side and name by code."""
    sides = {code: named.side for code, named in names.items() if named.side in ("association", "company")}
    words = {
        "too_little": _("Budget en argent de %(wanted)s, mais %(found)s dans l’échéancier : %(who)s."),
        "too_much": _("Échéancier de %(found)s, mais budget en argent de %(wanted)s : %(who)s."),
        "nobody_pays": _("Le versement «\u202f%(label)s\u202f» n’indique pas qui le verse."),
        "promised_otherwise": _("Engagements de %(found)s, mais budget de %(wanted)s : %(who)s."),
        "gives_back_too_much": _(
            "Mécénat\u00a0: contreparties de %(found)s, plus de 25\u202f%% du don "
            "(%(wanted)s)\u00a0: %(who)s. Risque de requalification, à vérifier."
        ),
    }
    return [
        words[finding.trouble]
        % {
            "who": names[finding.party].name if finding.party else "",
            "label": finding.label,
            "found": wording.euros(finding.actual_minor),
            "wanted": wording.euros(finding.expected_minor),
        }
        for finding in budget.findings(terms, sides)
    ]


def ratios(parties: Sequence[Party], terms: Terms, latest: Sequence[Any]) -> list[Ratio]:
    """Return the contribution of the companies in per cent of the income of each association. No query.

    `latest`: from `latest_incomes`. With several associations, each is compared with the whole contribution,
    since no text says which of them receives what.
    """
    companies = [party for party in parties if party.side == "company"]
    cash_by_company = {party.organisation.name: budget.cash_of(terms, party.code) for party in companies}
    if not any(cash_by_company.values()):
        return []
    associations = [party for party in parties if party.side == "association"]
    incomes = {each.organisation_id: each for each in latest}
    limits = finances.row_thresholds(latest[0]) if latest else DEFAULT_THRESHOLDS
    words = {
        "ok": _("sous nos seuils"),
        "due": _("à surveiller"),
        "late": _("à expliquer"),
        "none": _("revenu annuel non renseigné"),
    }
    result = []
    for party in associations:
        income = incomes.get(party.organisation_id)
        percent = share(sum(cash_by_company.values()), income.income_minor) if income else None
        mark = status(percent, limits)
        year = income.year if income else None
        parts = _parts(cash_by_company, income) if len(cash_by_company) > 1 else ()
        result.append(Ratio(party.organisation.name, percent, mark, words[mark], year, parts))
    return result


def latest_incomes(case_id: UUID) -> list[Any]:
    """Return the last declared year of each association of a case, with the house thresholds. 1 query."""
    of_the_case = {"organisation__parties__partnership": case_id, "organisation__side": "association"}
    incomes = YearlyIncome.objects.filter(**of_the_case).annotate(**finances.THRESHOLD_SUBQUERIES)
    return list(incomes.order_by("organisation_id", "-year").distinct("organisation_id"))


def _parts(cash_by_company: Mapping[str, int], income: YearlyIncome | None) -> tuple[Part, ...]:
    if income is None or not income.income_minor:
        return ()
    percents = [(name, share(minor, income.income_minor)) for name, minor in cash_by_company.items()]
    return tuple(Part(name, percent) for name, percent in percents if percent is not None)


def money_of(parties: Sequence[Party], terms: Terms, names: Mapping[str, Named]) -> Money:
    """Return the money of a text for its broker. 1 query."""
    return Money(
        totals=budget.totals(terms),
        findings=findings(terms, names),
        ratios=ratios(parties, terms, latest_incomes(parties[0].partnership_id)),
        shares=[_contribution(party, terms) for party in parties],
        measures=overview.measures(terms, {party.code: party.side for party in parties}),
    )


def _contribution(party: Party, terms: Terms) -> PartyContribution:
    promised = [each for each in terms.commitments if each.party_key == party.code]
    cash = budget.cash_of(terms, party.code)
    return PartyContribution(
        party=party,
        cash=cash,
        in_kind=budget.given_by(terms, party.code) - cash,
        fees=sum(fee.amount_minor for fee in terms.fees if fee.payer_key == party.code),
        hours=sum(each.hours or 0 for each in promised),
        commitments=len(promised),
    )


def company_commitment_minor(terms: Terms, parties: Iterable[Party]) -> int:
    """Return the money that the companies of a text commit to pay, in cents."""
    companies = {party.code for party in parties if party.side == Side.COMPANY}
    cash = sum(
        line.cost_minor
        for line in terms.budget
        if line.payer_key in companies and line.contribution == "cash"
    )
    return cash + sum(fee.amount_minor for fee in terms.fees if fee.payer_key in companies)
