"""The differences between two revisions of a clause: its text and its tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from partnerships.charter import terms as charter_terms
from partnerships.charter.references import resolved
from partnerships.models import ClauseRevision
from partnerships.text.differences.word_diff import Piece, pieces
from partnerships.text.facts import facts_of
from partnerships.text.tables import Named, cell_text, tables_of

type Paragraphs = tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Changes:
    """`since`: number of the former revision; an unchanged part is empty, except the body."""

    since: int
    title: tuple[Piece, ...]
    body: Paragraphs
    gloss: tuple[Piece, ...]
    tables: Paragraphs


def between(
    before: ClauseRevision,
    after: ClauseRevision,
    names: Mapping[str, Named],
    reference_names: Mapping[str, str],
) -> Changes:
    """Return the differences between two revisions.

    `reference_names`: the current name of each cited clause, so that renumbering a clause is no difference.
    """
    rows = (_rows(before, names), _rows(after, names))
    return Changes(
        since=before.number,
        title=_changed(before.title, after.title),
        body=paragraphs(
            pieces(resolved(before.body, reference_names), resolved(after.body, reference_names))
        ),
        gloss=_changed(
            resolved(before.plain_words, reference_names), resolved(after.plain_words, reference_names)
        ),
        tables=paragraphs(_changed(*rows)),
    )


def proposed(body: str, proposal: str) -> Paragraphs:
    """Return the differences between the text of a clause as displayed and a proposed one."""
    return paragraphs(pieces(body, proposal))


def removal_of(
    removed: ClauseRevision, names: Mapping[str, Named], reference_names: Mapping[str, str]
) -> Changes:
    """Return the content of a removed clause, all of it deleted."""

    def deleted(text: str) -> tuple[Piece, ...]:
        return (Piece("del", text),) if text else ()

    return Changes(
        since=removed.number,
        title=deleted(removed.title),
        body=paragraphs(deleted(resolved(removed.body, reference_names))),
        gloss=deleted(resolved(removed.plain_words, reference_names)),
        tables=paragraphs(deleted(_rows(removed, names))),
    )


def _changed(before: str, after: str) -> tuple[Piece, ...]:
    return tuple(pieces(before, after)) if before != after else ()


def paragraphs(diff: Sequence[Piece]) -> Paragraphs:
    """Return the pieces split at the ends of lines, so that no piece spans two paragraphs."""
    lines: list[list[Piece]] = [[]]
    for piece in diff:
        first, *following = re.split(r"\s*\n\s*", piece.text)
        lines[-1].append(Piece(piece.kind, first))
        lines += [[Piece(piece.kind, text)] for text in following]
    filled = [tuple(piece for piece in line if piece.text) for line in lines]
    return tuple(line for line in filled if line)


def _rows(revision: ClauseRevision, names: Mapping[str, Named]) -> str:
    terms = charter_terms.read(revision.terms)
    facts = [
        _("%(label)s\u00a0: %(value)s") % {"label": fact.label, "value": strip_tags(fact.value)}
        for fact in facts_of(terms)
    ]
    rows = [
        " · ".join(cell_text(cell) for cell in row) for table in tables_of(terms, names) for row in table.rows
    ]
    return "\n".join([*rows, *facts])
