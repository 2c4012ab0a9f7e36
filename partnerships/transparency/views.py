"""The public register, and what a broker may do; neither needs a login."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.transparency import queries
from partnerships.transparency.powers import powers

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_not_required
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """List the charters whose parties all agreed to publication."""
    page, entries = queries.published(request.GET.get("page", "1"))
    return render(request, "partnerships/transparency/page.html", {"page": page, "entries": entries})


@login_not_required
@require_safe
def what_a_broker_may_do(request: HttpRequest) -> HttpResponse:
    """Show what a broker may and may not do, by the table that the actions apply."""
    return render(request, "partnerships/transparency/powers.html", {"powers": powers()})
