"""A verified organisation changes its identity, and goes back to the broker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts.permissions import Organisation, Right, organisation_for
from accounts.refusals import Refusal
from accounts.registration.actions.registration import Identity
from accounts.session import reader, see_other
from accounts.vetting.actions import identity
from accounts.vetting.forms import WhyForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from accounts.registration.forms import IdentityForm


def answer(
    request: HttpRequest, organisation: Organisation, identity_form: Callable[..., IdentityForm], back: str
) -> HttpResponse:
    """Ask what changes and why; `back`: the name of the page of the organisation."""
    organisation_for(request.user, organisation.pk, Right.ADMINISTER)
    typed = request.POST if request.method == "POST" else None
    known = {name: getattr(organisation, name) for name in Identity._fields}
    form, why = identity_form(typed, initial=known), WhyForm(typed)
    # Both are asked, so that everything to correct is said at once.
    if typed is not None and all([form.is_valid(), why.is_valid()]):
        try:
            identity.change_identity(
                organisation_id=organisation.pk,
                administrator=reader(request),
                identity=form.identity(),
                reason=why.cleaned_data["reason"],
                at=now(),
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(
                request,
                _("Changement transmis. Le passeur le vérifie et vous écrit\u202f; vos dossiers continuent."),
            )
            return see_other(back)
    told = {"organisation": organisation, "form": form, "why": why, "back": back}
    status = 422 if form.errors or why.errors else 200
    return render(request, "accounts/organisations/profile/change_identity.html", told, status=status)
