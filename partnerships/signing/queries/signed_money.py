"""The money that companies must pay an association under the charters sealed here."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, OuterRef, Prefetch, Subquery
from django.utils.timezone import get_default_timezone, localdate

from accounts.models import Organisation, Side
from accounts.organisations.independence import SignedSupport
from partnerships.charter.snapshot import CharterSnapshot, from_json
from partnerships.models import Charter, Party


def signed_money(association: Organisation) -> list[SignedSupport]:
    """Return what each company must pay in each year under the charters in force, earliest first.

    A payment counts in the year of its milestone, the rest in the year in which the action starts. Of the
    charters of a case only the last sealed one counts; broker's fees and contributions in kind do not.
    2 queries.
    """
    if association.side != Side.ASSOCIATION:
        return []
    sealed = Charter.objects.filter(sealed__isnull=False)
    last = sealed.filter(partnership=OuterRef("partnership")).order_by("-sealed__sealed_at", "-pk")
    companies = Party.objects.filter(side=Side.COMPANY).select_related("organisation").order_by("pk")
    charters = (
        sealed.filter(partnership__parties__organisation=association, pk=Subquery(last.values("pk")[:1]))
        .select_related("partnership")
        .annotate(sealed_at=F("sealed__sealed_at"))
        .order_by("sealed_at", "pk")
        .prefetch_related(Prefetch("partnership__parties", companies))
    )
    payments: list[SignedSupport] = []
    for charter in charters:
        text = from_json(bytes(charter.canonical_json))
        first_day = text.starts_on or localdate(charter.sealed_at, get_default_timezone())
        first_year = first_day.year
        for payer in charter.partnership.parties.all():
            company = payer.organisation
            payments += [
                SignedSupport(year, company.pk, company.name, amount)
                for year, amount in _payments(text, payer.code, first_year)
                if amount
            ]
    return sorted(payments)


def companies_met(association: Organisation) -> list[Organisation]:
    """Return the companies with which an association shares a case, ended ones included, by name. 1 query."""
    companies = Organisation.objects.filter(
        side=Side.COMPANY, parties__partnership__parties__organisation=association
    )
    return list(companies.order_by("name", "pk").distinct())


def _payments(text: CharterSnapshot, payer: str, first_year: int) -> Iterator[tuple[int, int]]:
    """Yield (year, cents) of what a company pays; cash without a planned payment falls in `first_year`."""
    cash = sum(
        line.amount_minor for line in text.budget if line.payer_key == payer and line.contribution == "cash"
    )
    years = {milestone.code: milestone.due_date.year for milestone in text.milestones}
    payers = {line.payer_key for line in text.budget if line.contribution == "cash"}
    for payment in text.payments:
        is_own = payment.payer_key == payer or (payment.payer_key is None and payers == {payer})
        if is_own and payment.milestone_code:
            amount = min(payment.amount_minor, cash)
            cash -= amount
            yield years[payment.milestone_code], amount
    yield first_year, cash
