"""A newcomer whose organisation is already here: the request to join it, told to its administrators alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.core import ratelimit
from django.contrib import messages
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.refusals import Refusal
from accounts.registration.actions import joining
from accounts.session import reader

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.registration.forms import IdentityForm

TOO_MANY_TRIES = gettext_lazy(
    "Vous avez fait beaucoup d’essais aujourd’hui. Reprenez demain, ou écrivez au passeur."
)


def asked(request: HttpRequest, form: IdentityForm) -> bool:
    """Pass the request on and say only that; tell whether it was passed on."""
    if not ratelimit.consume(request, action="join"):
        form.add_error(None, TOO_MANY_TRIES)
        return False
    try:
        joining.ask_to_join(newcomer=reader(request), identity=form.identity(), at=now())
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    messages.success(
        request,
        _(
            "Demande transmise, avec votre nom et votre adresse. "
            "Si la personne qui administre l’organisation vous invite, vous recevez un courriel."
        ),
    )
    return True
