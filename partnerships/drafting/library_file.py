"""The clauses and model charters shipped with the product, and the placeholders of clauses."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from partnerships.charter.texts import Heading

LIBRARY_FILE: Final = Path(__file__).parents[1] / "library" / "clauses.toml"
MODELS_FILE: Final = LIBRARY_FILE.with_name("models.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryTranslation:
    """The words of a library clause in one language."""

    title: str
    body: str
    plain_words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedClause:
    """A clause of the shipped file; `rule`: code of the risk rule that it is an example of, or ""."""

    key: str
    heading: Heading
    rule: str
    source: str
    french: LibraryTranslation
    english: LibraryTranslation


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedModel:
    """A model charter of the shipped file; `clauses`: keys of shipped clauses, in printed order.

    `milestones`: as stored in `ModelCharterVersion`.
    """

    key: str
    kinds: tuple[str, ...]
    title_fr: str
    description_fr: str
    title_en: str
    description_en: str
    clauses: tuple[str, ...]
    milestones: tuple[dict[str, str | int], ...]


def shipped_models() -> list[ShippedModel]:
    """Return the model charters of the shipped file, in its order."""
    data = tomllib.loads(MODELS_FILE.read_text(encoding="utf-8"))
    return [
        ShippedModel(
            **model
            | {
                "kinds": tuple(model["kinds"]),
                "clauses": tuple(model["clauses"]),
                "milestones": tuple(model["milestones"]),
            }
        )
        for model in data["models"]
    ]


def shipped_clauses() -> list[ShippedClause]:
    """Return the clauses of the shipped file, in its order."""
    data = tomllib.loads(LIBRARY_FILE.read_text(encoding="utf-8"))
    return [
        ShippedClause(
            key=clause["key"],
            heading=Heading[clause["heading"]],
            rule=clause.get("rule", ""),
            source=clause["source"],
            french=_translation(clause, "fr"),
            english=_translation(clause, "en"),
        )
        for clause in data["clauses"]
    ]


def _translation(clause: dict[str, str], language: str) -> LibraryTranslation:
    return LibraryTranslation(
        title=clause[f"title_{language}"],
        body=clause[f"body_{language}"],
        plain_words=clause[f"plain_{language}"],
    )


def fill_blanks(text: str, names: dict[str, str]) -> str:
    """Return a text with its placeholders `[key]` replaced by `names[key]`; unknown ones stay."""
    for blank, name in names.items():
        text = text.replace(f"[{blank}]", name)
    return text
