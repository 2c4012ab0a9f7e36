"""Normalisation of texts for searching, and splitting into sentences."""

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
    """A sentence and its position in a text."""

    start: int
    end: int
    text: str


def plain(text: str) -> str:
    """Return a text in lower case without accents and quotation marks, with single spaces."""
    decomposed = unicodedata.normalize("NFKD", QUOTES.sub(" ", text.lower().translate(STRAIGHT)))
    letters = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(letters.split())


def sentences(text: str) -> list[Sentence]:
    """Return the sentences of a text in order; a list item is one, a single line break is a space."""
    joined = re.sub(r"\n(?!\n|\s*(?:-|\d+\.)\s)", " ", text)
    parsed: list[Sentence] = []
    start = 0
    for separator in [*END_OF_SENTENCE.finditer(joined), None]:
        end = separator.start() if separator else len(joined)
        if joined[start:end].strip():
            parsed.append(Sentence(start, end, joined[start:end]))
        start = separator.end() if separator else end
    return parsed
