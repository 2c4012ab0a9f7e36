"""The portal of an association: its home, its registration, its own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import organisations
from accounts.papers import wish_for
from accounts.permissions import Organisation, Right, User, organisation_for
from accounts.queries import organisation_page, standing_decision
from accounts.queries.desk import desk
from accounts.views import identity as identities
from accounts.views import registration as steps
from accounts.views.second_factor import is_put_off
from accounts.views.session import current_organisation, reader, see_other
from accounts.views.steps import Door
from associations import actions, queries
from associations.forms import AssociationIdentityForm, ProfileForm
from partnerships.queries.home import home_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

SIDE = "association"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for this organisation, for the others, for the broker."""
    organisation = current_organisation(request, SIDE)
    page = home_page(organisation=organisation, user=reader(request), at=now())
    decision = standing_decision(organisation)
    own = desk(reader(request), organisation)
    told = {"organisation": organisation, "page": page, "vetting": decision, "today": now()}
    told |= {"desk": own, "is_offered": own.is_unproved and not is_put_off(request)}
    told["wish"] = wish_for(organisation)
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


@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: HttpRequest) -> HttpResponse:
    """Ask what changes in a verified identity."""
    own = current_organisation(request, SIDE)
    return identities.answer(request, own, AssociationIdentityForm, "associations:organisation")


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


def known_presentation(organisation: Organisation) -> dict[str, object]:
    """Return what the identity step starts from beyond the identity."""
    return {"purpose": organisation.purpose, "website": organisation.website}


def keep_presentation(organisation: Organisation, administrator: User, form: AssociationIdentityForm) -> None:
    """Keep what the identity step holds beyond the identity. Raises NotAnAdministrator."""
    told = form.cleaned_data
    organisations.save_presentation(
        organisation_id=organisation.pk,
        administrator=administrator,
        purpose=told["purpose"],
        website=told["website"],
        at=now(),
    )


DOOR = Door(
    side=SIDE,
    url_name="associations:registration",
    home="associations:home",
    title=gettext_lazy("Votre association"),
    identity_form=AssociationIdentityForm,
    known=known_presentation,
    keep=keep_presentation,
)


@require_http_methods(["GET", "HEAD", "POST"])
def registration(request: HttpRequest, step: str) -> HttpResponse:
    """Answer one step of the registration."""
    return steps.answer(request, step, DOOR)
