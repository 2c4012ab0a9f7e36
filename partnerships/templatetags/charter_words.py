"""Filters of the charter templates: dates, amounts, paragraphs, blanks."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join

from partnerships.charter import typography
from partnerships.checks.blanks import MARKER

register = template.Library()

register.filter("day", typography.day)
register.filter("moment", typography.moment)
register.filter("euros", typography.euros)
register.filter("thousands", typography.thousands)
register.filter("blocks", typography.blocks)
register.filter("listed", typography.listed)


@register.filter
def with_blanks(value: Any) -> Any:
    """Return a text with its marked blanks in `mark` elements; anything else as it is."""
    if not isinstance(value, str) or not MARKER.search(value):
        return value
    words = MARKER.split(value)
    marks = [format_html('<mark class="blank">{}</mark>', blank) for blank in MARKER.findall(value)]
    return format_html_join("", "{}{}", zip(words, [*marks, ""], strict=True))
