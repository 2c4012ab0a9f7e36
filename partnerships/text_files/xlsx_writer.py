"""The budget, the milestones and the commitments of a text as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Final

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from accounts.templatetags import wording
from partnerships.charter.tables import LAYOUT, Column
from partnerships.text.tables import TableCell, cell_text
from partnerships.text_files.queries import TakenText

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

# The tables of the file, one sheet each, in this order.
TABLES: Final = ("budget", "payments", "fees", "counterparts", "milestones", "commitments", "expectations")
EUROS: Final = '#,##0.00\u00a0"€"'
DAYS: Final = "yyyy-mm-dd"
# A program may take a text that begins so for a formula when it is edited or saved in another format.
FORMULA_STARTS: Final = tuple("=+-@\t\r")
WIDTHS: Final = {"text": 36, "euros": 16, "day": 14, "actor": 28}
CODE_WIDTH: Final = 10
NOTHING: Final = "—"

type Row = tuple[str, Mapping[str, TableCell]]  # number of the clause; cells by label of their column


def draft_xlsx(taken: TakenText) -> bytes:
    """Return the spreadsheet of the tables of a text that have rows, in the active language."""
    book = Workbook()
    first = book.worksheets[0]
    first.title = _("Texte")
    _write_identity(first, taken)
    layout = {name: (title, columns) for name, title, columns in LAYOUT}
    for name in TABLES:
        title, columns = layout[name]
        if rows := list(_rows(taken, name)):
            _write_sheet(book.create_sheet(_(title)), columns, rows)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(taken: TakenText, name: str) -> Iterator[Row]:
    for clause in taken.clauses:
        for table in clause.shown.tables:
            if table.name == name:
                for cells in table.rows:
                    yield clause.shown.number, {cell.label: cell for cell in cells}


def _write_identity(sheet: Worksheet, taken: TakenText) -> None:
    mark = " ".join(render_to_string("partnerships/text_files/mark.html", {"taken": taken}).split(" "))
    lines = (
        (mark.strip(), ""),
        (_("Titre"), taken.title),
        (_("Dossier"), taken.reference),
        (_("Édition"), f"{taken.text.name}, {taken.version}"),
        (_("Pris le"), wording.day_text(taken.taken_at)),
        (_("Empreinte (SHA-256)"), taken.fingerprint),
    )
    for number, (label, value) in enumerate(lines, 1):
        _write_text(sheet.cell(number, 1), label)
        _write_text(sheet.cell(number, 2), value)
        sheet.cell(number, 1).font = Font(bold=True)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 70


def _write_sheet(sheet: Worksheet, columns: tuple[Column, ...], rows: list[Row]) -> None:
    labels = [_(column.label) for column in columns]
    used = [
        (label, column)
        for label, column in zip(labels, columns, strict=True)
        if any(_value(cells, label) is not None for _number, cells in rows)
    ]
    for rank, label in enumerate([_("Clause"), *(label for label, _column in used)], 1):
        cell = sheet.cell(1, rank)
        _write_text(cell, label)
        cell.font = Font(bold=True)
    for line, (number, cells) in enumerate(rows, 2):
        _write_text(sheet.cell(line, 1), number)
        for rank, (label, column) in enumerate(used, 2):
            _write(sheet.cell(line, rank), column.kind, cells.get(label))
    for rank, (_label, column) in enumerate(used, 2):
        width = CODE_WIDTH if column.field == "code" else WIDTHS[column.kind]
        sheet.column_dimensions[sheet.cell(1, rank).column_letter].width = width
    _write_total(sheet, used, rows)
    sheet.freeze_panes = "B2"


def _write_total(sheet: Worksheet, used: list[tuple[str, Column]], rows: list[Row]) -> None:
    amounts = [(rank, label) for rank, (label, column) in enumerate(used, 2) if column.kind == "euros"]
    if not amounts:
        return
    line = len(rows) + 2
    _write_text(sheet.cell(line, 1), _("Total"))
    for rank, label in amounts:
        total = sum(value for _number, cells in rows if isinstance(value := _value(cells, label), int))
        _write(sheet.cell(line, rank), "euros", TableCell("euros", total, label))
    for cell in sheet[line]:
        cell.font = Font(bold=True)


def _value(cells: Mapping[str, TableCell], label: str) -> object:
    """Return the value of a cell, None when it is empty."""
    cell = cells.get(label)
    return None if cell is None or (cell.kind == "text" and cell.value == NOTHING) else cell.value


def _write(cell: Cell, kind: str, shown: TableCell | None) -> None:
    if shown is None or (shown.kind == "text" and shown.value == NOTHING):
        return
    if kind == "euros" and shown.kind == "euros":
        cell.value, cell.number_format = Decimal(shown.value) / 100, EUROS
    elif kind == "day" and isinstance(shown.value, date):
        cell.value, cell.number_format = shown.value, DAYS
    elif isinstance(shown.value, int):
        cell.value = shown.value
    else:
        _write_text(cell, cell_text(shown))
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _write_text(cell: Cell, text: str) -> None:
    """Write a text as text, never as a formula."""
    cell.value = text
    cell.data_type = "s"
    if text.startswith(FORMULA_STARTS):
        cell.quotePrefix = True
