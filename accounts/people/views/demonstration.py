"""The people of a demonstration, each signed in with one press; nowhere else does this exist."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.context import DEMONSTRATION_FLAG
from accounts.organisations.queries import organisations
from accounts.session import see_other

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_not_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """List everybody, with what to try as them."""
    _require_demonstration()
    told = {
        "everybody": organisations.demonstration_people(),
        "password": organisations.demonstration_password(),
    }
    return render(request, "accounts/people/demonstration/page.html", told)


@login_not_required
@require_POST
def sign_in(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Sign in as one of them, without a password or a second factor."""
    _require_demonstration()
    person = organisations.person(user_id)
    if person is None:
        raise Http404
    login(request, person, backend=BACKEND)
    request.session[DEMONSTRATION_FLAG] = True
    return see_other("home")


def _require_demonstration() -> None:
    if not settings.DEMONSTRATION:
        raise Http404
