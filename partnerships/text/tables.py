"""The tables of a clause as a page displays them: columns and rows of typed cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.templatetags import wording
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


class Column(NamedTuple):
    """`kind`: of its cells."""

    label: str
    field: str
    kind: str = "text"


def tables_of(terms: Terms, names: Mapping[str, Named]) -> list[TableShown]:
    """Return the tables with at least one row, in the order of the charter.

    `names`: side and name by code, including "broker" and "both".
    """
    return [
        _table(name, title, _used_columns(name, columns, rows), rows, names)
        for name, title, columns in LAYOUT
        if (rows := getattr(terms, name))
    ]


def _used_columns(name: str, columns: tuple[Column, ...], rows: Sequence[object]) -> tuple[Column, ...]:
    """Return the columns without those of the VAT, of the party of a limit, of what a milestone depends on.

    Each is left out when no row has any.
    """
    unused: set[str] = set()
    if all(getattr(row, "vat", "none") == "none" for row in rows):
        unused |= WITH_VAT
    if name == "limits" and not any(getattr(row, "party_key", "") for row in rows):
        unused.add("party_key")
    if not any(getattr(row, "depends_on", None) for row in rows):
        unused.add("depends_on")
    return tuple(column for column in columns if column.field not in unused)


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


CODE = Column(gettext_noop("Code"), "code")
AMOUNT = Column(gettext_noop("Montant"), "amount_minor", "euros")
WITH_VAT: Final = frozenset({"vat", "cost_minor"})
LAYOUT: Final[tuple[tuple[str, str, tuple[Column, ...]], ...]] = (
    (
        "expectations",
        gettext_noop("Attentes"),
        (
            CODE,
            Column(gettext_noop("Pour"), "party_key", "actor"),
            Column(gettext_noop("Attente"), "text"),
            Column(gettext_noop("Comment on saura"), "indicator"),
            Column(gettext_noop("Jalon"), "milestone_code"),
            Column(gettext_noop("Au plus tard"), "by_date", "day"),
        ),
    ),
    (
        "limits",
        gettext_noop("Limites du projet"),
        (
            CODE,
            Column(gettext_noop("Limite"), "text"),
            Column(gettext_noop("Demandée par"), "party_key", "actor"),
        ),
    ),
    (
        "red_lines",
        gettext_noop("Lignes rouges"),
        (Column(gettext_noop("De"), "party_key", "actor"), Column(gettext_noop("Texte"), "text")),
    ),
    (
        "commitments",
        gettext_noop("Engagements"),
        (
            CODE,
            Column(gettext_noop("Qui"), "party_key", "actor"),
            Column(gettext_noop("Engagement"), "text"),
            Column(gettext_noop("Heures"), "hours"),
            AMOUNT,
            Column(gettext_noop("Répond à"), "serves"),
        ),
    ),
    (
        "milestones",
        gettext_noop("Jalons"),
        (
            CODE,
            Column(gettext_noop("Jalon"), "title"),
            Column(gettext_noop("Responsable"), "owner", "actor"),
            Column(gettext_noop("Échéance"), "due_date", "day"),
            Column(gettext_noop("Indicateur, preuve"), "indicator"),
            Column(gettext_noop("Dépend de"), "depends_on"),
        ),
    ),
    (
        "budget",
        gettext_noop("Budget"),
        (
            Column(gettext_noop("Ligne"), "label"),
            Column(gettext_noop("Apporté par"), "payer_key", "actor"),
            Column(gettext_noop("Forme de l’apport"), "contribution"),
            Column(gettext_noop("Montant hors TVA"), "amount_minor", "euros"),
            Column(gettext_noop("TVA"), "vat"),
            Column(gettext_noop("Coût"), "cost_minor", "euros"),
        ),
    ),
    (
        "counterparts",
        gettext_noop("Contreparties"),
        (
            Column(gettext_noop("Contrepartie"), "label"),
            Column(gettext_noop("Reçue par"), "party_key", "actor"),
            Column(gettext_noop("Valeur"), "amount_minor", "euros"),
        ),
    ),
    (
        "payments",
        gettext_noop("Versements"),
        (
            Column(gettext_noop("Versement"), "label"),
            Column(gettext_noop("Par"), "payer_key", "actor"),
            Column(gettext_noop("Après le jalon"), "milestone_code"),
            AMOUNT,
        ),
    ),
    (
        "fees",
        gettext_noop("Honoraires du passeur"),
        (
            Column(gettext_noop("Honoraires"), "label"),
            Column(gettext_noop("Payés par"), "payer_key", "actor"),
            AMOUNT,
        ),
    ),
)
