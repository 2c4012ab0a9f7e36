"""The tables of a clause: which columns each has, on pages and in the PDF, and how the PDF prints them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from partnerships.charter import costs, regulation
from partnerships.charter.actors import Actor
from partnerships.charter.terms import Terms
from partnerships.charter.texts import BudgetLineText, gettext_noop


class Column(NamedTuple):
    """`field`: of the row; `kind`: of its cells, "text", "euros" (cents), "day" or "actor" (a party)."""

    label: str
    field: str
    kind: str = "text"


class PrintedCell(NamedTuple):
    """`kind`: as of its column; `value`: of an actor, the actor."""

    kind: str
    value: Any
    label: str


@dataclass(frozen=True, kw_only=True)
class PrintedTable:
    """One table of a clause as the PDF prints it; the first cell of a row is its header."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[PrintedCell, ...], ...]


class FactLine(NamedTuple):
    """A value beside the text of a clause. `is_listed`: it is one of ours, translatable."""

    label: str
    value: str | date
    is_listed: bool = False


def printed_tables(terms: Terms, actor_of: Mapping[str, Actor]) -> tuple[PrintedTable, ...]:
    """Return the tables that have rows, in the order of the charter, without their empty columns."""
    return tuple(
        _printed(name, title, used_columns(name, columns, rows), rows, actor_of)
        for name, title, columns in LAYOUT
        if (rows := getattr(terms, name))
    )


def used_columns(name: str, columns: tuple[Column, ...], rows: Sequence[object]) -> tuple[Column, ...]:
    """Return the columns without those of the VAT, of who asked for a limit, of what a milestone depends on.

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


def facts(terms: Terms) -> list[FactLine]:
    """Return the values of a clause that are not in a table, those that it has, labels in French."""
    published = gettext_noop("résumé publié une fois la charte scellée")
    lines = [
        FactLine(gettext_noop("Début"), terms.starts_on or ""),
        FactLine(gettext_noop("Fin"), terms.ends_on or ""),
        FactLine(gettext_noop("Objet à déclarer"), terms.transparency_object),
        *(FactLine(*line) for line in regulation.lines(terms.regulation)),
        FactLine(gettext_noop("Registre public"), published if terms.publication else "", is_listed=True),
    ]
    return [line for line in lines if line.value]


def _printed(
    name: str,
    title: str,
    columns: tuple[Column, ...],
    rows: Sequence[object],
    actor_of: Mapping[str, Actor],
) -> PrintedTable:
    filled = tuple(column for column in columns if any(_value(row, column, actor_of) for row in rows))
    return PrintedTable(
        name=name,
        title=title,
        columns=filled,
        rows=tuple(tuple(_cell(row, column, actor_of) for column in filled) for row in rows),
    )


def _cell(row: object, column: Column, actor_of: Mapping[str, Actor]) -> PrintedCell:
    value = _value(row, column, actor_of)
    if value in (None, ""):
        return PrintedCell("text", "—", column.label)
    return PrintedCell(column.kind, value, column.label)


def _value(row: object, column: Column, actor_of: Mapping[str, Actor]) -> Any:
    value = getattr(row, column.field)
    if column.kind == "actor":
        return actor_of.get(value or "")
    if column.field == "vat" and isinstance(row, BudgetLineText):
        return costs.vat_words(row) if row.vat != "none" else ""
    if column.field == "contribution":
        return "en nature" if value == "in_kind" else "argent"
    return ", ".join(value) if isinstance(value, tuple) else value


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
            Column(gettext_noop("En clair"), "plain_words"),
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
