"""Detection of words that identify an organisation in texts that must stay anonymous; no database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from accounts.text.canonical import folded

# Words of a name that do not identify its bearer.
COMMON_WORDS = frozenset(
    [
        "association",
        "alliance",
        "federation",
        "union",
        "ligue",
        "fondation",
        "collectif",
        "groupe",
        "laboratoire",
        "laboratoires",
        "societe",
        "france",
        "francaise",
        "medical",
        "medicale",
        "pharma",
        "sante",
        "patients",
        "malades",
        "maladies",
        "demo",
    ]
)
MIN_WORD_LENGTH = 5
CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+\.\w+|https?://\S+|\bwww\.\S+|(?:\+33|\b0)[ .]?[1-9](?:[ .]?\d{2}){4}\b"
)


@dataclass(frozen=True, kw_only=True)
class IdentifyingDetails:
    """`numbers`: registration numbers; `people`: full names of the members."""

    name: str
    numbers: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


def identifying_words(texts: Iterable[str], identity: IdentifyingDetails) -> list[str]:
    """Return the words of the texts that identify the organisation, as typed, without duplicates.

    A word of a name counts only with a capital, so that the common noun « souffle » is allowed.
    """
    return list(dict.fromkeys(_matches("\n".join(texts), identity)))


def _matches(text: str, identity: IdentifyingDetails) -> Iterator[str]:
    normalised_text = _normalised(text)
    for full_name in (identity.name, *identity.people):
        if full_name and re.search(rf"\b{re.escape(_normalised(full_name))}\b", normalised_text):
            yield full_name
    for word in re.findall(r"\w+", text):
        if word[0].isupper() and _normalised(word) in _distinctive_words(identity.name):
            yield word
    digits = re.sub(r"[\s.\u202f\u00a0-]", "", text).upper()
    yield from (number for number in identity.numbers if number and number.upper() in digits)
    yield from (match[0] for match in CONTACT.finditer(text))


def _distinctive_words(name: str) -> set[str]:
    words = {_normalised(word) for word in re.findall(r"\w+", name)}
    return {word for word in words if len(word) >= MIN_WORD_LENGTH and word not in COMMON_WORDS}


def _normalised(text: str) -> str:
    """Return the text as texts are compared."""
    return folded(text)
