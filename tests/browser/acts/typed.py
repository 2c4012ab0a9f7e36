"""What a written case says, as people type it in the fields of the pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date

from lucky_link.casefile import CaseFile, Clause
from lucky_link.caseterms import terms_of
from lucky_link.demonstration.meetings import BriefTold, CanvasTold
from partnerships.charter.terms import TABLES
from partnerships.charter.texts import Heading
from partnerships.forms.rows import ROWS

type Typed = dict[str, str | tuple[str, ...]]


def words(name: str, value: object) -> str:
    """Return one value as it is typed: amounts in euros, days as the browser's calendar gives them."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value // 100) if name.endswith("amount_minor") and isinstance(value, int) else str(value)


def kept(given: Mapping[str, object]) -> Typed:
    """Return what there is to type; what is left alone stays as the page shows it."""
    return {
        name: words(name, value) for name, value in given.items() if value not in ("", None, (), 0, False)
    }


def of_brief(told: BriefTold) -> Typed:
    """Return what is typed of a need or an intention; several boxes are ticked under one name."""
    names = {each.name for each in fields(told)} - {"organisation", "author", "day"}
    given: Typed = kept({name: getattr(told, name) for name in names})
    return given | {name: getattr(told, name) for name in ("actions", "limits")}


def of_canvas(told: CanvasTold) -> Typed:
    names = {each.name for each in fields(told)} - {"title", "broker", "day"}
    return kept({name: getattr(told, name) for name in names})


def of_clause(clause: Clause, today: date) -> tuple[Typed, dict[str, int]]:
    """Return the fields of a clause, and how many rows each of its tables needs."""
    given: dict[str, object] = {
        name: getattr(clause, name) for name in ("title", "body", "plain_words", "responsible")
    }
    many = {}
    terms = terms_of(clause, today)
    for table in TABLES.get(Heading[clause.heading], ()):
        value = getattr(terms, table)
        if table in ROWS:
            many[table] = len(value)
            given |= dict(_rows(table, value))
        elif table == "regulation" and value is not None:
            given |= {f"regulation-{each.name}": getattr(value, each.name) for each in fields(value)}
        else:
            given[table] = value
    return kept(given), {table: rows for table, rows in many.items() if rows > 1}


def _rows(table: str, rows: tuple[object, ...]) -> Iterator[tuple[str, object]]:
    for number, row in enumerate(rows):
        for name in ROWS[table].base_fields:
            yield f"{table}-{number}-{name}", getattr(row, name)


def of_envelope(story: CaseFile, party: str) -> dict[str, list[Typed]]:
    """Return what a party writes in its envelope, part by part: what the text will hold of it."""
    expected = [each for clause in story.clauses for each in clause.expectations if each.party == party]
    red = [each.text for clause in story.clauses for each in clause.red_lines if each.party == party]
    limits = [each for clause in story.clauses for each in clause.limits]
    given = [each for clause in story.clauses for each in clause.commitments if each.party == party]
    means = {
        "hours": sum(each.hours for each in given),
        "amount_minor": sum(each.amount for each in given) * 100,
    }
    return {
        "expectations": [kept({"text": each.text, "indicator": each.indicator}) for each in expected],
        "limits": [kept({"text": each}) for each in limits[:: 1 if party == "A" else 2]],
        "red_lines": [kept({"text": each}) for each in red],
        "means": [kept(means)],
    }
