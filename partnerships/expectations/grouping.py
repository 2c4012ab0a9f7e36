"""Grouping of lines of several parties on the same subject, by rules that are shown beside the result.

Lines with words of one theme are grouped, by the first theme that has lines of two parties; the remaining
lines are grouped when they share two long words. The verdict follows from the kinds of the lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

EXPECTATION, LIMIT, RED_LINE, MEANS = "expectation", "limit", "red_line", "means"
CONVERGENT, COMPLEMENTARY, TENSION = "convergent", "complementary", "tension"

# Prefixes of words without accents, in French and in English.
THEMES: Final = {
    "exclusivity": ("exclusi", "concurren", "competit"),
    "data": ("donnee", "data", "partage", "vendu", "vente", "nominati", "anonym", "privacy"),
    "ownership": ("propriet", "idee", "brevet", "licen", "reutilis", "depose", "patent", "ownership"),
    "tests": ("clinique", "clinical", "essai", "mesure", "prototype", "etude", "trial"),
    "clarity": ("lisib", "compr", "clair", "ecran", "conditions", "readab", "understand", "plain"),
    "voice": ("publi", "communi", "logo", "image", "photo", "temoign", "parole", "rapport", "report"),
    "people": ("recrut", "adherent", "patient", "usager", "lecteur", "comite", "member", "reader"),
    "learning": ("apprendre", "form", "methode", "co-conc", "learn", "train", "method"),
    "time": ("delai", "calendrier", "echeance", "retard", "deadline", "schedule"),
    "money": ("budget", "financ", "indemn", "rembours", "euro", "cost", "fund"),
    "advice": ("juridi", "audit", "conseil", "medical", "legal", "advice"),
}
MIN_WORD_LENGTH: Final = 5
MIN_SHARED_STEMS: Final = 2
STEM_LENGTH: Final = 6
# fmt: off
STOP_WORDS: Final = frozenset([
    "aucune", "aucun", "autre", "autres", "avant", "notre", "entre", "moins", "chaque", "toujours", "pouvoir",
    "toute", "toutes", "quelle", "celle", "celui", "depuis", "pendant", "apres", "leurs", "votre", "droit",
    "garde", "gardent", "faire", "cette", "without", "their", "there", "other", "about",
])
# fmt: on


@dataclass(frozen=True, kw_only=True)
class GroupingItem:
    """A line to compare; `party`: a key, `kind`: expectation, limit, red_line or means."""

    id: int
    party: int
    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class GroupProposal:
    """`theme`: a key of THEMES, "" for a group by `shared` words; `rule`: key of the rule of the verdict."""

    verdict: str
    rule: str
    theme: str = ""
    shared: tuple[str, ...] = ()
    item_ids: tuple[int, ...]


def propose(items: Sequence[GroupingItem]) -> list[GroupProposal]:
    """Return the groups, tensions first; a line is in one group at most."""
    remaining = list(items)
    proposals = []
    for theme, prefixes in THEMES.items():
        group = [item for item in remaining if _mentions(item.text, prefixes)]
        if _party_count(group) > 1:
            proposals.append(_proposal(group, theme=theme))
            remaining = [item for item in remaining if item not in group]
    proposals += _by_shared_words(remaining)
    order = (TENSION, CONVERGENT, COMPLEMENTARY)
    return sorted(proposals, key=lambda proposal: order.index(proposal.verdict))


def _by_shared_words(items: Sequence[GroupingItem]) -> list[GroupProposal]:
    remaining = sorted(items, key=lambda item: item.id)
    proposals = []
    while remaining:
        first, *rest = remaining
        stems = _stems(first.text)
        group = [
            first,
            *(item for item in rest if len(stems.keys() & _stems(item.text).keys()) >= MIN_SHARED_STEMS),
        ]
        remaining = [item for item in rest if item not in group]
        if _party_count(group) > 1:
            common = set.intersection(*(set(_stems(item.text)) for item in group))
            shared = tuple(word for stem, word in stems.items() if stem in common)
            if shared:
                proposals.append(_proposal(group, shared=shared))
    return proposals


def _proposal(
    group: Sequence[GroupingItem], *, theme: str = "", shared: tuple[str, ...] = ()
) -> GroupProposal:
    verdict, rule = _verdict_of(group)
    ids = tuple(item.id for item in group)
    return GroupProposal(verdict=verdict, rule=rule, theme=theme, shared=shared, item_ids=ids)


def _verdict_of(group: Sequence[GroupingItem]) -> tuple[str, str]:
    """Return the verdict on a group of lines, and the key of the rule that gave it."""
    kinds_by_party: dict[int, set[str]] = defaultdict(set)
    for item in group:
        kinds_by_party[item.party].add(item.kind)
    limiting = [party for party, kinds in kinds_by_party.items() if kinds & {LIMIT, RED_LINE}]
    expecting = [party for party, kinds in kinds_by_party.items() if EXPECTATION in kinds]
    if limiting:
        # An expectation may be what another party refuses, even where both set limits.
        is_refused = any(party != other for party in expecting for other in limiting)
        if len(limiting) == len(kinds_by_party) and not is_refused:
            return CONVERGENT, "all_bound"
        return TENSION, "one_bounds"
    if len(expecting) == len(kinds_by_party):
        return CONVERGENT, "all_expect"
    return (COMPLEMENTARY, "one_brings") if expecting else (COMPLEMENTARY, "all_bring")


def _party_count(group: Sequence[GroupingItem]) -> int:
    return len({item.party for item in group})


def _normalised(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _mentions(text: str, prefixes: tuple[str, ...]) -> bool:
    words = re.findall(r"[a-z][a-z-]*", _normalised(text))
    return any(word.startswith(prefixes) for word in words)


def _stems(text: str) -> dict[str, str]:
    """Return the stems of the long words, in order, each with the word as it was written."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    return {
        _normalised(word)[:STEM_LENGTH]: word
        for word in words
        if len(word) >= MIN_WORD_LENGTH and _normalised(word) not in STOP_WORDS
    }
