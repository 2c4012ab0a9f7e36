"""The values of the clause form and of the envelope form, as they are typed in the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, timedelta
from itertools import count
from typing import Any

from lucky_link.demo.case_file import ClauseRecord, FiledExpectation, Filing, Redraft
from lucky_link.demo.clause_terms import tables_of, terms_of
from lucky_link.demo.http.browser import Browser, FormValues
from lucky_link.demo.references import with_markers
from partnerships.charter.terms import Terms

# The tables of a clause, by the names that the form and the terms share.
TABLES = (
    "expectations",
    "limits",
    "red_lines",
    "commitments",
    "milestones",
    "budget",
    "payments",
    "counterparts",
    "fees",
)


def clause_values(browser: Browser, clause: ClauseRecord, today: date) -> FormValues:
    """Add the table rows that a clause needs to the form shown, and return all its values."""
    terms = terms_of(clause, today)
    tables = {name: rows for name in TABLES if (rows := getattr(terms, name))}
    return _text_values(clause, terms, _markers(browser)) | _row_values(browser, tables)


def redraft_values(browser: Browser, redraft: Redraft) -> FormValues:
    """Add the table rows that a redraft needs to the form shown, and return all its values."""
    markers = _markers(browser, own_number=redraft.clause)
    values = {"body": with_markers(redraft.body, markers), "reason": redraft.reason}
    if redraft.plain_words:
        values["plain_words"] = with_markers(redraft.plain_words, markers)
    return values | _row_values(browser, tables_of(redraft))


def envelope_values(filing: Filing, today: date) -> dict[str, list[FormValues]]:
    """Return the rows of each part of the expectations envelope, without the empty parts."""
    given = {"text": filing.means, "hours": filing.hours, "amount_minor": filing.amount}
    means = {name: str(value) for name, value in given.items() if value}
    parts: dict[str, list[FormValues]] = {
        "expectations": [_expectation_values(entry, today) for entry in filing.expectations],
        "limits": [{"text": text} for text in filing.limits],
        "red_lines": [{"text": text} for text in filing.red_lines],
        "means": [means] if means else [],
    }
    return {name: rows for name, rows in parts.items() if rows}


def _expectation_values(entry: FiledExpectation, today: date) -> FormValues:
    values = {"text": entry.text, "indicator": entry.indicator, "priority": str(entry.priority)}
    if entry.by_day is not None:
        values["by_date"] = (today + timedelta(days=entry.by_day)).isoformat()
    return values


def _text_values(clause: ClauseRecord, terms: Terms, markers: Mapping[int, str]) -> dict[str, str]:
    values = {
        "title": clause.title,
        "body": with_markers(clause.body, markers),
        "plain_words": with_markers(clause.plain_words, markers),
    }
    values |= _field_value("responsible", clause.responsible)
    for name in ("starts_on", "ends_on", "transparency_object"):
        values |= _field_value(name, getattr(terms, name))
    values |= {"publication": "on"} if terms.publication else {}
    return values | (_group_values("regulation", terms.regulation) if terms.regulation else {})


def _markers(browser: Browser, *, own_number: int | None = None) -> dict[int, str]:
    """Return the clause markers that the form offers, by clause number; it omits the clause itself."""
    offered = [str(option["value"]) for option in browser.page.select("select[name=reference] option")]
    numbers = (number for number in count(1) if number != own_number)
    return dict(zip(numbers, offered, strict=False))


def table_of(name: str) -> str:
    """Return the selector of a table of a clause on its page; the end of the identifier differs by form."""
    return f"[id^='tableau-{name}-']"


def _row_values(browser: Browser, tables: Mapping[str, Any]) -> dict[str, str]:
    for name, rows in tables.items():
        while len(browser.page.select(f"{table_of(name)} .typed-row")) < len(rows):
            browser.press("Ajouter une ligne", within=table_of(name))
    values = {
        str(field["name"]): ""
        for name in tables
        for field in browser.page.select(f"{table_of(name)} :is(input:not([type=hidden]), textarea)")
    }
    for name, rows in tables.items():
        for number, row in enumerate(rows):
            values |= _group_values(f"{name}-{number}", row)
    return values


def _group_values(prefix: str, group: Any) -> dict[str, str]:
    values: dict[str, str] = {}
    for field in fields(group):
        values |= _field_value(f"{prefix}-{field.name}", getattr(group, field.name))
    return values


def _field_value(name: str, value: object) -> dict[str, str]:
    """Return the value of one field, amounts in euros; nothing for an empty one."""
    if value in (None, "", (), False):
        return {}
    if name.endswith("amount_minor") and isinstance(value, int):
        return {name: str(value // 100)}
    if isinstance(value, tuple):
        return {name: ", ".join(map(str, value))}
    return {name: value.isoformat() if isinstance(value, date) else str(value)}
