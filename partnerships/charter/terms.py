"""The tables that a clause may have beside its text, and how those of a whole text are combined."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Final

from partnerships.charter import codec
from partnerships.charter.codec import LATER
from partnerships.charter.regulation import RegulationText
from partnerships.charter.texts import (
    BudgetLineText,
    ClauseRows,
    CommitmentText,
    CounterpartText,
    ExpectationText,
    FeeText,
    Heading,
    LimitText,
    MilestoneText,
    PaymentText,
    RedLineText,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The tables of one clause or of a whole text; they are agreed together with the text of the clause.

    `publication`: the public register may list the charter once it is sealed.
    """

    expectations: tuple[ExpectationText, ...] = ()
    limits: tuple[LimitText, ...] = ()
    red_lines: tuple[RedLineText, ...] = ()
    commitments: tuple[CommitmentText, ...] = ()
    milestones: tuple[MilestoneText, ...] = ()
    budget: tuple[BudgetLineText, ...] = ()
    payments: tuple[PaymentText, ...] = ()
    fees: tuple[FeeText, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    transparency_object: str = ""
    counterparts: tuple[CounterpartText, ...] = field(default=(), metadata=LATER)
    regulation: RegulationText | None = field(default=None, metadata=LATER)
    publication: bool = field(default=False, metadata=LATER)


# Which tables the clauses of a heading may have; clauses of the other headings have none.
TABLES: Final[dict[Heading, tuple[str, ...]]] = {
    Heading.EXPECTATIONS: ("expectations",),
    Heading.LIMITS: ("limits", "red_lines"),
    Heading.ASSOCIATION_COMMITMENTS: ("commitments",),
    Heading.COMPANY_COMMITMENTS: ("commitments",),
    Heading.BROKER_ROLE: ("commitments", "fees"),
    Heading.MILESTONES: ("milestones",),
    Heading.BUDGET: ("budget", "payments", "counterparts"),
    Heading.TRANSPARENCY: ("transparency_object", "regulation", "publication"),
    Heading.TERM: ("starts_on", "ends_on"),
}


_BLANK: Final[dict[str, Any]] = json.loads(codec.encode(Terms()))


def read(stored: Mapping[str, Any]) -> Terms:
    """Return the terms in their stored JSON form; an empty mapping gives empty terms. Raises Malformed."""
    return codec.decode(Terms, _BLANK | dict(stored))


def store(terms: Terms) -> dict[str, Any]:
    """Return the JSON form of the terms, without empty tables."""
    value: dict[str, Any] = json.loads(codec.encode(terms))
    return {name: table for name, table in value.items() if table}


def together(parts: Iterable[Terms]) -> Terms:
    """Return the terms of a whole text: rows concatenated, of dates and texts the last non-empty one."""
    tables: dict[str, Any] = {}
    for part in parts:
        for column in fields(Terms):
            value = getattr(part, column.name)
            if isinstance(value, tuple):
                tables[column.name] = tables.get(column.name, ()) + value
            elif value:
                tables[column.name] = value
    return Terms(**tables)


def row_counts(terms: Terms) -> tuple[ClauseRows, ...]:
    """Return the number of rows of each table of a clause that has some; a value counts as one row."""
    values = ((column.name, getattr(terms, column.name)) for column in fields(Terms))
    return tuple(
        ClauseRows(table=name, count=len(value) if isinstance(value, tuple) else 1)
        for name, value in values
        if value
    )


def separated(whole: Terms, counts: Iterable[tuple[ClauseRows, ...]]) -> list[Terms]:
    """Return the terms of each clause of a whole text, from the `row_counts` of its clauses in printed order.

    The inverse of `together`, except that of a value given by several clauses each has the last one.
    """
    used: dict[str, int] = {}
    parts = []
    for clause_counts in counts:
        part: dict[str, Any] = {}
        for rows in clause_counts:
            value = getattr(whole, rows.table)
            if isinstance(value, tuple):
                start = used.get(rows.table, 0)
                used[rows.table] = start + rows.count
                value = value[start : start + rows.count]
            part[rows.table] = value
        parts.append(Terms(**part))
    return parts
