"""The tables of a clause as a page shows them: columns, and rows of cells that say what they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

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
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Column(NamedTuple):
    label: str
    field: str
    kind: str = "text"


def tables_of(terms: Terms, names: Mapping[str, Named]) -> list[TableShown]:
    """Return the tables that hold something, in the order of the charter.

    `names`: who each code stands for, "broker" and "both" included.
    """
    return [
        TableShown(
            name=name,
            title=_(title),
            columns=tuple(_(column.label) for column in columns),
            rows=tuple(tuple(_cell(row, column, names) for column in columns) for row in held),
        )
        for name, title, columns in LAYOUT
        if (held := getattr(terms, name))
    ]


def _cell(row: object, column: Column, names: Mapping[str, Named]) -> Cell:
    held = getattr(row, column.field)
    if column.kind == "actor":
        held = names.get(held or "", Named("both", held or "—"))
    if isinstance(held, tuple) and not isinstance(held, Named):
        held = ", ".join(held)
    if column.field == "contribution":
        held = _("nature") if held == "in_kind" else _("numéraire")
    label = _(column.label)
    return Cell("text", "—", label) if held in (None, "") else Cell(column.kind, held, label)


CODE = Column(gettext_noop("Code"), "code")
AMOUNT = Column(gettext_noop("Montant"), "amount_minor", "euros")
LAYOUT: Final[tuple[tuple[str, str, tuple[Column, ...]], ...]] = (
    (
        "expectations",
        gettext_noop("Retombées attendues"),
        (
            CODE,
            Column(gettext_noop("Pour"), "party_key", "actor"),
            Column(gettext_noop("Attente"), "text"),
            Column(gettext_noop("Comment on saura"), "indicator"),
            Column(gettext_noop("Jalon"), "milestone_code"),
            Column(gettext_noop("Au plus tard"), "by_date", "day"),
        ),
    ),
    ("limits", gettext_noop("Limites du projet"), (CODE, Column(gettext_noop("Limite"), "text"))),
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
        ),
    ),
    (
        "budget",
        gettext_noop("Budget"),
        (
            Column(gettext_noop("Ligne"), "label"),
            Column(gettext_noop("Apporté par"), "payer_key", "actor"),
            Column(gettext_noop("Nature"), "contribution"),
            AMOUNT,
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
