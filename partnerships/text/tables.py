"""The tables of a clause as a page displays them: columns and rows of typed cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.templatetags import wording
from partnerships.charter.tables import LAYOUT, Column, used_columns
from partnerships.charter.terms import Terms
from partnerships.charter.texts import BudgetLineText


class TableCell(NamedTuple):
    """`kind`: "text", "euros" (cents), "day" or "actor" (a side and a name)."""

    kind: str
    value: Any
    label: str = ""


class Named(NamedTuple):
    """The side and the name of the party that a code stands for."""

    side: str
    name: str


@dataclass(frozen=True, kw_only=True)
class TableShown:
    """One table; the first cell of a row is its header."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[TableCell, ...], ...]


def tables_of(terms: Terms, names: Mapping[str, Named]) -> list[TableShown]:
    """Return the tables with at least one row, in the order of the charter.

    `names`: side and name by code, including "broker" and "both".
    """
    return [
        _table(name, title, used_columns(name, columns, rows), rows, names)
        for name, title, columns in LAYOUT
        if (rows := getattr(terms, name))
    ]


def _table(
    name: str, title: str, columns: tuple[Column, ...], rows: Sequence[object], names: Mapping[str, Named]
) -> TableShown:
    return TableShown(
        name=name,
        title=_(title),
        columns=tuple(_(column.label) for column in columns),
        rows=tuple(tuple(cell_of(row, column, names) for column in columns) for row in rows),
    )


def vat_text(line: BudgetLineText) -> str:
    """Return the VAT rate of a line and whether the VAT is recovered; "" when none is due."""
    rate = wording.percent(Decimal(line.vat_permille) / 10)
    words = {"borne": _("%(rate)s, non récupérée"), "recovered": _("%(rate)s, récupérée")}
    return words[line.vat] % {"rate": rate} if line.vat in words else ""


def cell_text(cell: TableCell) -> str:
    """Return the text of a cell, without its marks."""
    match cell.kind:
        case "euros":
            return wording.euros(cell.value)
        case "day":
            return date_format(cell.value, "j F Y")
        case "actor":
            return str(cell.value.name)
        case _other:
            return str(cell.value)


def cell_of(row: object, column: Column, names: Mapping[str, Named]) -> TableCell:
    """Return the cell of a row in one column."""
    value = getattr(row, column.field)
    if column.field == "vat" and isinstance(row, BudgetLineText):
        value = vat_text(row)
    if column.kind == "actor":
        value = names.get(value or "", Named("both", value or "—"))
    if isinstance(value, tuple) and not isinstance(value, Named):
        value = ", ".join(value)
    if column.field == "contribution":
        value = _("en nature") if value == "in_kind" else _("argent")
    label = _(column.label)
    return TableCell("text", "—", label) if value in (None, "") else TableCell(column.kind, value, label)
