"""The page of the list of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from accounts.pages.session import reader
from partnerships.home.case_list import list_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """Show one page of the reader's cases."""
    page = list_page(reader(request), now(), number=request.GET.get("page", 1))
    return render(request, "partnerships/home/list/page.html", {"page": page})
