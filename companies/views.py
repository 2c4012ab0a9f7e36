"""The portal of a company: its home, its registration, its own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.context import organisation_at_home
from accounts.organisations.queries.decisions import current_decision
from accounts.organisations.queries.documents import missing_for_vetting
from accounts.organisations.queries.interests import board_interests
from accounts.people.queries.memberships import organisation_page
from accounts.people.views.authentication import is_second_factor_postponed
from accounts.permissions import Organisation, OrganisationRight, User, organisation_for
from accounts.registration import views as steps
from accounts.registration.views import RegistrationFlow
from accounts.session import current_organisation, post_data, reader, see_other
from accounts.vetting import views as identities
from companies import actions, queries
from companies.forms import CompanyIdentityForm, ProfileForm
from partnerships.home.queries import home_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

SIDE = "company"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for this organisation, for the others, for the broker."""
    organisation, user, at = organisation_at_home(request, SIDE), reader(request), now()
    page = home_page(organisation=organisation, user=user, at=at)
    context = {"organisation": organisation, "page": page, "vetting": current_decision(organisation)}
    context |= {
        "is_offered": page.desk.is_unproved and not is_second_factor_postponed(request),
        "wish": missing_for_vetting(organisation),
    }
    return render(request, "companies/home/page.html", context)


@require_safe
def organisation(request: HttpRequest) -> HttpResponse:
    """Show the identity, the standing, the people and the mandates."""
    own = current_organisation(request, SIDE)
    told = {
        "organisation": own,
        "page": organisation_page(own, user=reader(request), at=now()),
        "profile": queries.profile_of(own),
        "interests": board_interests([own.pk], at=now())[own.pk],
    }
    return render(request, "companies/organisation/page.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show and keep what the organisation says of itself."""
    own = current_organisation(request, SIDE)
    organisation_for(request.user, own.pk, OrganisationRight.ADMINISTER)
    form = ProfileForm(post_data(request), initial=queries.known_profile(own))
    if request.method == "POST" and form.is_valid():
        save_profile(own, reader(request), form)
        messages.success(request, _("Profil enregistré."))
        return see_other("companies:organisation")
    status = 422 if form.is_bound and form.errors else 200
    told = {"form": form, "back": "companies:organisation"}
    return render(request, "accounts/organisations/profile/profile.html", told, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: HttpRequest) -> HttpResponse:
    """Ask what changes in a verified identity."""
    own = current_organisation(request, SIDE)
    return identities.change_identity(request, own, CompanyIdentityForm, "companies:organisation")


def save_profile(organisation: Organisation, administrator: User, form: ProfileForm) -> None:
    """Keep what was typed in a valid form. Raises NotAnAdministrator."""
    told = form.cleaned_data
    actions.save_profile(
        organisation_id=organisation.pk,
        administrator=administrator,
        presentation=actions.Presentation(
            purpose=told["purpose"], website=told["website"], ethics_summary=told["ethics_summary"]
        ),
        profile=actions.Profile(**{name: told[name] for name in actions.Profile._fields}),
        at=now(),
    )


def keep_business(organisation: Organisation, administrator: User, form: CompanyIdentityForm) -> None:
    """Keep what the identity step holds beyond the identity. Raises NotAnAdministrator."""
    told = form.cleaned_data
    actions.save_business(
        organisation_id=organisation.pk,
        administrator=administrator,
        purpose=told["purpose"],
        website=told["website"],
        business=actions.Business(trade=told["trade"], declares=told["declares"]),
        at=now(),
    )


REGISTRATION_FLOW = RegistrationFlow(
    side=SIDE,
    url_name="companies:registration",
    home="companies:home",
    title=gettext_lazy("Votre entreprise"),
    identity_form=CompanyIdentityForm,
    profile_initial=queries.known_business,
    save_profile=keep_business,
)


@require_http_methods(["GET", "HEAD", "POST"])
def registration(request: HttpRequest, step: str) -> HttpResponse:
    """Answer one step of the registration."""
    return steps.registration_step(request, step, REGISTRATION_FLOW)
