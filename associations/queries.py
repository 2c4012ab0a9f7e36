"""Queries of the portal of an association."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from accounts.approval_dates import ApprovalStatus
from accounts.models import OfficialApproval, Organisation
from accounts.organisations.independence import Thresholds
from accounts.organisations.queries import finances
from accounts.templatetags.wording import day
from associations.models import AssociationProfile
from partnerships.following.queries.workload import Workload, workload_of
from partnerships.home.alerts import Alert
from partnerships.signing.queries.signed_money import companies_met, signed_money

BADGE_STATUSES = {
    ApprovalStatus.NONE: "none",
    ApprovalStatus.REQUESTED: "none",
    ApprovalStatus.RUNNING: "ok",
    ApprovalStatus.TO_RENEW: "due",
    ApprovalStatus.OVERDUE: "late",
    ApprovalStatus.EXPIRED: "late",
}


class ApprovalSummary(NamedTuple):
    """`status`: a value of `accounts.approval_dates.ApprovalStatus`; `badge_status`: of its badge."""

    details: OfficialApproval
    status: str
    badge_status: str


class Finances(NamedTuple):
    """The yearly incomes of an association and the house thresholds."""

    limits: Thresholds
    years: list[finances.YearFinances]


def profile_of(organisation: Organisation) -> AssociationProfile | None:
    """Return the profile, or None before that step of the registration. 1 query."""
    return AssociationProfile.objects.filter(pk=organisation.pk).first()


def initial_profile(organisation: Organisation) -> dict[str, object]:
    """Return the initial values of the profile form. 1 query."""
    names = ("purpose", "website", "ethics_summary")
    initial: dict[str, object] = {name: getattr(organisation, name) for name in names}
    profile = profile_of(organisation)
    if profile:
        initial |= {name: getattr(profile, name) for name in ("member_count", "volunteer_hours")}
    return initial


def approval_of(organisation: Organisation) -> OfficialApproval:
    """Return the declared approval, or an unsaved one of level "none". 1 query."""
    approval = OfficialApproval.objects.filter(pk=organisation.pk).first()
    return approval or OfficialApproval(organisation=organisation)


def initial_approval(organisation: Organisation) -> dict[str, object]:
    """Return the initial values of the approval form. 1 query."""
    approval = approval_of(organisation)
    return {name: getattr(approval, name) for name in ("level", "region", "number", "decided_date")}


def initial_year(organisation: Organisation, year: int | None) -> dict[str, object]:
    """Return the initial values of the form of a year, amounts in whole euros. 1 query at most."""
    income = organisation.incomes.filter(year=year).first() if year else None
    if income is None:
        return {}
    return {
        "year": income.year,
        "income": income.income_minor // 100,
        "industry": income.industry_minor // 100,
    }


def finances_of(organisation: Organisation) -> Finances:
    """Return the years of an association and the house thresholds, latest year first. 4 queries."""
    limits = finances.thresholds()
    return Finances(limits, finances.yearly_finances(organisation, limits, signed_money(organisation)))


def year_of(organisation: Organisation, year: int) -> finances.YearFinances:
    """Return one year of an association. Raises Http404 for a year that was not declared. 4 queries."""
    for year_finances in finances_of(organisation).years:
        if year_finances.income.pk and year_finances.income.year == year:
            return year_finances
    raise Http404


def company_choices(organisation: Organisation) -> list[tuple[str, str, str]]:
    """Return the companies to choose from instead of typing a name: key, name, city. 1 query."""
    return [(str(each.pk), each.name, each.city) for each in companies_met(organisation)]


def approval_summary(organisation: Organisation, *, at: datetime) -> ApprovalSummary:
    """Return the approval and its status at `at`. 1 query."""
    approval = approval_of(organisation)
    status = approval.status_on(timezone.localdate(at))
    return ApprovalSummary(approval, status.value, BADGE_STATUSES[status])


def alerts_of(organisation: Organisation, *, at: datetime) -> list[Alert]:
    """Return the alerts about the approval and the volunteer hours of an association.

    1 query, and 2 more when it declared its volunteer hours.
    """
    related = Organisation.objects.select_related("approval", "association_profile")
    columns = ("approval__level", "approval__decided_date", "association_profile__volunteer_hours")
    own = related.only(*columns).get(pk=organisation.pk)
    # Without declaration there is no row.
    approval = getattr(own, "approval", None) or OfficialApproval(organisation=organisation)
    profile = getattr(own, "association_profile", None)
    available = profile.volunteer_hours if profile else None
    page = reverse("associations:organisation")
    alerts = []
    words = {
        ApprovalStatus.TO_RENEW: ("due", _("Agrément à renouveler")),
        ApprovalStatus.OVERDUE: ("late", _("Renouvellement de l’agrément en retard")),
        ApprovalStatus.EXPIRED: ("late", _("Agrément expiré")),
    }
    status = approval.status_on(timezone.localdate(at))
    if status in words:
        days = {"ends": day(approval.expiry_date), "deadline": day(approval.renewal_date)}
        detail = _(
            "Demande de renouvellement à déposer au plus tard le %(deadline)s. Fin de l’agrément : %(ends)s."
        )
        alerts.append(Alert(*words[status], strip_tags(detail % days), f"{page}#approval"))
    load = workload_of(organisation) if available is not None else Workload(0, 0)
    if available is not None and load.all > available:
        is_promised = load.signed > available
        title = _("Trop d’heures demandées") if is_promised else _("Bientôt trop d’heures")
        detail = _(
            "%(signed)s h dans les chartes en cours, %(discussed)s h dans les textes en discussion, "
            "%(available)s h disponibles par an."
        ) % {**load._asdict(), "available": available}
        alerts.append(Alert("late" if is_promised else "due", title, detail, f"{page}#hours"))
    return alerts
