"""The rows of tables and the dated facts that differ between two versions of a clause."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from accounts.templatetags import wording
from partnerships.charter.tables import LAYOUT, Column
from partnerships.charter.terms import Terms
from partnerships.charter.texts import ChangeKind
from partnerships.text.differences.word_diff import Piece, pieces
from partnerships.text.facts import facts_of
from partnerships.text.tables import Named, cell_of, cell_text

type Row = Any
type Pair = tuple[Row | None, Row | None]


class RowChange(NamedTuple):
    """One row or fact that was added, removed or changed; `label`: of its table or of the fact."""

    label: str
    kind: ChangeKind
    pieces: tuple[Piece, ...]


def row_changes(before: Terms, after: Terms, names: Mapping[str, Named]) -> list[RowChange]:
    """Return what differs in the tables and the facts of a clause, in printed order."""
    changes = [
        RowChange(_(title), _kind(pair), _pieces(pair, columns, names))
        for name, title, columns in LAYOUT
        for pair in _pairs(getattr(before, name), getattr(after, name))
    ]
    old, new = ({fact.label: strip_tags(fact.value) for fact in facts_of(terms)} for terms in (before, after))
    for label in dict.fromkeys([*old, *new]):
        values = (old.get(label, ""), new.get(label, ""))
        if values[0] != values[1]:
            kind: ChangeKind = "changed" if all(values) else "removed" if values[0] else "added"
            changes.append(RowChange(label, kind, tuple(pieces(*values))))
    return changes


def _kind(pair: Pair) -> ChangeKind:
    old, new = pair
    return "added" if old is None else "removed" if new is None else "changed"


def _pieces(pair: Pair, columns: Sequence[Column], names: Mapping[str, Named]) -> tuple[Piece, ...]:
    old, new = (row_text(row, columns, names) if row is not None else "" for row in pair)
    return tuple(pieces(old, new))


def row_text(row: Row, columns: Sequence[Column], names: Mapping[str, Named]) -> str:
    """Return a row as one line of text, with all that a person can type in it."""
    cells = [cell_text(cell_of(row, column, names)) for column in columns if getattr(row, column.field)]
    if getattr(row, "vat", "") == "none" and row.vat_permille:
        cells.append(wording.percent(row.vat_permille / 10))
    return " · ".join(cells)


def _pairs(before: Sequence[Row], after: Sequence[Row]) -> Iterator[Pair]:
    """Yield the rows that differ, each with its former version, None for none.

    Rows that are equal are left out; the others are matched by their code, else by their label, else by their
    party, in order.
    """
    old, new = list(before), list(after)
    for row in before:
        if row in new:
            old.remove(row)
            new.remove(row)
    for row in new:
        former = next((each for identity in IDENTITIES for each in old if _same(row, each, identity)), None)
        if former is not None:
            old.remove(former)
        yield former, row
    for row in old:
        yield row, None


def _code(row: Row) -> str:
    return str(getattr(row, "code", ""))


def _label(row: Row) -> str:
    return "" if _code(row) else str(getattr(row, "label", ""))


def _party(row: Row) -> str:
    return "" if _code(row) or _label(row) else str(getattr(row, "party_key", ""))


IDENTITIES: Final[tuple[Callable[[Row], str], ...]] = (_code, _label, _party)


def _same(row: Row, other: Row, identity: Callable[[Row], str]) -> bool:
    return bool(identity(row)) and identity(row) == identity(other)
