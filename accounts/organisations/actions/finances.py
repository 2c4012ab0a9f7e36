"""What came in during a year, how much of it from industry, and from which company."""

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
from accounts.organisations.transitions import lock, require_administrator, write
from accounts.refusals import Refusal


class Income(NamedTuple):
    """What came in during a calendar year, in cents, and the part of it from industry."""

    year: int
    income_minor: int
    industry_minor: int


class Support(NamedTuple):
    """What one company gave, in cents; `organisation_id`: the company, when it is registered here."""

    company: str
    nature: SupportNature
    amount_minor: int
    organisation_id: UUID | None = None


class FinancesError(Refusal):
    """The figures do not hold together."""


class YearToCome(FinancesError):
    """That year has not begun."""

    sentence = _("Cette année n’a pas commencé. Donnez une année écoulée ou celle qui court.")


class IndustryAboveIncome(FinancesError):
    """Industry would give more than all that came in."""

    sentence = _("L’industrie ne peut pas donner plus que toutes les ressources. Corrigez l’un des deux.")


class CompaniesAboveIndustry(FinancesError):
    """The companies together would give more than industry did."""

    sentence = _(
        "Les entreprises de cette année donneraient plus que le total de l’industrie. Corrigez d’abord ce "
        "total, ou le montant de l’une d’elles."
    )


class NoSuchYear(FinancesError):
    """Nothing was told about that year."""

    sentence = _("Donnez d’abord les ressources de cette année.")


class NoSuchSupport(FinancesError):
    """The company was taken off already."""

    sentence = _("Ce soutien a déjà été retiré.")


class NotACompany(FinancesError):
    """What gave is not a company that is registered here."""

    sentence = _("Cette entreprise n’est plus inscrite ici. Donnez son nom à la place.")


class NotABroker(FinancesError):
    """The house rules are the brokers'."""

    sentence = _("Seul un passeur peut le faire.")


class NoThresholds(FinancesError):
    """Amber comes before red, both between 1 and 100."""

    sentence = _("Le repère orange vient avant le rouge, tous deux entre 1 et 100.")


@transaction.atomic
def record_income(
    *, organisation_id: UUID, administrator: User, income: Income, at: datetime
) -> YearlyIncome:
    """Keep what the organisation received in a year; said again, it is corrected.

    Raises NotAnAdministrator, YearToCome, IndustryAboveIncome, CompaniesAboveIndustry.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    if income.year > timezone.localdate(at).year:
        raise YearToCome
    if income.industry_minor > income.income_minor:
        raise IndustryAboveIncome
    if _given(organisation, income.year) > income.industry_minor:
        raise CompaniesAboveIndustry
    row, _made = YearlyIncome.objects.update_or_create(
        organisation=organisation,
        year=income.year,
        defaults={"income_minor": income.income_minor, "industry_minor": income.industry_minor},
    )
    write(organisation, "income", actor=administrator, at=at, **income._asdict())
    return row


@transaction.atomic
def add_support(
    *, organisation_id: UUID, administrator: User, year: int, support: Support, at: datetime
) -> IndustrySupport:
    """Name a company among those that gave in a year.

    Raises NotAnAdministrator, NoSuchYear, NotACompany, CompaniesAboveIndustry.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    if support.organisation_id and not _is_company(support.organisation_id):
        raise NotACompany
    income = organisation.incomes.filter(year=year).first()
    if income is None:
        raise NoSuchYear
    if _given(organisation, year) + support.amount_minor > income.industry_minor:
        raise CompaniesAboveIndustry
    row = IndustrySupport.objects.create(income=income, **support._asdict())
    write(organisation, "support", actor=administrator, at=at, year=year, support=row.pk, **_told(support))
    return row


@transaction.atomic
def remove_support(*, organisation_id: UUID, administrator: User, support_id: int, at: datetime) -> None:
    """Take a company off a year; the ledger keeps it. Raises NotAnAdministrator, NoSuchSupport."""
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    row = IndustrySupport.objects.filter(income__organisation=organisation, pk=support_id).first()
    if row is None:
        raise NoSuchSupport
    row.delete()
    write(organisation, "support-removed", actor=administrator, at=at, support=support_id)


@transaction.atomic
def set_thresholds(*, broker: User, thresholds: Thresholds, at: datetime) -> HouseThresholds:
    """Set from which part of the income on the house asks a question. Raises NotABroker, NoThresholds."""
    if not broker.is_broker:
        raise NotABroker
    if not 0 < thresholds.amber < thresholds.red <= 100:  # noqa: PLR2004
        raise NoThresholds
    return HouseThresholds.objects.create(set_by=broker, set_at=at, **thresholds._asdict())


def _given(organisation: Organisation, year: int) -> int:
    given = IndustrySupport.objects.filter(income__organisation=organisation, income__year=year)
    return given.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def _is_company(organisation_id: UUID) -> bool:
    return Organisation.objects.filter(pk=organisation_id, side=Side.COMPANY).exists()


def _told(support: Support) -> dict[str, str | int]:
    told: dict[str, str | int] = {
        "company": support.company,
        "nature": support.nature.value,
        "amount_minor": support.amount_minor,
    }
    return told | ({"registered": str(support.organisation_id)} if support.organisation_id else {})
