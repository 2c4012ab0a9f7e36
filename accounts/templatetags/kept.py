"""A piece of page kept from one reader to the next: the same values in the same language print the same."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language, override

if TYPE_CHECKING:
    from collections.abc import Hashable

register = template.Library()


@register.simple_tag
def printed(template_name: str, /, slots: str = "", **shown: Hashable) -> SafeString:
    """Return what a template makes of these values alone; never give it what belongs to one reader.

    `slots`: names of the values that are written in afterwards, so that they are not kept: what differs
    at each request. The template may say whether there is one, not look at it.
    """
    own: dict[str, Any] = {name: shown[name] for name in slots.split() if shown[name]}
    kept = shown | {name: _slot(name) for name in own}
    text = _rendered(template_name, tuple(kept.items()), get_language(), get_current_timezone_name())
    for name, value in own.items():
        text = SafeString(text.replace(_slot(name), conditional_escape(value)))
    return text


def _slot(name: str) -> str:
    return f"\0{name}\0"  # no page holds this letter


# The key is all that the template is given, its language and its time zone: nothing of a reader.
@lru_cache(maxsize=2048)
def _rendered(
    name: str, shown: tuple[tuple[str, Hashable], ...], language: str | None, _time_zone: str
) -> SafeString:
    if any(isinstance(value, Model) for _name, value in shown):
        raise TypeError(shown)  # a row equals what it was before it changed
    with override(language):
        return render_to_string(name, dict(shown))
