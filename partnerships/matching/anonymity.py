"""Whether words that will be read before the names are known give somebody away; no database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Words of a name that tell nothing of who bears it.
PLAIN = frozenset(
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
SHORTEST = 5
CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+\.\w+|https?://\S+|\bwww\.\S+|(?:\+33|\b0)[ .]?[1-9](?:[ .]?\d{2}){4}\b"
)


@dataclass(frozen=True, kw_only=True)
class Identity:
    """`numbers`: registrations; `people`: full names of those who belong to it."""

    name: str
    numbers: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


def given_away(texts: Iterable[str], identity: Identity) -> list[str]:
    """Return the words of the texts that say who wrote them, as typed and without doubles.

    A word of a name counts where it is written with a capital, so that « souffle » stays a word.
    """
    said = "\n".join(texts)
    return list(dict.fromkeys(_found(said, identity)))


def _found(said: str, identity: Identity) -> Iterator[str]:
    flat = _flat(said)
    for whole in (identity.name, *identity.people):
        if whole and re.search(rf"\b{re.escape(_flat(whole))}\b", flat):
            yield whole
    for word in re.findall(r"\w+", said):
        if word[0].isupper() and _flat(word) in _telling(identity.name):
            yield word
    digits = re.sub(r"[\s.\u202f\u00a0-]", "", said).upper()
    yield from (number for number in identity.numbers if number and number.upper() in digits)
    yield from (found[0] for found in CONTACT.finditer(said))


def _telling(name: str) -> set[str]:
    words = {_flat(word) for word in re.findall(r"\w+", name)}
    return {word for word in words if len(word) >= SHORTEST and word not in PLAIN}


def _flat(text: str) -> str:
    """Return the text without accents nor capitals, its words one space apart."""
    bare = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe"))
    return " ".join("".join(each for each in bare if not unicodedata.combining(each)).casefold().split())
