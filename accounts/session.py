"""What a browser remembers between pages: the organisation chosen, what was being done before signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.context import CHOSEN
from accounts.permissions import Organisation, User, own_organisation, signed_in

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

REGISTERING = "registering"
INVITATION = "invitation"


def reader(request: HttpRequest) -> User:
    """Return the person of a page that nobody opens without signing in."""
    return signed_in(request.user)


def current_organisation(request: HttpRequest, side: str) -> Organisation:
    """Return the organisation of that side that the person chose, else the one joined first.

    Raises Http404 for who belongs to none.
    """
    return own_organisation(request.user, side, request.session.get(CHOSEN))


def sent(request: HttpRequest) -> QueryDict | None:
    """Return what was typed, even nothing at all, or None when nothing was sent."""
    return request.POST if request.method == "POST" else None


def see_other(to: str, *args: object) -> HttpResponse:
    """Answer a POST that was done: the browser asks for the next page by GET."""
    answer = redirect(to, *args)
    answer.status_code = 303
    return answer
