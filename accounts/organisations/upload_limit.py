"""Limit on the size of requests, applied before their body is read."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpResponse
from django.template.loader import render_to_string

if TYPE_CHECKING:
    from django.http import HttpRequest

from accounts.organisations.file_kinds import MAX_BYTES

# Beyond it nothing is read. Below it, the form refuses a file that is too large and keeps what was typed.
MAX_REQUEST_BYTES = 64 * 1024 * 1024


class TruncatingUploadHandler(FileUploadHandler):
    """Stop storing a file once it exceeds what any form accepts; its form then refuses it by its size."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Pass a chunk to the handlers that store it, None to drop it."""
        return raw_data if start <= MAX_BYTES else None

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that store it."""


class UploadLimitMiddleware:
    """Answer 413 to a request whose Content-Length exceeds the limit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Compare Content-Length with the limit; the server reads a request without it as empty."""
        length = str(request.META.get("CONTENT_LENGTH") or "0")
        if length.isdecimal() and int(length[:20]) > MAX_REQUEST_BYTES:
            page = render_to_string("413.html")
            return HttpResponse(page, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return self.get_response(request)
