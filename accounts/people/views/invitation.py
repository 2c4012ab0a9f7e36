"""An invitation, shown and accepted by its recipient."""

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

from accounts.pages.session import INVITATION, reader, see_other
from accounts.people.actions import brokers, memberships
from accounts.people.queries.memberships import InvitationRow, invitation_by_token
from accounts.portals import CHOSEN_ORGANISATION
from accounts.refusals import Refusal

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation; a POST accepts it, or redirects to sign-up first."""
    row = invitation_by_token(token, at=now())
    if row is None or not row.is_open:
        request.session.pop(INVITATION, None)
        return render(request, "accounts/people/invitation/closed.html", status=410)
    if request.method != "POST":
        return _page(request, row)
    return _accept(request, row, token) if request.user.is_authenticated else _sign_up(request, row, token)


def _sign_up(request: HttpRequest, row: InvitationRow, token: str) -> HttpResponse:
    request.session[INVITATION] = token
    query = urlencode({"email": row.invitation.email})
    return see_other(f"{reverse('account_signup')}?{query}")


def _accept(request: HttpRequest, row: InvitationRow, token: str) -> HttpResponse:
    organisation = row.invitation.organisation
    try:
        if organisation is None:
            brokers.accept_broker_invitation(token=token, user=reader(request), at=now())
        else:
            memberships.accept_invitation(token=token, user=reader(request), at=now())
            request.session[CHOSEN_ORGANISATION] = str(organisation.pk)
    except Refusal as refusal:
        return _page(request, row, refusal=refusal.message, status=422)
    request.session.pop(INVITATION, None)
    messages.success(request, _("Bienvenue dans votre espace."))
    return see_other("home")


def _page(request: HttpRequest, row: InvitationRow, *, refusal: str = "", status: int = 200) -> HttpResponse:
    context = {"invitation": row.invitation, "refusal": refusal}
    return render(request, "accounts/people/invitation/page.html", context, status=status)
