"""The tables a clause may carry beside its words, and how those of a whole text are put together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Final

from partnerships.charter import codec
from partnerships.charter.codec import LATER
from partnerships.charter.texts import (
    BudgetLineText,
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
from partnerships.charter.typology import RegulationText


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What one clause, or a whole text, holds in tables; agreed with the words around it."""

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


# Which tables the clauses of a heading may carry; the others are made of words alone.
TABLES: Final[dict[Heading, tuple[str, ...]]] = {
    Heading.EXPECTATIONS: ("expectations",),
    Heading.LIMITS: ("limits", "red_lines"),
    Heading.ASSOCIATION_COMMITMENTS: ("commitments",),
    Heading.COMPANY_COMMITMENTS: ("commitments",),
    Heading.BROKER_ROLE: ("commitments", "fees"),
    Heading.MILESTONES: ("milestones",),
    Heading.BUDGET: ("budget", "payments", "counterparts"),
    Heading.TRANSPARENCY: ("transparency_object", "regulation"),
    Heading.TERM: ("starts_on", "ends_on"),
}


_BLANK: Final[dict[str, Any]] = json.loads(codec.encode(Terms()))


def read(stored: Mapping[str, Any]) -> Terms:
    """Return the terms that `store` wrote; an empty mapping gives empty terms. Raises Malformed."""
    return codec.decode(Terms, _BLANK | dict(stored))


def store(terms: Terms) -> dict[str, Any]:
    """Return the JSON value of what `terms` holds, without its empty tables."""
    value: dict[str, Any] = json.loads(codec.encode(terms))
    return {name: held for name, held in value.items() if held}


def together(parts: Iterable[Terms]) -> Terms:
    """Return the tables of a whole text: rows one after the other, the last date or word given."""
    rows: dict[str, Any] = {}
    for part in parts:
        for each in fields(Terms):
            held = getattr(part, each.name)
            if isinstance(held, tuple):
                rows[each.name] = rows.get(each.name, ()) + held
            elif held:
                rows[each.name] = held
    return Terms(**rows)
