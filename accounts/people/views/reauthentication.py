"""Before a sensitive act a person proves again who they are, whatever the age of their session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.context import is_demonstration

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.people.actions.people import Roles


def require_fresh(request: HttpRequest) -> None:
    """Send who has not just proved who they are to do so; what they sent is then done. 2 queries.

    allauth lets pass who has nothing to prove themselves with: here they choose a password first.
    Raises ReauthenticationRequired, ImmediateHttpResponse (allauth's middleware answers both).
    """
    if is_demonstration(request):
        return
    if not get_adapter(request).get_reauthentication_methods(request.user):
        messages.warning(
            request,
            _("Cet acte demande de prouver que c’est vous. Choisissez d’abord un mot de passe."),
        )
        raise ImmediateHttpResponse(redirect("account_set_password"))
    raise_if_reauthentication_required(request, app="")


def require_fresh_to_give(request: HttpRequest, roles: Roles) -> None:
    """Ask for a fresh proof before somebody is let sign or administer; who only answers binds nobody.

    Raises ReauthenticationRequired, ImmediateHttpResponse.
    """
    if roles.is_signatory or roles.is_administrator:
        require_fresh(request)
