"""The clock of a request: the time zone of its reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from outbox.schedule import zone_named

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class ReaderTimeZoneMiddleware:
    """Shows every moment of a page in the time zone of who is signed in, in that of Paris to anybody else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        zone = zone_named(user.time_zone) if user.is_authenticated else timezone.get_default_timezone()
        with timezone.override(zone):
            return self.get_response(request)
