"""How the clauses of a written case name each other, by number, and the lines of envelopes they come from.

`{clause 9}` in a text stands for the ninth clause of the file; "A expectation 1" is the first expectation
that the association filed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from lucky_link.casefile import CaseFile

CITED: Final = re.compile(r"\{clause (\d+)\}")
PARTS: Final = {
    "expectation": "expectations",
    "limit": "limits",
    "red_line": "red_lines",
    "means": "means",
}


class FiledLine(NamedTuple):
    """A line of an opened envelope: the party, the kind, and its place from 1."""

    party: str
    kind: str
    rank: int


def cited(*texts: str) -> list[int]:
    """Return the numbers of the clauses that texts refer to."""
    return [int(number) for text in texts for number in CITED.findall(text)]


def marked(text: str, markers: Mapping[int, str]) -> str:
    """Return a text with the product's own markers in place of the numbers."""
    return CITED.sub(lambda found: markers[int(found[1])], text)


def line_named(words: str) -> FiledLine | None:
    """Return the line that words name, None when they name none."""
    found = re.fullmatch(rf"([AE]) ({'|'.join(PARTS)}) (\d+)", words)
    return FiledLine(found[1], found[2], int(found[3])) if found else None


def text_filed(case: CaseFile, line: FiledLine) -> str:
    """Return the words of a line as the file has them filed, empty when it files no such line."""
    for filing in (each for each in case.filings if each.party == line.party):
        held = getattr(filing, PARTS[line.kind])
        rows = [held] if isinstance(held, str) else [getattr(each, "text", each) for each in held]
        if 1 <= line.rank <= len(rows):
            return str(rows[line.rank - 1])
    return ""
