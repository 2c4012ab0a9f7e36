"""Reading an invitation and answering it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.context import CHOSEN
from accounts.organisations.queries import organisations
from accounts.organisations.queries.organisations import Letter
from accounts.people.actions import brokers, people
from accounts.refusals import Refusal
from accounts.session import INVITATION, reader, see_other

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show who invites and to do what; a POST accepts, or goes to open an account first."""
    letter = organisations.letter_of(token, at=now())
    if letter is None or not letter.is_open:
        request.session.pop(INVITATION, None)
        return render(request, "accounts/people/invitation/closed.html", status=410)
    if request.method != "POST":
        return _page(request, letter)
    return (
        _accept(request, letter, token) if request.user.is_authenticated else _enter(request, letter, token)
    )


def _enter(request: HttpRequest, letter: Letter, token: str) -> HttpResponse:
    request.session[INVITATION] = token
    query = urlencode({"email": letter.invitation.email})
    return see_other(f"{reverse('account_signup')}?{query}")


def _accept(request: HttpRequest, letter: Letter, token: str) -> HttpResponse:
    organisation = letter.invitation.organisation
    try:
        if organisation is None:
            brokers.accept_enrolment(token=token, user=reader(request), at=now())
        else:
            people.accept_invitation(token=token, user=reader(request), at=now())
            request.session[CHOSEN] = str(organisation.pk)
    except Refusal as refusal:
        return _page(request, letter, refusal=refusal.message, status=422)
    request.session.pop(INVITATION, None)
    messages.success(request, _("Vous y êtes. Voici votre espace."))
    return see_other("home")


def _page(request: HttpRequest, letter: Letter, *, refusal: str = "", status: int = 200) -> HttpResponse:
    told = {"letter": letter.invitation, "refusal": refusal}
    return render(request, "accounts/people/invitation/page.html", told, status=status)
