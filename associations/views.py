"""The portal of an association: home page, approval, finances."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms.submission import run_action, submit_form
from accounts.organisations.actions import finances as finance_actions
from accounts.organisations.actions.approvals import record_approval
from accounts.organisations.forms import SupportForm, YearlyIncomeForm
from accounts.organisations.portal import OrganisationPortal
from accounts.organisations.queries.decisions import current_decision
from accounts.pages.cache import cached_page
from accounts.pages.session import current_organisation, post_data, reader, see_other
from accounts.people.queries.vetting_tasks import task_count, vetting_tasks
from accounts.people.views.authentication import is_second_factor_postponed
from accounts.permissions import Organisation, OrganisationRight, organisation_for
from associations import actions, queries
from associations.forms import ApprovalForm, AssociationIdentityForm, AssociationProfileForm
from partnerships.following.queries.workload import workload_of
from partnerships.home.queries import home_page, home_version

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

SIDE = "association"
YEAR = re.compile(r"[12]\d{3}", re.ASCII)
form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the tasks of this organisation, of the other parties and of the broker."""
    organisation, user, at = current_organisation(request, SIDE), reader(request), now()
    is_postponed = is_second_factor_postponed(request)

    def context() -> dict[str, object]:
        tasks = vetting_tasks(organisation, user)
        page = home_page(organisation=organisation, user=user, at=at)
        is_offered = page.personal_alerts.is_unproved and not is_postponed
        page = replace(
            page,
            organisation_tasks=task_count(organisation, page.personal_alerts, tasks) + is_offered,
        )
        page = replace(page, alerts=(*queries.alerts_of(organisation, at=at), *page.alerts))
        return {
            "organisation": organisation,
            "page": page,
            "vetting": current_decision(organisation),
            "is_offered": is_offered,
            "tasks": tasks,
        }

    key = (*home_version(organisation=organisation, user=user, at=at), is_postponed)
    return cached_page(request, key, "associations/home/page.html", context)


@form_page
def approval(request: HttpRequest) -> HttpResponse:
    """Show and save the official approval."""
    organisation = _administered_organisation(request)
    form = ApprovalForm(post_data(request), initial=queries.initial_approval(organisation))

    def save() -> None:
        record_approval(
            organisation_id=organisation.pk,
            administrator=reader(request),
            details=form.approval_details(),
            at=now(),
        )

    if submit_form(form, save):
        messages.success(request, _("Agrément enregistré. Ses rappels sont programmés."))
        return see_other("associations:organisation")
    context = {"organisation": organisation, "form": form}
    return render(request, "associations/approval/page.html", context, status=422 if form.errors else 200)


@form_page
def finances(request: HttpRequest) -> HttpResponse:
    """Show the income of each year; add or correct a year."""
    organisation = _administered_organisation(request)
    requested = request.GET.get("annee", "")
    year = int(requested) if YEAR.fullmatch(requested) else None
    initial = queries.initial_year(organisation, year)
    form = YearlyIncomeForm(post_data(request), initial=initial)

    def save() -> None:
        finance_actions.record_income(
            organisation_id=organisation.pk,
            administrator=reader(request),
            income=form.income_details(),
            at=now(),
        )

    if submit_form(form, save):
        messages.success(request, _("Année enregistrée. Indiquez maintenant les entreprises."))
        return see_other("associations:year", form.income_details().year)
    context = {
        "organisation": organisation,
        "form": form,
        "finances": queries.finances_of(organisation),
        "corrected_year": initial.get("year"),
    }
    return render(request, "associations/finances/page.html", context, status=422 if form.errors else 200)


@form_page
def year(request: HttpRequest, year: int) -> HttpResponse:
    """Show how much each company gave in a year; add a company."""
    organisation = _administered_organisation(request)
    form = SupportForm(post_data(request), known=queries.company_choices(organisation))

    def save() -> None:
        finance_actions.add_support(
            organisation_id=organisation.pk,
            administrator=reader(request),
            year=year,
            support=form.support_details(),
            at=now(),
        )

    finances = queries.year_of(organisation, year)
    if submit_form(form, save):
        messages.success(request, _("Entreprise enregistrée."))
        return see_other("associations:year", year)
    context = {"organisation": organisation, "form": form, "finances": finances}
    return render(request, "associations/finances/year.html", context, status=422 if form.errors else 200)


@require_POST
def remove_support(request: HttpRequest, year: int, support_id: int) -> HttpResponse:
    """Remove a company from a year."""
    organisation = _administered_organisation(request)
    run_action(
        request,
        lambda: finance_actions.remove_support(
            organisation_id=organisation.pk, administrator=reader(request), support_id=support_id, at=now()
        ),
        _("Entreprise retirée. Le journal conserve ce qui avait été déclaré."),
    )
    return see_other("associations:year", year)


def _administered_organisation(request: HttpRequest) -> Organisation:
    organisation = current_organisation(request, SIDE)
    return organisation_for(request.user, organisation.pk, OrganisationRight.ADMINISTER)


def page_context(organisation: Organisation, at: datetime) -> dict[str, object]:
    """Return the context that only the page of an association has."""
    return {
        "profile": queries.profile_of(organisation),
        "approval": queries.approval_summary(organisation, at=at),
        "finances": queries.finances_of(organisation),
        "load": workload_of(organisation),
    }


PORTAL = OrganisationPortal(
    side=SIDE,
    namespace="associations",
    registration_title=gettext_lazy("Votre association"),
    identity_form=AssociationIdentityForm,
    profile_form=AssociationProfileForm,
    initial_profile=queries.initial_profile,
    profile_data=actions.AssociationProfileData,
    save_profile=actions.save_profile,
    page_template="associations/organisation/page.html",
    page_context=page_context,
)
