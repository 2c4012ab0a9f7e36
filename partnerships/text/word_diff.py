"""What changed between two wordings of a clause, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple

# A word with the sign that clings to it, or one run of spaces, or one sign alone.
TOKEN: Final = re.compile(r"\w+(?:[’'\-]\w+)*[’']?|\s+|[^\w\s]")
# Two changes with nothing but this between them read as one.
THIN: Final = re.compile(r"\s*")

type Kind = Literal["same", "ins", "del"]


class Piece(NamedTuple):
    """A run of words that stayed, came or went."""

    kind: Kind
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """Return both wordings as one run: `before` without what came, `after` without what went."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    found: list[Piece] = []
    for kind, gone, come in _runs(old, new):
        if kind == "same":
            found.append(Piece("same", gone))
        else:
            found += [Piece("del", gone)] if gone else []
            found += [Piece("ins", come)] if come else []
    return found


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Give ("same", words, words) and ("changed", gone, come) in turn, spaces between changes swallowed."""
    gone = come = ""
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left, right = "".join(old[i1:i2]), "".join(new[j1:j2])
        is_changing = bool(gone or come)
        if tag != "equal" or (is_changing and THIN.fullmatch(left) and j2 < len(new) and i2 < len(old)):
            gone, come = gone + left, come + right
            continue
        if is_changing:
            yield "changed", gone, come
            gone = come = ""
        yield "same", left, right
    if gone or come:
        yield "changed", gone, come
