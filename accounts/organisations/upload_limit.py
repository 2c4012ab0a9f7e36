"""What is too large to be read here is refused before a byte of it is."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.template.loader import render_to_string

if TYPE_CHECKING:
    from django.http import HttpRequest

# A file of 10 MB with the form around it.
MOST_BYTES = 12 * 1024 * 1024


class UploadLimitMiddleware:
    """Answers 413 in words to a request that announces more than a form with one file."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse by the announced length; what announces none is read as empty by the server."""
        announced = str(request.META.get("CONTENT_LENGTH") or "0")
        if announced.isdecimal() and int(announced[:20]) > MOST_BYTES:
            page = render_to_string("413.html")
            return HttpResponse(page, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return self.get_response(request)
