"""Leaving an organisation with open eyes, and taking note of what somebody left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.people.actions import departure, people
from accounts.people.queries import desk
from accounts.people.views.reauthentication import require_fresh
from accounts.permissions import Right, member_for, organisation_for
from accounts.refusals import Refusal
from accounts.session import reader, see_other

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PAGES = {"association": "associations:organisation", "company": "companies:organisation"}
HOMES = {"association": "associations:home", "company": "companies:home"}


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Say what leaving changes; a POST lets the person go."""
    organisation = organisation_for(request.user, organisation_id, Right.READ)
    membership = member_for(organisation, reader(request).pk)
    refusal = ""
    if request.method == "POST":
        require_fresh(request)
        try:
            people.leave(organisation_id=organisation.pk, member=reader(request), at=now())
        except Refusal as refused:
            refusal = str(refused.sentence)
        else:
            messages.success(request, _("Vous avez quitté %(name)s.") % {"name": organisation.name})
            return see_other("home")
    told = {
        "organisation": organisation,
        "held": desk.held_alone(membership, at=now()),
        "refusal": refusal,
        "back": PAGES[organisation.side],
    }
    return render(request, "accounts/organisations/profile/leave.html", told, status=422 if refusal else 200)


@require_POST
def acknowledge(request: HttpRequest, organisation_id: UUID, handover_id: int) -> HttpResponse:
    """Take what passed to an administrator off their list."""
    organisation = organisation_for(request.user, organisation_id, Right.ADMINISTER)
    departure.acknowledge(
        organisation_id=organisation.pk, administrator=reader(request), handover_id=handover_id, at=now()
    )
    return see_other(HOMES[organisation.side])
