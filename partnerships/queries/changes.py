"""What changed in a clause between two of its revisions: its words and its tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format

from accounts.templatetags import wording
from partnerships.charter import terms as charter_terms
from partnerships.models import ClauseRevision
from partnerships.queries.tables import Cell, Named, tables_of
from partnerships.queries.wording_diff import Piece, pieces

type Paragraphs = tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Changes:
    """`since`: number of the revision before; a part that did not change is empty, but for the body."""

    since: int
    title: tuple[Piece, ...]
    body: Paragraphs
    gloss: tuple[Piece, ...]
    tables: Paragraphs


def between(before: ClauseRevision, after: ClauseRevision, names: Mapping[str, Named]) -> Changes:
    """Return what changed from one revision to the next."""
    rows = (_rows(before, names), _rows(after, names))
    return Changes(
        since=before.number,
        title=_changed(before.title, after.title),
        body=paragraphs(pieces(before.body, after.body)),
        gloss=_changed(before.plain_words, after.plain_words),
        tables=paragraphs(_changed(*rows)),
    )


def _changed(before: str, after: str) -> tuple[Piece, ...]:
    return tuple(pieces(before, after)) if before != after else ()


def paragraphs(found: Sequence[Piece]) -> Paragraphs:
    """Return the pieces cut where a line ends, so that no mark crosses a paragraph."""
    lines: list[list[Piece]] = [[]]
    for piece in found:
        first, *others = re.split(r"\s*\n\s*", piece.text)
        lines[-1].append(Piece(piece.kind, first))
        lines += [[Piece(piece.kind, text)] for text in others]
    filled = [tuple(piece for piece in line if piece.text) for line in lines]
    return tuple(line for line in filled if line)


def _rows(revision: ClauseRevision, names: Mapping[str, Named]) -> str:
    terms = charter_terms.read(revision.terms)
    days = [date_format(day, "j F Y") for day in (terms.starts_on, terms.ends_on) if day]
    rows = [
        " · ".join(_written(cell) for cell in row) for table in tables_of(terms, names) for row in table.rows
    ]
    return "\n".join([*rows, *days, *filter(None, [terms.transparency_object])])


def _written(cell: Cell) -> str:
    match cell.kind:
        case "euros":
            return wording.euros(cell.value)
        case "day":
            return date_format(cell.value, "j F Y")
        case "actor":
            return str(cell.value.name)
        case _other:
            return str(cell.value)
