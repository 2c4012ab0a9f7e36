"""Comparing a page from the cache with the same page rendered anew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache import cache
from django.core.cache.backends import locmem

TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]+')


@contextmanager
def empty_cache() -> Iterator[None]:
    """Empty the cache, and give it back its entries at the end."""
    before = {
        name: (entries.copy(), locmem._expire_info[name].copy()) for name, entries in locmem._caches.items()
    }
    cache.clear()
    yield
    for name, (entries, expiry) in before.items():
        locmem._caches[name].clear()
        locmem._caches[name].update(entries)
        locmem._expire_info[name].clear()
        locmem._expire_info[name].update(expiry)


def without_csrf_tokens(response: Any) -> str:
    """Return the body of a page without the secrets of its forms, which differ at each request."""
    return TOKEN.sub(r"\1", response.text)
