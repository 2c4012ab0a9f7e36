"""The papers of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from accounts.views.session import reader
from partnerships.permissions import Right, partnership_for
from partnerships.queries.documents import documents_page
from partnerships.views.page import case_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def documents(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the charters and the evidence of a case."""
    partnership = partnership_for(reader(request), reference, Right.READ)
    page = documents_page(partnership)
    return case_page(request, partnership, "partnerships/documents/page.html", tab="documents", page=page)
