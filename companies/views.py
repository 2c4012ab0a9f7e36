"""The portal of a company: its home, and what its other pages have that those of associations have not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.timezone import now
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.organisations.portal import OrganisationPortal
from accounts.organisations.queries.decisions import current_decision
from accounts.pages.cache import cached_page
from accounts.pages.session import current_organisation, reader
from accounts.people.queries.vetting_tasks import task_count, vetting_tasks
from accounts.people.views.authentication import is_second_factor_postponed
from accounts.permissions import Organisation, User
from companies import actions, queries
from companies.forms import CompanyIdentityForm, CompanyProfileForm
from partnerships.home.queries import home_page, home_version

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

SIDE = "company"


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
        return {
            "organisation": organisation,
            "page": page,
            "vetting": current_decision(organisation),
            "is_offered": is_offered,
            "tasks": tasks,
        }

    key = (*home_version(organisation=organisation, user=user, at=at), is_postponed)
    return cached_page(request, key, "companies/home/page.html", context)


def page_context(organisation: Organisation, _at: datetime) -> dict[str, object]:
    """Return the context that only the page of a company has. 1 query."""
    return {"profile": queries.profile_of(organisation)}


def save_activity(
    *, organisation_id: UUID, administrator: User, form: CompanyIdentityForm, at: datetime
) -> None:
    """Save the fields that only the identity step of a company has.

    Raises NotAnAdministrator, ReadsOnly.
    """
    actions.save_activity(
        organisation_id=organisation_id, administrator=administrator, activity=form.activity(), at=at
    )


PORTAL = OrganisationPortal(
    side=SIDE,
    namespace="companies",
    registration_title=gettext_lazy("Votre entreprise"),
    identity_form=CompanyIdentityForm,
    initial_details=queries.initial_activity,
    save_details=save_activity,
    profile_form=CompanyProfileForm,
    initial_profile=queries.initial_profile,
    profile_data=actions.CompanyProfileData,
    save_profile=actions.save_profile,
    page_template="companies/organisation/page.html",
    page_context=page_context,
)
