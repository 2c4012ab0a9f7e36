"""The page of the public register, which needs no login."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.transparency import queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_not_required
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """List the charters whose parties all agreed to publication."""
    page, entries = queries.published(request.GET.get("page", "1"))
    return render(request, "partnerships/transparency/page.html", {"page": page, "entries": entries})
