"""The tables of a clause as a page shows them: columns, and rows of cells that say what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from partnerships.charter.terms import Terms


class Cell(NamedTuple):
    """`kind`: "text", "euros" (cents), "day" or "actor" (a side and a name)."""

    kind: str
    value: Any
    label: str = ""


class Named(NamedTuple):
    """Who is named by a code: the side that gives colour and shape, and the name."""

    side: str
    name: str


@dataclass(frozen=True, kw_only=True)
class TableShown:
    """One table; the first cell of a row is its head."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


class Column(NamedTuple):
    label: str
    field: str
    kind: str = "text"


def tables_of(terms: Terms, names: Mapping[str, Named]) -> list[TableShown]:
    """Return the tables that hold something, in the order of the charter.

    `names`: who each code stands for, "broker" and "both" included.
    """
    shown = []
    for name, title, columns in _layout():
        rows = [[_cell(row, column, names) for column in columns] for row in getattr(terms, name)]
        if rows:
            labels = [column.label for column in columns]
            shown.append(TableShown(name=name, title=title, columns=labels, rows=rows))
    return shown


def _cell(row: object, column: Column, names: Mapping[str, Named]) -> Cell:
    held = getattr(row, column.field)
    if column.kind == "actor":
        held = names.get(held or "", Named("both", held or "—"))
    if isinstance(held, tuple) and not isinstance(held, Named):
        held = ", ".join(held)
    if column.field == "contribution":
        held = _("nature") if held == "in_kind" else _("numéraire")
    return Cell("text", "—", column.label) if held in (None, "") else Cell(column.kind, held, column.label)


def _layout() -> list[tuple[str, str, list[Column]]]:
    code, text = Column(_("Code"), "code"), Column(_("Texte"), "text")
    amount = Column(_("Montant"), "amount_minor", "euros")
    return [
        (
            "expectations",
            _("Retombées attendues"),
            [
                code,
                Column(_("Pour"), "party_key", "actor"),
                Column(_("Attente"), "text"),
                Column(_("Comment on saura"), "indicator"),
                Column(_("Jalon"), "milestone_code"),
                Column(_("Au plus tard"), "by_date", "day"),
            ],
        ),
        ("limits", _("Limites du projet"), [code, Column(_("Limite"), "text")]),
        ("red_lines", _("Lignes rouges"), [Column(_("De"), "party_key", "actor"), text]),
        (
            "commitments",
            _("Engagements"),
            [
                code,
                Column(_("Qui"), "party_key", "actor"),
                Column(_("Engagement"), "text"),
                Column(_("Heures"), "hours"),
                amount,
                Column(_("Répond à"), "serves"),
            ],
        ),
        (
            "milestones",
            _("Jalons"),
            [
                code,
                Column(_("Jalon"), "title"),
                Column(_("Responsable"), "owner", "actor"),
                Column(_("Échéance"), "due_date", "day"),
                Column(_("Indicateur, preuve"), "indicator"),
            ],
        ),
        (
            "budget",
            _("Budget"),
            [
                Column(_("Ligne"), "label"),
                Column(_("Apporté par"), "payer_key", "actor"),
                Column(_("Nature"), "contribution"),
                amount,
            ],
        ),
        (
            "payments",
            _("Versements"),
            [
                Column(_("Versement"), "label"),
                Column(_("Par"), "payer_key", "actor"),
                Column(_("Après le jalon"), "milestone_code"),
                amount,
            ],
        ),
        (
            "fees",
            _("Honoraires du passeur"),
            [Column(_("Honoraires"), "label"), Column(_("Payés par"), "payer_key", "actor"), amount],
        ),
    ]
