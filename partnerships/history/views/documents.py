"""The papers of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from accounts.organisations.actions import documents as papers
from accounts.organisations.views import file_response
from accounts.refusals import Refusal
from accounts.session import reader, see_other
from partnerships.case.views import case_of, case_page
from partnerships.history.queries.disclosures import ethics_charter_of
from partnerships.history.queries.documents import documents_page
from partnerships.permissions import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def documents(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the charters and the evidence of a case."""
    partnership = case_of(request, reference, Right.READ)
    page = documents_page(partnership)
    return case_page(
        request, partnership, "partnerships/history/documents/page.html", tab="documents", page=page
    )


@require_safe
def ethics_charter(request: HttpRequest, reference: str, party_id: int) -> HttpResponse:
    """Give the ethics charter of a party to everybody in the case."""
    partnership = case_of(request, reference, Right.READ)
    found = ethics_charter_of(partnership, party_id)
    if found is None:
        raise Http404
    try:
        content = papers.read_document(document=found, reader=reader(request), at=now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return see_other("partnerships:scoping", partnership.reference)
    return file_response(found.name, found.content_type, content)
