"""The differences between two versions of a text, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple

# A word with an attached apostrophe, a run of spaces, or one punctuation mark.
TOKEN: Final = re.compile(r"\w+(?:[’'\-]\w+)*[’']?|\s+|[^\w\s]")
# Two changes separated only by this are joined.
THIN: Final = re.compile(r"\s*")

type Kind = Literal["same", "ins", "del"]


class Piece(NamedTuple):
    """A run of words: unchanged, inserted or deleted."""

    kind: Kind
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """Return both versions as one sequence of unchanged, deleted and inserted pieces."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    result: list[Piece] = []
    for kind, deleted, inserted in _runs(old, new):
        if kind == "same":
            result.append(Piece("same", deleted))
        else:
            result += [Piece("del", deleted)] if deleted else []
            result += [Piece("ins", inserted)] if inserted else []
    return result


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield ("same", text, text) and ("changed", gone, come) in turn, spaces between changes swallowed."""
    deleted = inserted = ""
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        old_text, new_text = "".join(old[i1:i2]), "".join(new[j1:j2])
        is_changing = bool(deleted or inserted)
        if tag != "equal" or (is_changing and THIN.fullmatch(old_text) and j2 < len(new) and i2 < len(old)):
            deleted, inserted = deleted + old_text, inserted + new_text
            continue
        if is_changing:
            yield "changed", deleted, inserted
            deleted = inserted = ""
        yield "same", old_text, new_text
    if deleted or inserted:
        yield "changed", deleted, inserted
