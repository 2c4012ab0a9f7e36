"""Which lines of several parties speak of the same thing, by rules that are said beside the result.

Lines that bear words of one theme go together, the first theme of the list that ties two parties; those
left go together when they share two long words. What a group is follows from the kinds of its lines.
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

# Beginnings of words without accents, in French and in English.
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
LONG: Final = 5
SHARED: Final = 2
STEM: Final = 6
# fmt: off
STOP: Final = frozenset([
    "aucune", "aucun", "autre", "autres", "avant", "notre", "entre", "moins", "chaque", "toujours", "pouvoir",
    "toute", "toutes", "quelle", "celle", "celui", "depuis", "pendant", "apres", "leurs", "votre", "droit",
    "garde", "gardent", "faire", "cette", "without", "their", "there", "other", "about",
])
# fmt: on


@dataclass(frozen=True, kw_only=True)
class Item:
    """A line to compare; `party`: a key, `kind`: expectation, limit, red_line or means."""

    id: int
    party: int
    kind: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """`theme`: a key of THEMES, or empty when `shared` words tie the lines. `rule`: why it is so, a key."""

    verdict: str
    rule: str
    theme: str = ""
    shared: tuple[str, ...] = ()
    item_ids: tuple[int, ...]


def propose(items: Sequence[Item]) -> list[Proposal]:
    """Return the groups that the rules find, tensions first; a line is in one group at most."""
    left = list(items)
    found = []
    for theme, beginnings in THEMES.items():
        told = [item for item in left if _bears(item.words, beginnings)]
        if _parties(told) > 1:
            found.append(_proposal(told, theme=theme))
            left = [item for item in left if item not in told]
    found += _by_shared_words(left)
    order = (TENSION, CONVERGENT, COMPLEMENTARY)
    return sorted(found, key=lambda each: order.index(each.verdict))


def _by_shared_words(apart: Sequence[Item]) -> list[Proposal]:
    left = sorted(apart, key=lambda item: item.id)
    found = []
    while left:
        first, *rest = left
        stems = _stems(first.words)
        told = [first, *(each for each in rest if len(stems.keys() & _stems(each.words).keys()) >= SHARED)]
        left = [each for each in rest if each not in told]
        if _parties(told) > 1:
            common = set.intersection(*(set(_stems(each.words)) for each in told))
            shared = tuple(word for stem, word in stems.items() if stem in common)
            if shared:
                found.append(_proposal(told, shared=shared))
    return found


def _proposal(told: Sequence[Item], *, theme: str = "", shared: tuple[str, ...] = ()) -> Proposal:
    verdict, rule = _judge(told)
    ids = tuple(item.id for item in told)
    return Proposal(verdict=verdict, rule=rule, theme=theme, shared=shared, item_ids=ids)


def _judge(told: Sequence[Item]) -> tuple[str, str]:
    """Return the verdict on lines that speak of one thing, and the rule that gave it."""
    holds: dict[int, set[str]] = defaultdict(set)
    for item in told:
        holds[item.party].add(item.kind)
    bounds = [party for party, kinds in holds.items() if kinds & {LIMIT, RED_LINE}]
    wants = [party for party, kinds in holds.items() if EXPECTATION in kinds]
    if bounds:
        # What one expects may be just what another refuses, even where both set limits.
        is_refused = any(party != other for party in wants for other in bounds)
        if len(bounds) == len(holds) and not is_refused:
            return CONVERGENT, "all_bound"
        return TENSION, "one_bounds"
    if len(wants) == len(holds):
        return CONVERGENT, "all_expect"
    return (COMPLEMENTARY, "one_brings") if wants else (COMPLEMENTARY, "all_bring")


def _parties(told: Sequence[Item]) -> int:
    return len({item.party for item in told})


def _plain(words: str) -> str:
    decomposed = unicodedata.normalize("NFD", words.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _bears(words: str, beginnings: tuple[str, ...]) -> bool:
    said = re.findall(r"[a-z][a-z-]*", _plain(words))
    return any(word.startswith(beginnings) for word in said)


def _stems(words: str) -> dict[str, str]:
    """Return the beginnings of the long words, in order, each with the word as it was written."""
    written = re.findall(r"[^\W\d_]+", words.lower())
    return {_plain(word)[:STEM]: word for word in written if len(word) >= LONG and _plain(word) not in STOP}
