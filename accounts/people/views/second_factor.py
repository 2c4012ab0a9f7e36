"""What is asked of a person before any page answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.context import is_demonstration
from accounts.people.queries import desk
from accounts.permissions import signed_in
from accounts.session import see_other

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

# The account pages, where the factor is set up, and what every page needs.
OPEN_PATHS = ("/compte/", "/static/", "/langue/", "/sante/")
# Until the next sign-in.
LATER = "second_factor_later"


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
        return not (is_demonstration(request) or desk.has_second_factor(signed_in(user)))


@require_POST
def later(request: HttpRequest) -> HttpResponse:
    """Put the offer of a second factor away until the next sign-in."""
    request.session[LATER] = True
    return see_other("home")


def is_put_off(request: HttpRequest) -> bool:
    """Say whether the person put the offer of a second factor away since they signed in."""
    return bool(request.session.get(LATER)) or is_demonstration(request)
