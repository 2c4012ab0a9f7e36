"""A text made easy to search: no accent, no capital, straight apostrophes, single blanks."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

END_OF_SENTENCE: Final = re.compile(r"(?<=[.!?;])\s+|\n+")
STRAIGHT: Final = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "‑": "-", "–": "-", "—": "-", "œ": "oe", "æ": "ae"}
)
QUOTES: Final = re.compile(r"[«»“”\"]")


class Sentence(NamedTuple):
    """A sentence where it stands in a text."""

    start: int
    end: int
    text: str


def plain(text: str) -> str:
    """Return a text without accents, capitals, quotation marks, or any blank but a single space."""
    bare = unicodedata.normalize("NFKD", QUOTES.sub(" ", text.lower().translate(STRAIGHT)))
    kept = "".join(each for each in bare if not unicodedata.combining(each))
    return " ".join(kept.split())


def sentences(text: str) -> list[Sentence]:
    """Return the sentences of a text in order; an item of a list is one, a lone line break is a blank."""
    joined = re.sub(r"\n(?!\n|\s*(?:-|\d+\.)\s)", " ", text)
    found: list[Sentence] = []
    start = 0
    for gap in [*END_OF_SENTENCE.finditer(joined), None]:
        end = gap.start() if gap else len(joined)
        if joined[start:end].strip():
            found.append(Sentence(start, end, joined[start:end]))
        start = gap.end() if gap else end
    return found
