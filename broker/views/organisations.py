"""The organisations: who is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from accounts.permissions import broker_or_404
from broker.forms.console import OrganisationSearch
from broker.queries import organisations as queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def everyone(request: HttpRequest) -> HttpResponse:
    """Show every organisation, whatever its state."""
    broker_or_404(request.user)
    search = OrganisationSearch(request.GET)
    found = search.found()
    listing = queries.organisation_rows(
        words=found["q"], state=found["state"], side=found["side"], at=now(), page=found["page"]
    )
    told = {"listing": listing, "found": found, "search": search, "query": search.kept()}
    return render(request, "broker/organisations/page.html", told)
