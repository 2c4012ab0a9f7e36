"""Yearly income of an organisation, its part from industry, and the companies that gave it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import (
    HouseThresholds,
    IndustrySupport,
    Organisation,
    Side,
    SupportNature,
    User,
    YearlyIncome,
)
from accounts.organisations.independence import Thresholds
from accounts.organisations.transitions import (
    BrokerRequired,
    lock,
    raise_all_versions,
    record_act,
    require_administrator,
)
from accounts.refusals import Refusal


class Income(NamedTuple):
    """The income of a calendar year and its part from industry, in cents."""

    year: int
    income_minor: int
    industry_minor: int


class SupportDetails(NamedTuple):
    """What one company gave, in cents; `organisation_id` is its organisation, if it is registered."""

    company: str
    nature: SupportNature
    amount_minor: int
    organisation_id: UUID | None = None


class FinancesError(Refusal):
    """The figures are inconsistent."""


class YearInFuture(FinancesError):
    """The year has not started."""

    sentence = _("Cette année n’a pas commencé. Indiquez une année passée ou l’année en cours.")


class IndustryAboveIncome(FinancesError):
    """The part from industry exceeds the income."""

    sentence = _("L’industrie ne peut pas donner plus que toutes les ressources. Corrigez l’un des deux.")


class CompaniesAboveIndustry(FinancesError):
    """The companies named for the year exceed the part from industry."""

    sentence = _(
        "Les entreprises de cette année donneraient plus que le total de l’industrie. "
        "Corrigez d’abord ce total, ou le montant d’une entreprise."
    )


class IncomeMissing(FinancesError):
    """No income was recorded for the year."""

    sentence = _("Indiquez d’abord les ressources de cette année.")


class SupportNotFound(FinancesError):
    """The support was removed already."""

    sentence = _("Ce soutien a déjà été retiré.")


class NotACompany(FinancesError):
    """The organisation is not a registered company."""

    sentence = _("Cette entreprise n’est plus inscrite ici. Indiquez son nom à la place.")


class InvalidThresholds(FinancesError):
    """The thresholds are not ordered amber, then red, between 1 and 100."""

    sentence = _("Le seuil orange vient avant le seuil rouge, tous deux entre 1 et 100.")


@transaction.atomic
def record_income(
    *, organisation_id: UUID, administrator: User, income: Income, at: datetime
) -> YearlyIncome:
    """Create or correct the income of a year.

    Raises NotAnAdministrator, YearInFuture, IndustryAboveIncome, CompaniesAboveIndustry.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    if income.year > timezone.localdate(at).year:
        raise YearInFuture
    if income.industry_minor > income.income_minor:
        raise IndustryAboveIncome
    if _named_total(organisation, income.year) > income.industry_minor:
        raise CompaniesAboveIndustry
    row, _created = YearlyIncome.objects.update_or_create(
        organisation=organisation,
        year=income.year,
        defaults={"income_minor": income.income_minor, "industry_minor": income.industry_minor},
    )
    record_act(organisation, "income", actor=administrator, at=at, **income._asdict())
    return row


@transaction.atomic
def add_support(
    *, organisation_id: UUID, administrator: User, year: int, support: SupportDetails, at: datetime
) -> IndustrySupport:
    """Add a company to those that gave in a year.

    Raises NotAnAdministrator, IncomeMissing, NotACompany, CompaniesAboveIndustry.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    if support.organisation_id and not _is_company(support.organisation_id):
        raise NotACompany
    income = organisation.incomes.filter(year=year).first()
    if income is None:
        raise IncomeMissing
    if _named_total(organisation, year) + support.amount_minor > income.industry_minor:
        raise CompaniesAboveIndustry
    row = IndustrySupport.objects.create(income=income, **support._asdict())
    record_act(
        organisation,
        "support",
        actor=administrator,
        at=at,
        year=year,
        support=row.pk,
        **_support_facts(support),
    )
    return row


@transaction.atomic
def remove_support(*, organisation_id: UUID, administrator: User, support_id: int, at: datetime) -> None:
    """Delete a support; the ledger keeps its entry. Raises NotAnAdministrator, SupportNotFound."""
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    row = IndustrySupport.objects.filter(income__organisation=organisation, pk=support_id).first()
    if row is None:
        raise SupportNotFound
    row.delete()
    record_act(organisation, "support-removed", actor=administrator, at=at, support=support_id)


@transaction.atomic
def set_thresholds(*, broker: User, thresholds: Thresholds, at: datetime) -> HouseThresholds:
    """Set the thresholds of independence, in per cent. Raises BrokerRequired, InvalidThresholds."""
    if not broker.is_broker:
        raise BrokerRequired
    if not 0 < thresholds.amber < thresholds.red <= 100:  # noqa: PLR2004
        raise InvalidThresholds
    row = HouseThresholds.objects.create(set_by=broker, set_at=at, **thresholds._asdict())
    raise_all_versions()
    return row


def _named_total(organisation: Organisation, year: int) -> int:
    supports = IndustrySupport.objects.filter(income__organisation=organisation, income__year=year)
    return supports.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def _is_company(organisation_id: UUID) -> bool:
    return Organisation.objects.filter(pk=organisation_id, side=Side.COMPANY).exists()


def _support_facts(support: SupportDetails) -> dict[str, str | int]:
    facts: dict[str, str | int] = {
        "company": support.company,
        "nature": support.nature.value,
        "amount_minor": support.amount_minor,
    }
    return facts | ({"registered": str(support.organisation_id)} if support.organisation_id else {})
