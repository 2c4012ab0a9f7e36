"""What is asked of a person before any page answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

# Recovery codes alone are no second factor: they only stand in for one.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
# The account pages, where the factor is set up, and what every page needs.
OPEN_PATHS = ("/compte/", "/static/", "/langue/", "/sante/")
# Set in the session by the sign-in page of a demonstration alone.
DEMONSTRATION_FLAG = "demonstration"


class SecondFactorMiddleware:
    """Keep a broker on the account pages until they have a second factor. 1 query for brokers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or send to the set-up of a second factor."""
        if self._must_set_one_up(request):
            messages.warning(
                request,
                _("Un passeur prouve deux fois qui il est. Ajoutez une clé d’accès ou une application."),
            )
            return redirect("mfa_index")
        return self.get_response(request)

    def _must_set_one_up(self, request: HttpRequest) -> bool:
        user = request.user
        if not (user.is_authenticated and user.is_broker) or request.path.startswith(OPEN_PATHS):
            return False
        return not (request.session.get(DEMONSTRATION_FLAG) or is_mfa_enabled(user, FACTORS))
