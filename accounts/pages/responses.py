"""What every page answers alike: compressed, nothing stored by browsers, no dead end for a wrong method."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.cache import patch_cache_control

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

COMPRESSED_TYPES: Final = frozenset({"text/html", "text/plain", "application/json"})


class CompressionMiddleware(GZipMiddleware):
    """Compress pages with gzip, but none whose length could disclose a secret of its reader (BREACH).

    That attack needs a secret and words of the attacker in one compressed page. Of a request with a
    session, only what has no query and succeeds is compressed: nothing in it comes from the address. Answers
    to forms are not compressed at all. CSRF tokens are masked anew in each page, and a random number of bytes
    is added.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        media_type = response.get("Content-Type", "").partition(";")[0]
        is_text = not response.streaming and media_type in COMPRESSED_TYPES
        if not is_text or not _is_compressible(request, response):
            return response
        compressed: HttpResponseBase = super().process_response(request, response)
        return compressed


def _is_compressible(request: HttpRequest, response: HttpResponseBase) -> bool:
    if request.method not in ("GET", "HEAD"):
        return False
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return True
    return response.status_code == HTTPStatus.OK and not request.META.get("QUERY_STRING")


class NoStoreMiddleware:
    """Forbid browsers and proxies to store what a signed-in person reads, and what answers a form.

    After signing out, the back button therefore shows nothing of it (RFC 9111, 5.2.2.5).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_stored = "no-store" not in response.get("Cache-Control", "")
        if is_stored and (request.method == "POST" or request.user.is_authenticated):
            patch_cache_control(response, private=True, no_store=True)
        return response


class MethodNotAllowedMiddleware:
    """Answer a wrong method in our words, and lead who opens the address of a form to its page.

    A GET or HEAD on an address that only takes forms is redirected to the nearest address above it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        url = page_above(request.path)
        if request.method in ("GET", "HEAD"):
            return redirect(url)
        page = render(request, "405.html", {"url": url}, status=HTTPStatus.METHOD_NOT_ALLOWED)
        page["Allow"] = response.get("Allow", "")
        return page


def page_above(path: str) -> str:
    """Return the longest path that contains `path` and belongs to the site; at last "/"."""
    parent = path.rstrip("/").rpartition("/")[0] + "/"
    while parent != "/" and not _is_of_site(parent):
        parent = parent.rstrip("/").rpartition("/")[0] + "/"
    return parent


def _is_of_site(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
