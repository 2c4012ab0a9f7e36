"""Wordings that rules look for in a sentence: words in any inflection, near each other, denied or not.

A wording is written in a rule file as slots: `approuver | valider > texte | document`. Slots joined by `>`
follow in this order, by `&` in any order, each within NEAR words of the one before. A slot has alternatives
joined by `|`, each one or more words; `@name` stands for the alternatives of that name in the vocabulary of
the file. Words match in any inflection (Snowball stems, French and English), `word*` by their beginning and
`=word` as they are. Articles and possessives between the words of an alternative are skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import permutations
from typing import Final, NamedTuple

import snowballstemmer

from accounts.text.canonical import folded

NEAR: Final = 12
WORDS: Final = re.compile(r"[^\W_]+|[€%®]|[,;:.!?()]")
FRENCH, ENGLISH = snowballstemmer.stemmer("french"), snowballstemmer.stemmer("english")

# fmt: off
SKIPPED: Final = frozenset([
    "le", "la", "les", "l", "un", "une", "des", "du", "de", "d", "au", "aux", "a", "an", "the", "of", "to",
    "s", "ce", "cet", "cette", "ces", "son", "sa", "ses", "leur", "leurs", "notre", "nos", "votre", "vos",
    "our", "your", "its", "their", "en", "pas", "jamais", "tout", "toute", "tous", "toutes", "any", "all",
    "every",
])
# Negations that reach over a comma: "aucune donnée, liste ni adresse".
LISTING: Final = frozenset([
    "aucun", "aucune", "aucuns", "aucunes", "nul", "nulle", "ni", "no", "neither", "nor", "none", "nothing",
    "nobody",
])
NEGATIONS: Final = LISTING | {
    "ne", "n", "pas", "jamais", "rien", "personne", "not", "never", "cannot", "t",
}
WITHOUT: Final = frozenset(["sans", "without", "hors"])
REFUSALS: Final = frozenset([*FRENCH.stemWords([
    "refuser", "refusons", "exclure", "exclu", "exclue", "exclus", "eviter", "evitent", "empecher", "empeche",
    "interdire", "interdit", "interdite", "interdits", "ecarter", "ecarte", "ecartee",
]), *ENGLISH.stemWords([
    "avoid", "prevent", "ban", "refuse", "exclude", "forbid", "forbidden", "prohibit", "reject", "decline",
])])
NOT_NEGATING: Final = frozenset(["seulement", "uniquement", "only", "just", "later", "longer"])
# What follows "sans" in an expression of its own: "signale sans délai tout événement".
EXPRESSIONS: Final = frozenset([
    "delai", "retard", "attendre", "tarder", "limite", "limites", "limitation", "delay", "limit",
])
ENDS: Final = frozenset([";", ":", ".", "!", "?", "(", ")", "mais", "but", "however", "tandis", "whereas"])
# fmt: on
REACH: Final = 3
REFUSAL_REACH: Final = 6


@lru_cache(maxsize=20_000)
def stems(word: str) -> frozenset[str]:
    """Return the stems of a folded word; a folded participle in -ée has the stem of its masculine too."""
    masculine = re.sub(r"(?<=\w{3}e)es?$", "", word)
    return frozenset([FRENCH.stemWord(word), FRENCH.stemWord(masculine), ENGLISH.stemWord(word)])


@lru_cache(maxsize=20_000)
def _keys(word: str) -> frozenset[str]:
    """Return what a term may call a folded word: its stems, itself ("=word"), its beginnings ("wor*")."""
    beginnings = (f"{word[:length]}*" for length in range(2, len(word) + 1))
    return stems(word) | {f"={word}", *beginnings}


class WordingMatch(NamedTuple):
    """The positions of the words of a wording in a sentence, in order."""

    positions: tuple[int, ...]


@dataclass(frozen=True)
class Reading:
    """The words of a sentence with their keys. `implied`: keys of a word that is meant and not written."""

    words: tuple[str, ...]
    keys: tuple[frozenset[str], ...]
    implied: frozenset[str] = frozenset()

    @classmethod
    def of(cls, text: str, synonyms: Mapping[str, str] | None = None) -> Reading:
        """Return the words of a text; `synonyms`: words that also count as another one."""
        words = tuple(WORDS.findall(folded(text)))
        meanings = synonyms or {}
        return cls(words, tuple(_keys(word) | _keys(meanings.get(word, word)) for word in words))

    @cached_property
    def positions(self) -> dict[str, list[int]]:
        """The positions of the words by key."""
        positions: dict[str, list[int]] = {}
        for position, word_keys in enumerate(self.keys):
            for key in word_keys:
                positions.setdefault(key, []).append(position)
        return positions

    @cached_property
    def all_keys(self) -> frozenset[str]:
        return self.implied.union(self.positions)


# A term is the keys of one word, an alternative one or more terms.
type Term = frozenset[str]
type Alternative = tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class WordSlot:
    """Alternatives, and the keys of their first words."""

    alternatives: tuple[Alternative, ...]
    first_keys: frozenset[str]

    @classmethod
    def parse(cls, text: str, vocabulary: Mapping[str, str]) -> WordSlot:
        alternatives = tuple(_alternatives(text, vocabulary))
        return cls(alternatives, frozenset().union(*(terms[0] for terms in alternatives)))

    def occurrences(self, reading: Reading) -> list[tuple[int, ...]]:
        """Return the occurrences in a sentence, each the positions of its words; () where only implied."""
        seen = {
            positions
            for terms in self.alternatives
            for key in terms[0] & reading.all_keys
            for start in reading.positions.get(key, ())
            if (positions := _phrase(terms, reading, start))
        }
        if not seen and any(not terms[0].isdisjoint(reading.implied) for terms in self.alternatives):
            return [()]
        return sorted(seen)


@dataclass(frozen=True, slots=True)
class RuleWording:
    """Slots of alternatives; `is_ordered`: whether they follow in this order."""

    slots: tuple[WordSlot, ...]
    is_ordered: bool

    @classmethod
    def parse(cls, text: str, vocabulary: Mapping[str, str]) -> RuleWording:
        """Return the wording of a rule file. Raises KeyError for an unknown name of the vocabulary."""
        is_ordered = "&" not in text
        slots = text.split(">" if is_ordered else "&")
        return cls(tuple(WordSlot.parse(slot, vocabulary) for slot in slots), is_ordered)

    def matches(self, reading: Reading) -> Iterator[WordingMatch]:
        """Return the matches in a sentence, at most one from each occurrence of the first slot."""
        if not self.may_hold(reading):
            return
        occurrences = [slot.occurrences(reading) for slot in self.slots]
        orders = [occurrences] if self.is_ordered else list(permutations(occurrences))
        for order in orders:
            for first in order[0]:
                if match := _followed(first, order[1:]):
                    yield WordingMatch(match)

    def may_hold(self, reading: Reading) -> bool:
        """Return whether a text has words of every slot, wherever they stand."""
        return not any(slot.first_keys.isdisjoint(reading.all_keys) for slot in self.slots)

    def holds(self, reading: Reading) -> bool:
        """Return whether a sentence has the wording, denied or not."""
        return next(self.matches(reading), None) is not None

    def verdicts(self, reading: Reading) -> set[bool]:
        """Return {True} for a sentence that says it, {False} for one that denies it, both, or neither."""
        return {not is_denied(reading, match) for match in self.matches(reading)}


def parse_all(texts: Sequence[str], vocabulary: Mapping[str, str]) -> tuple[RuleWording, ...]:
    return tuple(RuleWording.parse(text, vocabulary) for text in texts)


def _alternatives(slot: str, vocabulary: Mapping[str, str]) -> Iterator[Alternative]:
    for alternative in map(str.strip, slot.split("|")):
        if alternative.startswith("@"):
            yield from _alternatives(vocabulary[alternative[1:]], vocabulary)
        else:
            yield tuple(map(_term, alternative.split()))


def _term(word: str) -> Term:
    return frozenset([word]) if word.startswith("=") or word.endswith("*") else stems(word)


def _phrase(terms: Alternative, reading: Reading, start: int) -> tuple[int, ...]:
    """Return the positions of the words of an alternative from `start`, () if they are not there."""
    positions = [start]
    for term in terms[1:]:
        position = positions[-1] + 1
        while position < len(reading.words) and term.isdisjoint(reading.keys[position]):
            if reading.words[position] not in SKIPPED:
                return ()
            position += 1
        if position == len(reading.words):
            return ()
        positions.append(position)
    return tuple(positions)


def _followed(positions: tuple[int, ...], rest: Sequence[Sequence[tuple[int, ...]]]) -> tuple[int, ...]:
    """Return the positions with the nearest occurrence of each following slot, () if one is too far."""
    for occurrences in rest:
        last = positions[-1] if positions else -1
        following = [
            spot for spot in occurrences if not spot or not positions or last < spot[0] <= last + NEAR + 1
        ]
        if not following:
            return ()
        positions += following[0]
    return positions


def is_denied(reading: Reading, match: WordingMatch) -> bool:
    """Return whether the sentence denies what was matched: an odd number of negations bears on it.

    "Aucune validation" denies it, "rien sans validation" does not, nor does "ne … que".
    """
    taken = set(match.positions)
    first, last = match.positions[0], match.positions[-1]
    before = _before(reading, first)
    inside = [spot for spot in range(first, last) if spot not in taken]
    after = _after(reading, last)
    is_negated = reading.words[max(0, first - 1)] == "non"
    is_negated |= _has_negation(reading, [*before, *inside], after, last)
    is_refused = _has_refusal(reading, [*before[-REFUSAL_REACH:], *inside, *after])
    return is_negated ^ _has_without(reading, taken) ^ is_refused


def _before(reading: Reading, first: int) -> list[int]:
    """Return the positions before a match in its part of the sentence, beyond a comma LISTING words only."""
    positions: list[int] = []
    has_comma = False
    for spot in range(first - 1, -1, -1):
        word = reading.words[spot]
        if word in ENDS:
            break
        has_comma |= word == ","
        if not has_comma or word in LISTING:
            positions.insert(0, spot)
    return positions


def _after(reading: Reading, last: int) -> list[int]:
    """Return the positions of the next REACH words of the same part of the sentence, articles aside."""
    positions: list[int] = []
    for spot in range(last + 1, len(reading.words)):
        if reading.words[spot] in ENDS or reading.words[spot] == "," or len(positions) == REACH:
            break
        if reading.words[spot] not in SKIPPED:
            positions.append(spot)
    return positions


def _has_negation(reading: Reading, before: Sequence[int], after: Sequence[int], last: int) -> bool:
    spots = [spot for spot in before if _negates(reading, spot)]
    if spots and {reading.words[spot] for spot in spots} <= {"ne", "n"}:
        return not {"que", "qu"} & set(reading.words[spots[0] : last + 1])
    follows = {reading.words[spot] for spot in after[:2]} & {"n", "ne", "not", "non", "never"}
    return bool(spots or follows)


def _negates(reading: Reading, spot: int) -> bool:
    """Return whether a word is a negation, and not one of "not only", "no later"."""
    following = reading.words[spot + 1] if spot + 1 < len(reading.words) else ""
    return reading.words[spot] in NEGATIONS and following not in NOT_NEGATING


def _has_without(reading: Reading, taken: set[int]) -> bool:
    """Return whether "sans" stands directly before a word of the match, articles aside."""
    return any(
        reading.words[spot] in WITHOUT and spot not in taken and reading.words[spot + 1] not in EXPRESSIONS
        for start in taken
        for spot in range(max(0, start - REACH), start)
    )


def _has_refusal(reading: Reading, spots: Sequence[int]) -> bool:
    return any(not REFUSALS.isdisjoint(reading.keys[spot]) for spot in spots)
