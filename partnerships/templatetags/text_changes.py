"""The marks of a comparison of two texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.safestring import SafeString

    from partnerships.text.differences.word_diff import Piece

register = template.Library()


@register.filter
def word_changes(pieces: Iterable[Piece]) -> SafeString:
    """Return the pieces with no space between: added words in `<ins>` and removed words in `<del>`."""
    return format_html_join("", "{}", ((_marked(piece),) for piece in pieces))


def _marked(piece: Piece) -> SafeString:
    if piece.kind == "ins":
        return format_html("<ins>{}</ins>", piece.text)
    if piece.kind == "del":
        return format_html("<del>{}</del>", piece.text)
    return conditional_escape(piece.text)
