"""The reader of a request, their organisation, and helpers of forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.context import organisation_at_home, organisation_in_portal
from accounts.permissions import Organisation, User, signed_in

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

# Keys of the session, kept until the person has signed in.
REGISTERING = "registering"
INVITATION = "invitation"


def reader(request: HttpRequest) -> User:
    """Return the signed-in user. Raises Http404."""
    return signed_in(request.user)


def current_organisation(request: HttpRequest, side: str = "") -> Organisation:
    """Return the organisation for which the reader uses the site: the one they chose, else the first joined.

    With a `side`, the same among their organisations of that side. Raises Http404 for who belongs to none.
    1 query, shared with the portal of the page.
    """
    return organisation_at_home(request, side) if side else organisation_in_portal(request)


def post_data(request: HttpRequest) -> QueryDict | None:
    """Return the data of a POST, None for any other method."""
    return request.POST if request.method == "POST" else None


def see_other(to: str, *args: object) -> HttpResponse:
    """Return the redirection after a successful POST, with status 303."""
    response = redirect(to, *args)
    response.status_code = 303
    return response
