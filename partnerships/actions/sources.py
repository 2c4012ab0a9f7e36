"""Which lines of the opened envelopes a clause puts into words."""

from __future__ import annotations

from collections.abc import Sequence

from partnerships.actions.rounds import RoundError
from partnerships.models import Clause, Line, Partnership


class UnknownLine(RoundError):
    """A line that the clause is said to come from was not opened in this case."""


def link(clause: Clause, partnership: Partnership, line_ids: Sequence[int]) -> None:
    """Remember which lines a clause of a locked case comes from. Raises UnknownLine."""
    wanted = set(line_ids)
    lines = list(Line.objects.filter(round__partnership=partnership, pk__in=wanted).order_by("pk"))
    if len(lines) != len(wanted):
        raise UnknownLine
    clause.written_from.add(*lines)
