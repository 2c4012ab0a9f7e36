"""Redirect after sign-in to the right portal, and switch between organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import portals
from accounts.forms.unsent import unsent_forms
from accounts.lifecycle import State
from accounts.pages.session import INVITATION, REGISTERING, reader, see_other
from accounts.people.forms import OrganisationSwitchForm
from accounts.people.queries.account import unfinished_side
from accounts.people.views.submissions import repeatable
from accounts.permissions import OrganisationRight, organisation_for
from accounts.portals import CHOSEN_ORGANISATION, HOME_PAGES, REGISTRATION_PAGES, chosen_organisation_id

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Redirect to what was started before signing in, else to the portal of the person."""
    if unsent_forms(request):
        return redirect("unsent_forms")
    return _invitation_or_portal(request)


def _invitation_or_portal(request: HttpRequest) -> HttpResponse:
    if request.session.get(INVITATION):
        return redirect("invitation", request.session[INVITATION])
    portal = portals.portal_for(reader(request), organisation_id=chosen_organisation_id(request))
    if portal.side:
        return redirect(*_start_page(portal))
    registering_side = request.session.get(REGISTERING) or unfinished_side(reader(request))
    if registering_side in REGISTRATION_PAGES:
        return redirect(REGISTRATION_PAGES[registering_side], "identite")
    return render(request, "accounts/people/home/nobody.html")


@repeatable
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Open the portal of another organisation of the person."""
    form = OrganisationSwitchForm(request.POST)
    if not form.is_valid():
        raise Http404
    organisation = organisation_for(request.user, form.cleaned_data["organisation"], OrganisationRight.READ)
    request.session[CHOSEN_ORGANISATION] = str(organisation.pk)
    return see_other("home")


def _start_page(portal: portals.Portal) -> tuple[str, ...]:
    organisation = portal.organisation
    if organisation is None or organisation.state != State.DRAFT:
        return (HOME_PAGES[portal.side],)
    return REGISTRATION_PAGES[portal.side], organisation.registration_step
