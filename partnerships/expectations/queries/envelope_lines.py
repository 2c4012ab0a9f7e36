"""The lines that an envelope of expectations holds, read from its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

from django.views.decorators.debug import sensitive_variables

from partnerships.models import LineKind
from partnerships.rounds.encryption import Json

# The parts of an envelope, in the order in which they are asked, with what their lines are.
PARTS: Final[Mapping[str, LineKind]] = {
    "expectations": LineKind.EXPECTATION,
    "limits": LineKind.LIMIT,
    "red_lines": LineKind.RED_LINE,
    "means": LineKind.MEANS,
}


@dataclass(frozen=True, kw_only=True)
class Filed:
    """One line as it was filed; `amount_minor` in cents, `priority` from 1 (first) to 3."""

    kind: LineKind
    text: str = ""
    indicator: str = ""
    by_date: date | None = None
    priority: int | None = None
    hours: int | None = None
    amount_minor: int | None = None


@sensitive_variables()
def filed_in(answers: Mapping[str, Json]) -> list[Filed]:
    """Return the lines of an envelope, part by part, in the order in which they were written."""
    return [_filed(kind, line) for name, kind in PARTS.items() for line in rows_of(answers, name)]


@sensitive_variables()
def rows_of(answers: Mapping[str, Json], part: str) -> list[dict[str, Any]]:
    """Return the lines of one part as the envelope holds them: plain values, days in ISO."""
    return cast("list[dict[str, Any]]", answers.get(part) or [])


@sensitive_variables()
def _filed(kind: LineKind, line: Mapping[str, Any]) -> Filed:
    by_date = line.get("by_date")
    return Filed(kind=kind, **{**line, "by_date": date.fromisoformat(by_date) if by_date else None})
