"""The history of a case, the same copy for everyone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from accounts.session import reader
from partnerships.case.header import case_header
from partnerships.case.views import case_of
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
