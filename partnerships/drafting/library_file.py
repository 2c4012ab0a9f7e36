"""The clauses shipped with the product, and the blanks that the names of a case fill in."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from partnerships.charter.texts import Heading

FILE: Final = Path(__file__).parents[1] / "library" / "clauses.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a clause of the library says, in one language."""

    title: str
    body: str
    plain_words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedClause:
    """A clause as the product brings it; `rule` is the rule that an example at risk shows."""

    key: str
    heading: Heading
    rule: str
    source: str
    french: Words
    english: Words


def shipped() -> list[ShippedClause]:
    """Return the clauses of the shipped file, in its order."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return [
        ShippedClause(
            key=each["key"],
            heading=Heading[each["heading"]],
            rule=each.get("rule", ""),
            source=each["source"],
            french=_words(each, "fr"),
            english=_words(each, "en"),
        )
        for each in told["clauses"]
    ]


def _words(told: dict[str, str], language: str) -> Words:
    return Words(
        title=told[f"title_{language}"],
        body=told[f"body_{language}"],
        plain_words=told[f"plain_{language}"],
    )


def filled(text: str, names: dict[str, str]) -> str:
    """Return a text with the blanks that `names` knows ("association") filled in; the others stay."""
    for blank, name in names.items():
        text = text.replace(f"[{blank}]", name)
    return text
