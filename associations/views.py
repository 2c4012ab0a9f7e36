"""The portal of an association: its home, its registration, its own page."""

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

from accounts.context import organisation_at_home
from accounts.organisations.actions.approvals import record_approval
from accounts.organisations.actions.finances import add_support, record_income
from accounts.organisations.actions.finances import remove_support as take_off_support
from accounts.organisations.actions.profile import save_presentation
from accounts.organisations.forms import SupportForm, YearlyIncomeForm
from accounts.organisations.queries.decisions import current_decision
from accounts.organisations.queries.documents import missing_for_vetting
from accounts.organisations.queries.interests import board_interests
from accounts.people.queries.memberships import organisation_page
from accounts.people.views.authentication import is_second_factor_postponed
from accounts.permissions import Organisation, OrganisationRight, User, organisation_for
from accounts.refusals import Refusal
from accounts.registration import views as steps
from accounts.registration.views import RegistrationFlow
from accounts.session import current_organisation, post_data, reader, see_other
from accounts.vetting import views as identities
from associations import actions, queries
from associations.forms import ApprovalForm, AssociationIdentityForm, ProfileForm
from partnerships.following.queries import workload_of
from partnerships.home.queries import home_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.http import HttpRequest, HttpResponse

SIDE = "association"
YEAR = re.compile(r"[12]\d{3}", re.ASCII)
form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for this organisation, for the others, for the broker."""
    organisation, user, at = organisation_at_home(request, SIDE), reader(request), now()
    page = home_page(organisation=organisation, user=user, at=at)
    page = replace(page, alerts=(*queries.alerts_of(organisation, at=at), *page.alerts))
    context = {"organisation": organisation, "page": page, "vetting": current_decision(organisation)}
    context |= {
        "is_offered": page.desk.is_unproved and not is_second_factor_postponed(request),
        "wish": missing_for_vetting(organisation),
    }
    return render(request, "associations/home/page.html", context)


@require_safe
def organisation(request: HttpRequest) -> HttpResponse:
    """Show the identity, the standing, the people and the mandates."""
    own = current_organisation(request, SIDE)
    told = {
        "organisation": own,
        "page": organisation_page(own, user=reader(request), at=now()),
        "profile": queries.profile_of(own),
        "approval": queries.approval_shown(own, at=now()),
        "finances": queries.finances_of(own),
        "load": workload_of(own),
        "interests": board_interests([own.pk], at=now())[own.pk],
    }
    return render(request, "associations/organisation/page.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show and keep what the organisation says of itself."""
    own = current_organisation(request, SIDE)
    organisation_for(request.user, own.pk, OrganisationRight.ADMINISTER)
    form = ProfileForm(post_data(request), initial=queries.known_profile(own))
    if request.method == "POST" and form.is_valid():
        save_profile(own, reader(request), form)
        messages.success(request, _("Profil enregistré."))
        return see_other("associations:organisation")
    status = 422 if form.is_bound and form.errors else 200
    told = {"form": form, "back": "associations:organisation"}
    return render(request, "accounts/organisations/profile/profile.html", told, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: HttpRequest) -> HttpResponse:
    """Ask what changes in a verified identity."""
    own = current_organisation(request, SIDE)
    return identities.change_identity(request, own, AssociationIdentityForm, "associations:organisation")


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


@form_page
def approval(request: HttpRequest) -> HttpResponse:
    """Show and keep the official approval."""
    own = _administered(request)
    typed = request.POST if request.method == "POST" else None
    form = ApprovalForm(typed, initial=queries.known_approval(own))

    def act() -> None:
        record_approval(
            organisation_id=own.pk, administrator=reader(request), details=form.granted(), at=now()
        )

    if _took(form, act):
        messages.success(request, _("Agrément enregistré. Les rappels suivent sa date."))
        return see_other("associations:organisation")
    told = {"organisation": own, "form": form}
    return render(request, "associations/approval/page.html", told, status=422 if form.errors else 200)


@form_page
def finances(request: HttpRequest) -> HttpResponse:
    """Show the income year by year; add a year or correct one."""
    own = _administered(request)
    typed = request.POST if request.method == "POST" else None
    asked = request.GET.get("annee", "")
    known = queries.known_year(own, int(asked) if YEAR.fullmatch(asked) else None)
    form = YearlyIncomeForm(typed, initial=known)

    def act() -> None:
        record_income(
            organisation_id=own.pk, administrator=reader(request), income=form.income_details(), at=now()
        )

    if _took(form, act):
        messages.success(request, _("Année enregistrée. Nommez maintenant les entreprises."))
        return see_other("associations:year", form.income_details().year)
    told = {"organisation": own, "form": form, "finances": queries.finances_of(own), "known": known}
    return render(request, "associations/finances/page.html", told, status=422 if form.errors else 200)


@form_page
def year(request: HttpRequest, year: int) -> HttpResponse:
    """Show who in industry gave how much in a year; name one more company."""
    own = _administered(request)
    typed = request.POST if request.method == "POST" else None
    form = SupportForm(typed, known=queries.companies_to_name(own))

    def act() -> None:
        add_support(
            organisation_id=own.pk,
            administrator=reader(request),
            year=year,
            support=form.support_details(),
            at=now(),
        )

    shown = queries.year_of(own, year)
    if _took(form, act):
        messages.success(request, _("Entreprise enregistrée."))
        return see_other("associations:year", year)
    told = {"organisation": own, "form": form, "shown": shown}
    return render(request, "associations/finances/year.html", told, status=422 if form.errors else 200)


@require_POST
def remove_support(request: HttpRequest, year: int, support_id: int) -> HttpResponse:
    """Take a company off a year."""
    own = _administered(request)
    try:
        take_off_support(
            organisation_id=own.pk, administrator=reader(request), support_id=support_id, at=now()
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Entreprise retirée. Le journal garde ce qui avait été dit."))
    return see_other("associations:year", year)


def _took(form: forms.Form, act: Callable[[], object]) -> bool:
    if not form.is_valid():
        return False
    try:
        act()
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    return True


def _administered(request: HttpRequest) -> Organisation:
    own = current_organisation(request, SIDE)
    return organisation_for(request.user, own.pk, OrganisationRight.ADMINISTER)


def known_presentation(organisation: Organisation) -> dict[str, object]:
    """Return what the identity step starts from beyond the identity."""
    return {"purpose": organisation.purpose, "website": organisation.website}


def keep_presentation(organisation: Organisation, administrator: User, form: AssociationIdentityForm) -> None:
    """Keep what the identity step holds beyond the identity. Raises NotAnAdministrator."""
    told = form.cleaned_data
    save_presentation(
        organisation_id=organisation.pk,
        administrator=administrator,
        purpose=told["purpose"],
        website=told["website"],
        at=now(),
    )


REGISTRATION_FLOW = RegistrationFlow(
    side=SIDE,
    url_name="associations:registration",
    home="associations:home",
    title=gettext_lazy("Votre association"),
    identity_form=AssociationIdentityForm,
    profile_initial=known_presentation,
    save_profile=keep_presentation,
)


@require_http_methods(["GET", "HEAD", "POST"])
def registration(request: HttpRequest, step: str) -> HttpResponse:
    """Answer one step of the registration."""
    return steps.registration_step(request, step, REGISTRATION_FLOW)
