"""Which lines of the opened envelopes a clause puts into words."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext_lazy

from ledger.record import Fact
from partnerships.models import Clause, Line, Partnership
from partnerships.rounds.actions.rounds import RoundError

LONGEST_WORDS: Final = 90


class UnknownLine(RoundError):
    """A line that the clause is said to come from was not opened in this case."""

    sentence = gettext_lazy(
        "Ce que cette clause reprend n’est plus parmi les attentes ouvertes du dossier. Revenez à la "
        "comparaison."
    )


def opened(partnership: Partnership, line_ids: Sequence[int]) -> list[Line]:
    """Return these lines of a case, in the order of its parties. Raises UnknownLine."""
    wanted = set(line_ids)
    found = Line.objects.filter(round__partnership=partnership, pk__in=wanted).select_related("party")
    lines = list(found.order_by("party__rank", "pk"))
    if len(lines) != len(wanted):
        raise UnknownLine
    return lines


def link(clause: Clause, partnership: Partnership, line_ids: Sequence[int]) -> dict[str, Fact]:
    """Remember which lines a clause of a locked case comes from, beside those it came from before.

    Return what the ledger tells of it, nothing without a line that is new. Raises UnknownLine.
    """
    lines = opened(partnership, line_ids)
    before = set(clause.written_from.values_list("pk", flat=True)) if lines else set()
    new = [line for line in lines if line.pk not in before]
    clause.written_from.add(*new)
    return {"lines": [fact_of(line) for line in new]} if new else {}


def fact_of(line: Line) -> Fact:
    """Return how the ledger names a line: who filed it, what it is, its number and its first words."""
    return {
        "party": line.party.code,
        "kind": line.kind,
        "number": line.rank,
        "words": textwrap.shorten(line.text, LONGEST_WORDS, placeholder="\u00a0…"),
    }
