"""Change of the identity of a verified organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms.submission import submit_form
from accounts.pages.session import current_organisation, post_data, reader, see_other
from accounts.permissions import OrganisationRight, organisation_for
from accounts.registration.actions import OrganisationIdentity
from accounts.vetting import actions as vetting
from accounts.vetting.forms import ChangeReasonForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.organisations.portal import OrganisationPortal


@require_http_methods(["GET", "HEAD", "POST"])
def change_identity(request: HttpRequest, portal: OrganisationPortal) -> HttpResponse:
    """Ask what changes in a verified identity and why; send the change to the broker."""
    organisation = current_organisation(request, portal.side)
    organisation_for(request.user, organisation.pk, OrganisationRight.ADMINISTER)
    data = post_data(request)
    initial = {name: getattr(organisation, name) for name in OrganisationIdentity._fields}
    form, reason_form = portal.identity_form(data, initial=initial), ChangeReasonForm(data)

    def save() -> None:
        vetting.change_identity(
            organisation_id=organisation.pk,
            administrator=reader(request),
            identity=form.identity(),
            reason=reason_form.cleaned_data["reason"],
            at=now(),
        )

    back = portal.url_name("organisation")
    # Both are validated first, so that all errors show at once.
    are_valid = all([form.is_valid(), reason_form.is_valid()])
    if are_valid and submit_form(form, save):
        messages.success(
            request,
            _("Changement envoyé. Le passeur le vérifie et vous écrira\u202f; vos dossiers continuent."),
        )
        return see_other(back)
    context = {"organisation": organisation, "form": form, "reason_form": reason_form, "back": back}
    status = 422 if form.errors or reason_form.errors else 200
    return render(request, "accounts/organisations/profile/change_identity.html", context, status=status)
