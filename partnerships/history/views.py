"""Pages of the history of a case: ledger and documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from accounts.organisations.actions import documents as document_actions
from accounts.organisations.views import file_response
from accounts.pages.session import reader, see_other
from accounts.refusals import Refusal
from partnerships.case.header import case_header
from partnerships.case.views import case_of, case_page
from partnerships.history.queries.disclosures import ethics_charter_of
from partnerships.history.queries.documents import documents_page
from partnerships.history.queries.ledger import entry_page, ledger_page
from partnerships.permissions import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def ledger(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one page of the ledger; with `?verifier=1` the whole chain is recomputed."""
    partnership = case_of(request, reference, Right.READ)
    header = case_header(partnership, reader(request), now(), tab="ledger")
    page = ledger_page(header, number=request.GET.get("page", 1), is_checked="verifier" in request.GET)
    return render(request, "partnerships/history/ledger/page.html", {"header": header, "page": page})


@require_safe
def entry(request: HttpRequest, reference: str, sequence: int) -> HttpResponse:
    """Show one entry with its whole fingerprint."""
    partnership = case_of(request, reference, Right.READ)
    header = case_header(partnership, reader(request), now(), tab="ledger")
    page = entry_page(header, sequence)
    return render(request, "partnerships/history/ledger/entry.html", {"header": header, "page": page})


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
    """Return the ethics charter that a party has uploaded, to any reader of the case."""
    partnership = case_of(request, reference, Right.READ)
    document = ethics_charter_of(partnership, party_id)
    if document is None:
        raise Http404
    try:
        content = document_actions.read_document(document=document, reader=reader(request), at=now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return see_other("partnerships:scoping", partnership.reference)
    return file_response(document.name, document.content_type, content)
