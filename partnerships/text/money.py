"""The money of a text in words: what does not add up, and the part it takes in an association's income."""

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
    """What a company, or all of them, bring, as a part of a year's income in per cent."""

    payer: str
    percent: Decimal


class Ratio(NamedTuple):
    """The money of the companies in this text against what an association receives in a year.

    `year`: the last one told, None without any; `parts`: company by company when there are several.
    """

    name: str
    percent: Decimal | None
    status: str
    label: str
    year: int | None
    parts: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True)
class BroughtBy:
    """What one party brings to the text as it stands, money in cents."""

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
    """The money of the text: its sums, what does not add up, and what it weighs for each association."""

    totals: Totals
    findings: Sequence[str]
    ratios: Sequence[Ratio]
    shares: Sequence[BroughtBy]
    measures: Sequence[Measure]


def findings(terms: Terms, names: Mapping[str, Named]) -> list[str]:
    """Return in sentences what does not add up; `names`: who each code stands for."""
    sides = {code: named.side for code, named in names.items() if named.side in ("association", "company")}
    words = {
        "too_little": _(
            "%(who)s apporte %(wanted)s en numéraire et n’en verse que %(found)s dans l’échéancier."
        ),
        "too_much": _("%(who)s verse %(found)s dans l’échéancier et n’apporte que %(wanted)s en numéraire."),
        "nobody_pays": _("Le versement «\u202f%(label)s\u202f» ne dit pas qui le verse."),
        "promised_otherwise": _(
            "%(who)s s’engage à %(found)s dans ses engagements, et le budget en compte %(wanted)s."
        ),
        "gives_back_too_much": _(
            "Mécénat\u00a0: %(who)s reçoit en retour %(found)s, plus de 25\u202f%% de son don (%(wanted)s). "
            "Risque de requalification, à vérifier."
        ),
    }
    return [
        words[each.trouble]
        % {
            "who": names[each.party].name if each.party else "",
            "label": each.label,
            "found": wording.euros(each.actual_minor),
            "wanted": wording.euros(each.expected_minor),
        }
        for each in budget.findings(terms, sides)
    ]


def ratios(parties: Sequence[Party], terms: Terms, latest: Sequence[Any]) -> list[Ratio]:
    """Return what part of each association's income the companies bring by this text. No query.

    `latest`: what `latest_incomes` found. With several associations, each is measured
    as if it received it all: no text says who receives what.
    """
    companies = [party for party in parties if party.side == "company"]
    brought = {party.organisation.name: budget.cash_of(terms, party.code) for party in companies}
    if not any(brought.values()):
        return []
    associations = [party for party in parties if party.side == "association"]
    incomes = {each.organisation_id: each for each in latest}
    limits = finances.row_thresholds(latest[0]) if latest else DEFAULT_THRESHOLDS
    words = {
        "ok": _("sous le repère de la maison"),
        "due": _("à surveiller"),
        "late": _("à expliquer"),
        "none": _("revenu annuel non renseigné"),
    }
    found = []
    for party in associations:
        income = incomes.get(party.organisation_id)
        percent = share(sum(brought.values()), income.income_minor) if income else None
        mark = status(percent, limits)
        year = income.year if income else None
        parts = _parts(brought, income) if len(brought) > 1 else ()
        found.append(Ratio(party.organisation.name, percent, mark, words[mark], year, parts))
    return found


def latest_incomes(case_id: UUID) -> list[Any]:
    """Return the last year told of each association of a case, with the house's marks. 1 query."""
    of_the_case = {"organisation__parties__partnership": case_id, "organisation__side": "association"}
    incomes = YearlyIncome.objects.filter(**of_the_case).annotate(**finances.THRESHOLD_SUBQUERIES)
    return list(incomes.order_by("organisation_id", "-year").distinct("organisation_id"))


def _parts(brought: Mapping[str, int], income: YearlyIncome | None) -> tuple[Part, ...]:
    if income is None or not income.income_minor:
        return ()
    percents = [(name, share(minor, income.income_minor)) for name, minor in brought.items()]
    return tuple(Part(name, percent) for name, percent in percents if percent is not None)


def money_of(parties: Sequence[Party], terms: Terms, names: Mapping[str, Named]) -> Money:
    """Return the money of a text as its broker reads it. 1 query."""
    return Money(
        totals=budget.totals(terms),
        findings=findings(terms, names),
        ratios=ratios(parties, terms, latest_incomes(parties[0].partnership_id)),
        shares=[_brought(party, terms) for party in parties],
        measures=overview.measures(terms, {party.code: party.side for party in parties}),
    )


def _brought(party: Party, terms: Terms) -> BroughtBy:
    promised = [each for each in terms.commitments if each.party_key == party.code]
    cash = budget.cash_of(terms, party.code)
    return BroughtBy(
        party=party,
        cash=cash,
        in_kind=budget.given_by(terms, party.code) - cash,
        fees=sum(fee.amount_minor for fee in terms.fees if fee.payer_key == party.code),
        hours=sum(each.hours or 0 for each in promised),
        commitments=len(promised),
    )


def company_commitment_minor(terms: Terms, parties: Iterable[Party]) -> int:
    """Return the money the companies of a text bind themselves to pay, in cents."""
    companies = {party.code for party in parties if party.side == Side.COMPANY}
    cash = sum(
        line.cost_minor
        for line in terms.budget
        if line.payer_key in companies and line.contribution == "cash"
    )
    return cash + sum(fee.amount_minor for fee in terms.fees if fee.payer_key in companies)
