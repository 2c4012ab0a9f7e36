"""The reader of a request, their organisation, and helpers for POST requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from accounts.permissions import Organisation, User, signed_in
from accounts.portals import portal_of_request

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

# Session keys of what a person started before signing in.
REGISTERING = "registering"
INVITATION = "invitation"


def reader(request: HttpRequest) -> User:
    """Return the signed-in user. Raises Http404."""
    return signed_in(request.user)


def current_organisation(request: HttpRequest, side: str = "") -> Organisation:
    """Return the organisation for which the reader uses the site: the one they switched to, else the first.

    With a `side`, the first organisation of that side in the same order. Raises Http404 when there is none.
    1 query, shared with the portal of the page.
    """
    portal = portal_of_request(request)
    organisations = [portal.organisation, *portal.other_organisations] if side else [portal.organisation]
    for organisation in organisations:
        if organisation and side in ("", organisation.side):
            return organisation
    raise Http404


def post_data(request: HttpRequest) -> QueryDict | None:
    """Return the data of a POST, None for any other method."""
    return request.POST if request.method == "POST" else None


def see_other(to: str, *args: object) -> HttpResponse:
    """Return the redirection after a successful POST, with status 303."""
    response = redirect(to, *args)
    response.status_code = 303
    return response
