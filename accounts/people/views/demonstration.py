"""Sign-in of the people of a demonstration, without password; the URLs exist in demonstrations alone."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from accounts.pages.session import see_other
from accounts.people.queries.account import active_person, demonstration_password, demonstration_people
from accounts.people.views.submissions import repeatable
from accounts.portals import DEMONSTRATION_FLAG

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_not_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """List the people of the demonstration."""
    _require_demonstration()
    context = {
        "everybody": demonstration_people(now()),
        "password": demonstration_password(),
    }
    return render(request, "accounts/people/demonstration/page.html", context)


@repeatable
@login_not_required
@require_POST
def sign_in(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Sign in as one of them, without password or second factor."""
    _require_demonstration()
    person = active_person(user_id)
    if person is None:
        raise Http404
    login(request, person, backend=BACKEND)
    request.session[DEMONSTRATION_FLAG] = True
    return see_other("home")


def _require_demonstration() -> None:
    if not settings.DEMONSTRATION:
        raise Http404
