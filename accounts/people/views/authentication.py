"""Second factors and recent authentication."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.pages.session import see_other
from accounts.people.queries.account import has_second_factor
from accounts.people.views.submissions import repeatable
from accounts.permissions import signed_in
from accounts.portals import is_demonstration

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from accounts.people.actions.memberships import Roles


# Account pages, where the factor is set up, and resources of every page.
OPEN_PATHS = ("/compte/", "/static/", "/langue/", "/sante/", "/favicon.ico")
# Until the next sign-in.
POSTPONED_KEY = "second_factor_later"


class SecondFactorMiddleware:
    """Redirect brokers without a second factor to its set-up. 1 query for brokers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._must_set_up_factor(request):
            messages.warning(
                request,
                _(
                    "Un passeur utilise la vérification en deux étapes. Ajoutez une clé d’accès "
                    "ou une application d’authentification."
                ),
            )
            return redirect("mfa_index")
        return self.get_response(request)

    def _must_set_up_factor(self, request: HttpRequest) -> bool:
        user = request.user
        if not (user.is_authenticated and user.is_broker) or request.path.startswith(OPEN_PATHS):
            return False
        return not (is_demonstration(request) or has_second_factor(signed_in(user)))


@repeatable
@require_POST
def postpone_second_factor(request: HttpRequest) -> HttpResponse:
    """Hide the offer of a second factor until the next sign-in."""
    request.session[POSTPONED_KEY] = True
    return see_other("home")


def is_second_factor_postponed(request: HttpRequest) -> bool:
    """Return whether the offer of a second factor is hidden for this session."""
    return bool(request.session.get(POSTPONED_KEY)) or is_demonstration(request)


def spend_activation_code(*, request: HttpRequest, authenticator: Authenticator, **_signal: Any) -> None:
    """Mark the code that activated an application as used, so that nobody signs in with it again.

    Receives `allauth.mfa.signals.authenticator_added`.
    """
    if authenticator.type == Authenticator.Type.TOTP:
        TOTP(authenticator).validate_code(request.POST.get("code", ""))


def require_recent_authentication(request: HttpRequest) -> None:
    """Require a recent authentication, after which allauth replays the request. 2 queries.

    allauth does not require it of a user without any method: here they set a password first.
    Raises ReauthenticationRequired, ImmediateHttpResponse (allauth's middleware answers both).
    """
    if is_demonstration(request):
        return
    if not get_adapter(request).get_reauthentication_methods(request.user):
        messages.warning(
            request,
            _("Cette action demande de confirmer votre identité. Choisissez d’abord un mot de passe."),
        )
        raise ImmediateHttpResponse(redirect("account_set_password"))
    raise_if_reauthentication_required(request, app="")


def require_recent_authentication_to_grant(request: HttpRequest, roles: Roles) -> None:
    """Require a recent authentication if the roles let somebody sign or administer.

    Raises ReauthenticationRequired, ImmediateHttpResponse.
    """
    if roles.is_signatory or roles.is_administrator:
        require_recent_authentication(request)
