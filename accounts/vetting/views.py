"""A verified organisation changes its identity, and goes back to the broker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.form_actions import submit_form
from accounts.permissions import Right, organisation_for
from accounts.registration.actions.registration import Identity
from accounts.session import current_organisation, reader, see_other, sent
from accounts.vetting.actions import identity
from accounts.vetting.forms import WhyForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.organisations.portal import OrganisationPortal


@require_http_methods(["GET", "HEAD", "POST"])
def change_identity(request: HttpRequest, portal: OrganisationPortal) -> HttpResponse:
    """Ask what changes in a verified identity and why; send the change to the broker."""
    organisation = current_organisation(request, portal.side)
    organisation_for(request.user, organisation.pk, Right.ADMINISTER)
    initial = {name: getattr(organisation, name) for name in Identity._fields}
    form, why = portal.identity_form(sent(request), initial=initial), WhyForm(sent(request))

    def save() -> None:
        identity.change_identity(
            organisation_id=organisation.pk,
            administrator=reader(request),
            identity=form.identity(),
            reason=why.cleaned_data["reason"],
            at=now(),
        )

    # Both are validated first, so that everything to correct is shown at once.
    are_valid = all([form.is_valid(), why.is_valid()])
    if are_valid and submit_form(form, save):
        messages.success(
            request,
            _("Changement transmis. Le passeur le vérifie et vous écrit\u202f; vos dossiers continuent."),
        )
        return see_other(portal.url_name("organisation"))
    context = {
        "organisation": organisation,
        "form": form,
        "why": why,
        "back": portal.url_name("organisation"),
    }
    status = 422 if form.errors or why.errors else 200
    return render(request, "accounts/organisations/profile/change_identity.html", context, status=status)
