"""The page of the text of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from accounts.pages.cache import cached_page
from accounts.pages.session import reader
from partnerships.case.form_fields import counted
from partnerships.case.header import case_header
from partnerships.case.views import case_of, case_version
from partnerships.permissions import Right
from partnerships.text.queries import roadmap_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def roadmap(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the edition of `?edition=`, else the latest one that the reader may read."""
    at = now()
    partnership = case_of(request, reference, Right.READ)
    edition = _edition(request)

    def context() -> dict[str, object]:
        header = case_header(partnership, reader(request), at, tab="roadmap")
        return {"header": header, "page": roadmap_page(header, at, edition=edition)}

    key = (*case_version(request, partnership, at), edition)
    return cached_page(request, key, "partnerships/text/page.html", context)


def _edition(request: HttpRequest) -> int | None:
    requested = request.GET.get("edition", "")
    if not requested:
        return None
    edition = counted(requested)
    if edition is None:
        raise Http404
    return edition
