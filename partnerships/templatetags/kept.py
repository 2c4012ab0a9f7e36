"""A text as it is printed, kept from one reader to the next: the same words give the same page."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override

if TYPE_CHECKING:
    from collections.abc import Hashable

    from partnerships.queries.changes import Changes
    from partnerships.queries.roadmap import ClauseShown
    from partnerships.queries.tables import TableShown

register = template.Library()


@register.simple_tag
def printed_clause(clause: ClauseShown) -> SafeString:
    """Return a clause with its gloss, its tables and its facts."""
    return _rendered("partnerships/roadmap/clause.html", (("clause", clause),), get_language())


@register.simple_tag
def printed_reading(clause: ClauseShown, changes: Changes | None, is_open: bool) -> SafeString:  # noqa: FBT001
    """Return a clause as a party reads it to answer: what came and what went, its gloss, its tables."""
    shown = (("shown", clause), ("changes", changes), ("is_open", is_open))
    return _rendered("partnerships/negotiation/reading.html", shown, get_language())


@register.simple_tag
def printed_tables(tables: tuple[TableShown, ...]) -> SafeString:
    """Return the tables of a clause."""
    return _rendered("partnerships/drafting/tables.html", (("tables", tables),), get_language())


# The key is all that these templates are given and the language they write in: nothing of a reader.
@lru_cache(maxsize=1024)
def _rendered(name: str, shown: tuple[tuple[str, Hashable], ...], language: str | None) -> SafeString:
    with override(language):
        return render_to_string(name, dict(shown))
