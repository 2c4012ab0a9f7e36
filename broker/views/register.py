"""What the public registers say of an organisation: asked by a press, never by opening the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import OrganisationRight, broker_or_404, organisation_for
from accounts.refusals import Refusal
from accounts.session import see_other
from accounts.vetting import actions
from accounts.vetting.queries import register_page

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Show the answers that are kept, field by field; ask the register anew when the button is pressed."""
    broker = broker_or_404(request.user)
    organisation = organisation_for(broker, organisation_id, OrganisationRight.VET)
    if request.method != "POST":
        return render(request, "broker/register/page.html", {"page": register_page(organisation)})
    try:
        actions.query_register(organisation_id=organisation.pk, broker=broker, at=now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("La réponse du registre est gardée."))
    return see_other("broker:register", organisation.pk)
