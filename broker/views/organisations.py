"""The list of all organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from accounts.permissions import broker_or_404
from broker.forms.search import OrganisationSearch
from broker.queries import organisations as queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """Show every organisation that was submitted, whatever its state."""
    broker_or_404(request.user)
    search = OrganisationSearch(request.GET)
    values = search.values()
    listing = queries.organisation_rows(
        words=values["q"], state=values["state"], side=values["side"], at=now(), page=values["page"]
    )
    context = {"listing": listing, "values": values, "search": search, "query": search.query_string()}
    return render(request, "broker/organisations/page.html", context)
