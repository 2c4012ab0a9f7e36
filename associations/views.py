"""The portal of an association: its home, its registration, its own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.context import organisation_at_home
from accounts.permissions import Organisation, Right, User, organisation_for
from accounts.queries import organisation_page, standing_decision
from accounts.views import registration as steps
from accounts.views.session import current_organisation, reader, see_other
from associations import actions, queries
from associations.forms import AssociationIdentityForm, ProfileForm
from partnerships.queries.home import home_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

SIDE = "association"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for this organisation, for the others, for the broker."""
    organisation = organisation_at_home(request, SIDE)
    page = home_page(organisation=organisation, user=reader(request), at=now())
    decision = standing_decision(organisation)
    told = {"organisation": organisation, "page": page, "vetting": decision, "today": now()}
    return render(request, "associations/home/page.html", told)


@require_safe
def organisation(request: HttpRequest) -> HttpResponse:
    """Show the identity, the standing, the people and the mandates."""
    own = current_organisation(request, SIDE)
    told = {
        "organisation": own,
        "page": organisation_page(own, user=reader(request), at=now()),
        "profile": queries.profile_of(own),
    }
    return render(request, "associations/organisation/page.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show and keep what the organisation says of itself."""
    own = current_organisation(request, SIDE)
    organisation_for(request.user, own.pk, Right.ADMINISTER)
    form = ProfileForm(request.POST or None, initial=queries.known_profile(own))
    if request.method == "POST" and form.is_valid():
        save_profile(own, reader(request), form)
        messages.success(request, _("Profil enregistré."))
        return see_other("associations:organisation")
    status = 422 if form.is_bound and form.errors else 200
    told = {"form": form, "back": "associations:organisation"}
    return render(request, "accounts/organisation/profile.html", told, status=status)


def save_profile(organisation: Organisation, administrator: User, form: ProfileForm) -> None:
    """Keep what was typed in a valid form. Raises NotAnAdministrator."""
    told = form.cleaned_data
    actions.save_profile(
        organisation_id=organisation.pk,
        administrator=administrator,
        presentation=actions.Presentation(
            purpose=told["purpose"], website=told["website"], income=form.yearly_income()
        ),
        profile=actions.Profile(**{name: told[name] for name in actions.Profile._fields}),
        at=now(),
    )


DOOR = steps.Door(
    side=SIDE,
    url_name="associations:registration",
    home="associations:home",
    title=gettext_lazy("Votre association"),
    identity_form=AssociationIdentityForm,
    profile_form=ProfileForm,
    known_profile=queries.known_profile,
    save_profile=save_profile,
)


@require_http_methods(["GET", "HEAD", "POST"])
def registration(request: HttpRequest, step: str) -> HttpResponse:
    """Answer one step of the registration."""
    return steps.answer(request, step, DOOR)
