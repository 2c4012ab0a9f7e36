"""The way in: from signing in to the portal of the person, and from one organisation to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import portals
from accounts.context import CHOSEN, chosen_organisation
from accounts.lifecycle import Standing
from accounts.people.forms.people import SwitchForm
from accounts.permissions import Right, organisation_for
from accounts.session import INVITATION, REGISTERING, reader, see_other

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

HOMES = {
    "association": "associations:home",
    "company": "companies:home",
    "broker": "broker:pipeline",
}
STEPS = {"association": "associations:registration", "company": "companies:registration"}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send a person where their work is: what they came to do before signing in goes first."""
    if request.session.get(INVITATION):
        return redirect("invitation", request.session[INVITATION])
    portal = portals.portal_for(reader(request), organisation_id=chosen_organisation(request))
    if portal.side:
        return redirect(*_way_in(portal))
    begun = request.session.get(REGISTERING)
    if begun in STEPS:
        return redirect(STEPS[begun], "identite")
    return render(request, "accounts/people/home/nobody.html")


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Open the portal of another organisation of the person."""
    form = SwitchForm(request.POST)
    if not form.is_valid():
        raise Http404
    organisation = organisation_for(request.user, form.cleaned_data["organisation"], Right.READ)
    request.session[CHOSEN] = str(organisation.pk)
    return see_other("home")


def _way_in(portal: portals.Portal) -> tuple[str, ...]:
    organisation = portal.organisation
    if organisation is None or organisation.state != Standing.DRAFT:
        return (HOMES[portal.side],)
    return STEPS[portal.side], organisation.registration_step
