"""The history of an organisation, for its members and for brokers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.organisations.queries.ledger import organisation_entry, organisation_ledger
from accounts.permissions import Right, organisation_for
from accounts.session import reader

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

PAGES = {"association": "associations:organisation", "company": "companies:organisation"}


@require_safe
def ledger(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Show one page of the ledger; with `?verifier=1` the whole chain is recomputed."""
    organisation = organisation_for(request.user, organisation_id, Right.READ)
    page = organisation_ledger(
        organisation,
        user=reader(request),
        number=request.GET.get("page", 1),
        is_checked="verifier" in request.GET,
    )
    told = {"organisation": organisation, "page": page, "back": PAGES[organisation.side]}
    return render(request, "accounts/organisations/ledger/page.html", told)


@require_safe
def entry(request: HttpRequest, organisation_id: UUID, sequence: int) -> HttpResponse:
    """Show one entry with its whole fingerprint."""
    organisation = organisation_for(request.user, organisation_id, Right.READ)
    page = organisation_entry(organisation, user=reader(request), sequence=sequence)
    told = {"organisation": organisation, "page": page, "back": PAGES[organisation.side]}
    return render(request, "accounts/organisations/ledger/entry.html", told)
