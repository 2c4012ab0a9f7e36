"""Comparison of the lines of several parties, by the themes and claims of rules/comparison.toml.

Two lines are in tension when one wants what the other refuses. Lines on one theme without such a claim are
grouped to be read together; nothing is concluded from what no rule knows.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from accounts.text.canonical import folded
from partnerships.checks.wording import (
    FRENCH,
    Reading,
    RuleWording,
    WordingMatch,
    is_denied,
    parse_all,
    stems,
)

EXPECTATION, LIMIT, RED_LINE, MEANS = "expectation", "limit", "red_line", "means"
TENSION, CONVERGENT, COMPLEMENTARY, TO_READ = "tension", "convergent", "complementary", "to_read"
ORDER: Final = (TENSION, CONVERGENT, COMPLEMENTARY, TO_READ)
SIDE_WORDS: Final = {"association": "association", "company": "entreprise"}
FIRST_PERSON: Final = ("nous", "notre", "nos", "we", "our", "us", "ours")
EARLY, SAME_WORDS = "early", "same_words"
MIN_WORD_LENGTH: Final = 5
MIN_DENIED_LENGTH: Final = 4
MIN_SHARED: Final = 2
# fmt: off
STOP_WORDS: Final = frozenset([
    "aucune", "aucun", "aucunes", "aucuns", "autre", "autres", "avant", "notre", "entre", "moins", "chaque",
    "toujours", "pouvoir", "peuvent", "toute", "toutes", "quelle", "celle", "celui", "depuis", "pendant",
    "apres", "leurs", "votre", "droit", "garde", "gardent", "faire", "cette", "action", "projet", "sommes",
    "voulons", "voulez", "jamais", "seulement", "without", "their", "there", "other", "about", "project",
    "every", "nobody", "dans", "avec", "pour", "sans", "nous", "vous", "leur", "tout", "tous", "sont", "etre",
    "plus", "mais", "elle", "ceux", "dont", "chez", "rien", "peut", "this", "that", "with", "from", "they",
    "will", "have", "must", "only", "than", "them", "each", "both", "into",
])
# fmt: on


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedItem:
    """A line to compare; `party`: a key, `side`: association or company, `kind`: a LineKind."""

    id: int
    party: int
    side: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Lines that belong together. `reasons`: keys of claims, or of one verdict, that say why.

    `theme`: "" where the lines share words of no theme, then `shared`.
    """

    verdict: str
    theme: str
    reasons: tuple[str, ...]
    item_ids: tuple[int, ...]
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonTheme:
    key: str
    labels: dict[str, str]
    words: RuleWording | None

    def label(self, language: str) -> str:
        """Return the label, in French unless `language` is English."""
        return self.labels["label_en" if language.startswith("en") else "label_fr"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one line may want and another refuse."""

    key: str
    theme: str
    basis: str
    wants: tuple[RuleWording, ...]
    refuses: tuple[RuleWording, ...]

    def end(self, reading: Reading) -> bool | None:
        """Return whether a line wants it; None for a line that says nothing of it. A refusal weighs more."""
        wanted = {answer for wording in self.wants for answer in wording.verdicts(reading)}
        refused = {answer for wording in self.refuses for answer in wording.verdicts(reading)}
        if True in refused or False in wanted:
            return False
        return True if wanted or refused else None


_FILE: Final[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "rules" / "comparison.toml").read_text(encoding="utf-8")
)
_VOCABULARY: Final[Mapping[str, str]] = _FILE["vocabulary"]
THEMES: Final = {
    data["key"]: ComparisonTheme(
        key=data["key"],
        labels={name: text for name, text in data.items() if name.startswith("label_")},
        words=RuleWording.parse(data["words"], _VOCABULARY) if "words" in data else None,
    )
    for data in _FILE["themes"]
}
CLAIMS: Final = {
    data["key"]: Claim(
        key=data["key"],
        theme=data["theme"],
        basis=data["basis"],
        wants=parse_all(data["wants"], _VOCABULARY),
        refuses=parse_all(data["refuses"], _VOCABULARY),
    )
    for data in _FILE["claims"]
}
# By month: "before that month".
_BEFORE: Final = [
    RuleWording.parse(f"{_FILE['calendar']['before']} > {month}", _VOCABULARY)
    for month in _FILE["calendar"]["months"]
]
_MONTHS: Final = [RuleWording.parse(month, _VOCABULARY) for month in _FILE["calendar"]["months"]]
_SIDES: Final = {side: RuleWording.parse(f"@{side}", _VOCABULARY) for side in SIDE_WORDS}
_WAIVED: Final = RuleWording.parse(_FILE["waivers"]["words"], _VOCABULARY)
_REASONS: Final = {data["key"]: data for data in (*_FILE["claims"], *_FILE["verdicts"])}


def reason(key: str, language: str) -> str:
    """Return why lines are grouped, in French unless `language` is English; "" for an unknown key."""
    texts = _REASONS.get(key, {})
    return str(texts.get("why_en" if language.startswith("en") else "why_fr", ""))


@dataclass(frozen=True, slots=True)
class Timing:
    """The months of a line, from 1: `earliest` of "not before September", `planned` otherwise."""

    earliest: int | None
    planned: frozenset[int]

    @classmethod
    def of(cls, reading: Reading) -> Timing:
        barred = [month for month, before in enumerate(_BEFORE, 1) if before.verdicts(reading) == {False}]
        named = {month for month, wording in enumerate(_MONTHS, 1) if wording.verdicts(reading) == {True}}
        return cls(min(barred, default=None), frozenset(named.difference(barred)))

    def excludes(self, other: Timing) -> bool:
        """Return whether the other line plans something before the earliest month of this one."""
        return self.earliest is not None and any(month < self.earliest for month in other.planned)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules read in a line.

    `ends`: the claims it speaks of, and whether it wants them; `words`: the stems of its long words, and
    whether it says or denies them; `sides`: the sides that it names; `is_bound`: it is a limit or a red line;
    `is_waiver`: it says that something is not wanted or needed.
    """

    ends: dict[str, bool]
    timing: Timing
    words: dict[str, bool]
    sides: frozenset[str]
    is_bound: bool
    is_waiver: bool

    @classmethod
    def of(cls, item: ComparedItem) -> Facts:
        reading = _reading(item)
        answers = {claim.key: claim.end(reading) for claim in CLAIMS.values()}
        return cls(
            ends={key: wanted for key, wanted in answers.items() if wanted is not None},
            timing=Timing.of(reading),
            words=_words(reading),
            sides=frozenset(side for side, wording in _SIDES.items() if wording.holds(reading)),
            is_bound=item.kind in (LIMIT, RED_LINE),
            is_waiver=False in _WAIVED.verdicts(reading),
        )

    def opposed_claims(self, other: Facts) -> list[str]:
        """Return the keys of what one of two lines wants and the other refuses."""
        shared = self.ends.keys() & other.ends.keys()
        opposed = {key for key in shared if self.ends[key] != other.ends[key]}
        if self.timing.excludes(other.timing) or other.timing.excludes(self.timing):
            opposed.add(EARLY)
        if not shared and not opposed and (self._denies(other) or other._denies(self) or self._swaps(other)):
            return [SAME_WORDS]
        return [key for key in CLAIMS if key in opposed]

    def _denies(self, other: Facts) -> bool:
        """Return whether this line denies, in two words or in its only one, what the other says.

        Not "no meeting before May", nor what a party does not want of another that sets a limit.
        """
        if self.timing.earliest or (self.is_waiver and other.is_bound):
            return False
        denied = {word for word, is_said in self.words.items() if not is_said}
        contradicted = {word for word in denied if other.words.get(word)}
        return len(contradicted) >= MIN_SHARED or (bool(contradicted) and len(denied) == 1)

    def _swaps(self, other: Facts) -> bool:
        """Return whether two lines say the same, each of another side."""
        return (
            len(self.words) >= MIN_SHARED
            and self.words == other.words
            and len(self.sides) == len(other.sides) == 1
            and self.sides != other.sides
        )


def compare(items: Sequence[ComparedItem]) -> list[Proposal]:
    """Return groups of lines of two parties or more, tensions first; a line is in one group at most."""
    facts = {item.id: Facts.of(item) for item in items}
    proposals = list(_tensions(items, facts))
    for find in (_agreements, _same_theme, _same_words):
        grouped = {item_id for proposal in proposals for item_id in proposal.item_ids}
        proposals += find([item for item in items if item.id not in grouped], facts)
    return sorted(proposals, key=lambda proposal: ORDER.index(proposal.verdict))


def _reading(item: ComparedItem) -> Reading:
    """Return the words of a line; where it names no side, its writer is meant."""
    side = SIDE_WORDS.get(item.side, "")
    reading = Reading.of(item.text, dict.fromkeys(FIRST_PERSON, side) if side else {})
    names_a_side = any(wording.holds(reading) for wording in _SIDES.values())
    return reading if names_a_side or not side else replace(reading, implied=stems(side))


def _words(reading: Reading) -> dict[str, bool]:
    """Return the stems of the long words beside those of the sides, and whether the line says them."""
    side_keys = frozenset().union(*(slot.first_keys for side in _SIDES.values() for slot in side.slots))
    return {
        FRENCH.stemWord(word): not is_denied(reading, WordingMatch((position,)))
        for position, word in enumerate(reading.words)
        if len(word) >= MIN_DENIED_LENGTH
        and word not in STOP_WORDS
        and side_keys.isdisjoint(reading.keys[position])
    }


def _tensions(items: Sequence[ComparedItem], facts: Mapping[int, Facts]) -> Iterator[Proposal]:
    """Group the lines that exclude each other; lines linked through a third one are in one group."""
    remaining = list(items)
    while remaining:
        group, reasons = [remaining.pop(0)], []
        for item in group:
            opposed = [
                (other, facts[item.id].opposed_claims(facts[other.id]) if item.party != other.party else [])
                for other in remaining
            ]
            reasons += [key for _other, keys in opposed for key in keys]
            group += [other for other, keys in opposed if keys]
            remaining = [other for other, keys in opposed if not keys]
        if len(group) > 1:
            yield _tension(group, tuple(dict.fromkeys(reasons)), facts)


def _tension(group: Sequence[ComparedItem], reasons: tuple[str, ...], facts: Mapping[int, Facts]) -> Proposal:
    theme = next((CLAIMS[key].theme for key in reasons if key in CLAIMS), "") or _theme_of(group)
    shared = () if theme else _shared_words(group, facts)
    return Proposal(
        verdict=TENSION,
        theme=theme,
        reasons=reasons,
        item_ids=tuple(item.id for item in group),
        shared=shared,
    )


def _theme_of(group: Sequence[ComparedItem]) -> str:
    """Return the first theme of which all lines have words, or ""."""
    readings = [Reading.of(item.text) for item in group]
    themes = ((theme.key, theme.words) for theme in THEMES.values() if theme.words)
    return next((key for key, words in themes if all(words.holds(reading) for reading in readings)), "")


def _shared_words(group: Sequence[ComparedItem], facts: Mapping[int, Facts]) -> tuple[str, ...]:
    """Return the words of the first line that another one has too."""
    others = {word for item in group[1:] for word in facts[item.id].words}
    return tuple(word for stem, word in _long_words(group[0].text).items() if stem in others)


def _agreements(items: Sequence[ComparedItem], facts: Mapping[int, Facts]) -> Iterator[Proposal]:
    remaining = list(items)
    for claim in CLAIMS.values():
        group = [item for item in remaining if claim.key in facts[item.id].ends]
        if _party_count(group) > 1:
            yield _proposal(CONVERGENT, claim.theme, "same_claim", group)
            remaining = [item for item in remaining if item not in group]


def _same_theme(items: Sequence[ComparedItem], _facts: Mapping[int, Facts]) -> Iterator[Proposal]:
    remaining = list(items)
    for theme in THEMES.values():
        group = [item for item in remaining if theme.words and theme.words.holds(Reading.of(item.text))]
        if _party_count(group) > 1:
            yield _proposal(*_verdict_of(group, theme.key), group)
            remaining = [item for item in remaining if item not in group]


def _same_words(items: Sequence[ComparedItem], _facts: Mapping[int, Facts]) -> Iterator[Proposal]:
    """Group the lines without a common theme that share MIN_SHARED long words."""
    remaining = [(item, _long_words(item.text)) for item in items]
    while remaining:
        (first, words), *others = remaining
        alike = [(item, own) for item, own in others if len(words.keys() & own.keys()) >= MIN_SHARED]
        common = words.keys() & set.intersection(*(set(own) for _item, own in alike)) if alike else set()
        group = [first, *(item for item, _own in alike)]
        remaining = [row for row in others if row not in alike]
        if common and _party_count(group) > 1:
            verdict, theme, key = _verdict_of(group, "")
            shared = tuple(word for stem, word in words.items() if stem in common)
            yield replace(_proposal(verdict, theme, key, group), shared=shared)


def _long_words(text: str) -> dict[str, str]:
    """Return the stems of the long words of a text, in order, each with the word as written."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    return {
        FRENCH.stemWord(folded(word)): word
        for word in words
        if len(word) >= MIN_WORD_LENGTH and folded(word) not in STOP_WORDS
    }


def _proposal(verdict: str, theme: str, key: str, group: Sequence[ComparedItem]) -> Proposal:
    ids = tuple(item.id for item in group)
    return Proposal(verdict=verdict, theme=theme, reasons=(key,), item_ids=ids)


def _verdict_of(group: Sequence[ComparedItem], theme: str) -> tuple[str, str, str]:
    """Return the verdict on lines of one theme that share no claim, the theme, and why."""
    kinds: dict[str, set[int]] = defaultdict(set)
    for item in group:
        kinds[item.kind].add(item.party)
    if kinds[LIMIT] or kinds[RED_LINE] or not kinds[MEANS]:
        return TO_READ, theme, "same_subject"
    if not kinds[EXPECTATION]:
        return COMPLEMENTARY, theme, "all_bring"
    if len(kinds[EXPECTATION] | kinds[MEANS]) > 1 and kinds[MEANS] != kinds[EXPECTATION]:
        return COMPLEMENTARY, theme, "one_brings"
    return TO_READ, theme, "same_subject"


def _party_count(group: Sequence[ComparedItem]) -> int:
    return len({item.party for item in group})
