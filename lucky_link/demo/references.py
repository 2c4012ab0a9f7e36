"""References in a case file: to another clause, by its number, and to a line of an envelope.

`{clause 9}` in a text refers to the ninth clause of the file; "A expectation 1" is the first expectation that
the association filed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

CLAUSE_REFERENCE: Final = re.compile(r"\{clause (\d+)\}")
# The fields of a filing by the names that its lines have in a reference.
LINE_KINDS: Final = {
    "expectation": "expectations",
    "limit": "limits",
    "red_line": "red_lines",
    "means": "means",
}


class LineReference(NamedTuple):
    """A line of an opened envelope: the party, the kind, and the position from 1."""

    party: str
    kind: str
    position: int


def clause_numbers(*texts: str) -> list[int]:
    """Return the numbers of the clauses that texts refer to."""
    return [int(number) for text in texts for number in CLAUSE_REFERENCE.findall(text)]


def with_markers(text: str, markers: Mapping[int, str]) -> str:
    """Return a text with the clause markers of the product, by number, in place of the references."""
    return CLAUSE_REFERENCE.sub(lambda match: markers[int(match[1])], text)


def envelope_line(reference: str) -> LineReference | None:
    """Return the line that a reference names, None when it is not a reference."""
    match = re.fullmatch(rf"([AE]) ({'|'.join(LINE_KINDS)}) (\d+)", reference)
    return LineReference(match[1], match[2], int(match[3])) if match else None
