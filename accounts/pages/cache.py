"""Pages whose content is kept in the shared cache, under a key made of everything the content depends on.

Each entry is of one reader, and never holds an envelope, a draft or a message. The frame of the page
(navigation, messages of the last request) is rendered anew each time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.core.cache import cache
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac
from django.utils.timezone import get_current_timezone_name, localtime
from django.utils.translation import get_language

from accounts.forms.unsent import owner_mark

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

SECONDS: Final = 15 * 60
# Stand in cached content for the hidden fields of each reader's forms. Nobody can guess them: words typed by
# another party that contained one would be replaced by the token of the reader, in a link to elsewhere too.
CSRF_PLACEHOLDER: Final = salted_hmac("accounts.page_cache", "csrf token", algorithm="sha256").hexdigest()
OWNER_PLACEHOLDER: Final = salted_hmac("accounts.page_cache", "owner mark", algorithm="sha256").hexdigest()
# In a context: it holds what must not be cached after all, such as a draft saved a moment ago.
PRIVATE: Final = "is_private"
SEPARATOR: Final = "<!-- content -->"


class PageContent(NamedTuple):
    """The title and the main content of a page, as HTML."""

    title: str
    main: str


def layout(_request: HttpRequest) -> dict[str, str]:
    """Context processor: name the template that frames a page, which `cached_page` replaces."""
    return {"layout": "base.html"}


def cached_page(
    request: HttpRequest, key: tuple[object, ...], template: str, context: Callable[[], dict[str, Any]]
) -> HttpResponse:
    """Return a page whose content is cached; `context` is called only for content not in the cache.

    `key`: values whose `repr` says all that the content depends on, but for the template, the language
    and the time zone. Content whose context has a true `PRIVATE` is not cached. The template must extend
    `layout` and fill its blocks `title` and `main` alone.
    """
    name = _cache_key(template, key)
    content: PageContent | None = cache.get(name)
    if content is None:
        values = context()
        content = _render(request, template, values)
        if not values.get(PRIVATE):
            cache.set(name, content, SECONDS)
    main = content.main
    if CSRF_PLACEHOLDER in main:
        main = main.replace(CSRF_PLACEHOLDER, get_token(request))
        main = main.replace(OWNER_PLACEHOLDER, owner_mark(request.user))
    return render(request, "layouts/cached.html", {"title": content.title, "main": main})


def hour_of(at: datetime) -> datetime:
    """Return the beginning of the reader's hour, for keys of content that says days and not minutes.

    In the time zone of the reader, where a day may begin at half past an hour of UTC.
    """
    return localtime(at).replace(minute=0, second=0, microsecond=0)


def _render(request: HttpRequest, template: str, context: dict[str, Any]) -> PageContent:
    frame = {"layout": "layouts/content.html", "csrf_token": CSRF_PLACEHOLDER}
    title, main = render_to_string(template, context | frame, request).split(SEPARATOR)
    return PageContent(title.strip(), main.strip())


def _cache_key(template: str, key: tuple[object, ...]) -> str:
    values = repr((template, CSRF_PLACEHOLDER, get_language(), get_current_timezone_name(), key))
    return f"page:{hashlib.sha256(values.encode()).hexdigest()}"
