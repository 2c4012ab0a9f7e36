"""What a written case says, as people type it in the fields of the pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date, timedelta

from lucky_link.demo.actions.scoping import BriefEntry, CanvasEntry
from lucky_link.demo.case_file import ClauseRecord, Filing, Redraft
from lucky_link.demo.clause_terms import tables_of, terms_of
from partnerships.charter.terms import TABLES, Terms
from partnerships.charter.texts import Heading
from partnerships.drafting.forms.rows import ROW_FORMS

type Typed = dict[str, str | tuple[str, ...]]


def words(name: str, value: object) -> str:
    """Return one value as it is typed: amounts in euros, days as the browser's calendar gives them."""
    if value is True:
        return "on"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value // 100) if name.endswith("amount_minor") and isinstance(value, int) else str(value)


def without_empty(given: Mapping[str, object]) -> Typed:
    """Return what there is to type; what is left alone stays as the page shows it."""
    return {
        name: words(name, value) for name, value in given.items() if value not in ("", None, (), 0, False)
    }


def of_brief(entry: BriefEntry) -> Typed:
    """Return what is typed of a need or an intention; several boxes are ticked under one name."""
    names = set(entry.__struct_fields__) - {"organisation", "author", "day"}
    given: Typed = without_empty({name: getattr(entry, name) for name in names})
    return given | {name: getattr(entry, name) for name in ("actions", "limits")}


def of_canvas(entry: CanvasEntry) -> Typed:
    names = set(entry.__struct_fields__) - {"title", "broker", "day"}
    return without_empty({name: getattr(entry, name) for name in names})


def of_clause(clause: ClauseRecord, today: date) -> tuple[Typed, dict[str, int]]:
    """Return the fields of a clause, and how many rows each of its tables needs."""
    named = ("title", "body", "plain_words", "responsible")
    return _typed({name: getattr(clause, name) for name in named}, terms_of(clause, today), clause.heading)


def of_redraft(redraft: Redraft, heading: str) -> tuple[Typed, dict[str, int]]:
    """Return what is typed over a clause: its words, the reason, and the tables that take another turn."""
    given = {name: getattr(redraft, name) for name in ("body", "plain_words", "reason")}
    return _typed(given, Terms(**tables_of(redraft)), heading)


def _typed(given: dict[str, object], terms: Terms, heading: str) -> tuple[Typed, dict[str, int]]:
    many = {}
    for table in TABLES.get(Heading[heading], ()):
        value = getattr(terms, table)
        if table in ROW_FORMS:
            many[table] = len(value)
            given |= dict(_rows(table, value))
        elif table == "regulation" and value is not None:
            given |= {f"regulation-{each.name}": getattr(value, each.name) for each in fields(value)}
        else:
            given[table] = value
    return without_empty(given), {table: rows for table, rows in many.items() if rows > 1}


def _rows(table: str, rows: tuple[object, ...]) -> Iterator[tuple[str, object]]:
    for number, row in enumerate(rows):
        for name in ROW_FORMS[table].base_fields:
            yield f"{table}-{number}-{name}", getattr(row, name)


def of_filing(filing: Filing, today: date) -> dict[str, list[Typed]]:
    """Return what a party writes in its envelope, part by part and line by line."""
    means = {"text": filing.means, "hours": filing.hours, "amount_minor": (filing.amount or 0) * 100}
    expected = [
        {
            "text": expectation.text,
            "indicator": expectation.indicator,
            "by_date": None if expectation.by_day is None else today + timedelta(days=expectation.by_day),
            "priority": expectation.priority,
        }
        for expectation in filing.expectations
    ]
    return {
        "expectations": [without_empty(each) for each in expected],
        "limits": [without_empty({"text": each}) for each in filing.limits],
        "red_lines": [without_empty({"text": each}) for each in filing.red_lines],
        "means": [without_empty(means)],
    }
