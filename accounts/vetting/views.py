"""Change of the identity of a verified organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts.permissions import Organisation, OrganisationRight, organisation_for
from accounts.refusals import Refusal
from accounts.registration.actions import OrganisationIdentity
from accounts.session import post_data, reader, see_other
from accounts.vetting import actions as vetting
from accounts.vetting.forms import ChangeReasonForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from accounts.registration.forms import IdentityForm


def change_identity(
    request: HttpRequest, organisation: Organisation, identity_form: Callable[..., IdentityForm], back: str
) -> HttpResponse:
    """Show and process the form of a change of identity; `back`: URL name of the page of the organisation."""
    organisation_for(request.user, organisation.pk, OrganisationRight.ADMINISTER)
    data = post_data(request)
    initial = {name: getattr(organisation, name) for name in OrganisationIdentity._fields}
    form, reason_form = identity_form(data, initial=initial), ChangeReasonForm(data)
    # Both are validated, so that all errors show at once.
    if data is not None and all([form.is_valid(), reason_form.is_valid()]):
        try:
            vetting.change_identity(
                organisation_id=organisation.pk,
                administrator=reader(request),
                identity=form.identity(),
                reason=reason_form.cleaned_data["reason"],
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
    context = {"organisation": organisation, "form": form, "reason_form": reason_form, "back": back}
    status = 422 if form.errors or reason_form.errors else 200
    return render(request, "accounts/organisations/profile/change_identity.html", context, status=status)
