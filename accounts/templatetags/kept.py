"""A piece of page kept from one reader to the next: the same values in the same language print the same."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override

if TYPE_CHECKING:
    from collections.abc import Hashable

register = template.Library()


@register.simple_tag
def printed(template_name: str, /, **shown: Hashable) -> SafeString:
    """Return what a template makes of these values alone; never give it what belongs to one reader."""
    return _rendered(template_name, tuple(shown.items()), get_language())


# The key is all that the template is given and the language it writes in: nothing of a reader.
@lru_cache(maxsize=1024)
def _rendered(name: str, shown: tuple[tuple[str, Hashable], ...], language: str | None) -> SafeString:
    with override(language):
        return render_to_string(name, dict(shown))
