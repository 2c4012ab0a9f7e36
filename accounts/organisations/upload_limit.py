"""Limit on the size of requests, applied before their body is read."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.template.loader import render_to_string

if TYPE_CHECKING:
    from django.http import HttpRequest

# A file of 10 MB with the form around it.
MAX_REQUEST_BYTES = 12 * 1024 * 1024


class UploadLimitMiddleware:
    """Answer 413 to a request whose Content-Length exceeds that of a form with one file."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Compare Content-Length with the limit; the server reads a request without it as empty."""
        length = str(request.META.get("CONTENT_LENGTH") or "0")
        if length.isdecimal() and int(length[:20]) > MAX_REQUEST_BYTES:
            page = render_to_string("413.html")
            return HttpResponse(page, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return self.get_response(request)
