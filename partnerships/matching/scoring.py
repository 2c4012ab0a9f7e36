"""How well the brief of an association and that of a company meet: points with reasons, no database.

The weights are those of the feature table of the field study (field.md 5.5, row 30).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

THEME, TERRITORY, LIMITS, KIND, CAPACITY = "theme", "territory", "limits", "kind", "capacity"
WEIGHTS: Final = {THEME: 30, LIMITS: 25, TERRITORY: 15, KIND: 15, CAPACITY: 15}
EVERY_THEME, EVERYWHERE = "all", "france"

# What one side refuses and the other cannot do without: such a pair is never proposed.
CONTRADICTIONS: Final = (
    ("brand", "brand_shown"),
    ("content", "content_agreed"),
    ("exclusivity", "exclusive"),
    ("data", "data_shared"),
    ("published", "held_back"),
    ("ideas", "ideas_ours"),
    ("voice", "voice_held"),
    ("testimony", "testimony_shown"),
    ("members", "members_met"),
)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What decides of a match in a brief. `budget`: rank of its band from 0; None when it was not told."""

    theme: str
    territory: str
    limits: frozenset[str] = frozenset()
    has_words: bool = False  # limits in its own words, that only a person can compare
    kinds: frozenset[str] = frozenset()
    budget: int | None = None
    hours: int | None = None


class Conflict(NamedTuple):
    """The limit of the association and that of the company that contradict each other."""

    association: str
    company: str


class Reason(NamedTuple):
    """One line of a score: `why` is a code, `codes` what it speaks of."""

    part: str
    points: int
    why: str
    codes: tuple[str, ...] = ()

    @property
    def out_of(self) -> int:
        return WEIGHTS[self.part]


@dataclass(frozen=True)
class Match:
    """`conflicts` exclude the pair, whatever its points."""

    reasons: tuple[Reason, ...]
    conflicts: tuple[Conflict, ...]

    @property
    def score(self) -> int:
        return sum(reason.points for reason in self.reasons)

    @property
    def is_excluded(self) -> bool:
        return bool(self.conflicts)


def compare(association: Offer, company: Offer) -> Match:
    """Return the points of a pair out of 100, in the order of the weights, and what excludes it."""
    found = conflicts(association.limits, company.limits)
    reasons = (
        _theme(association, company),
        _limits(association, company, has_conflict=bool(found)),
        _territory(association, company),
        _kind(association, company),
        _capacity(association, company),
    )
    return Match(reasons, found)


def conflicts(association: frozenset[str], company: frozenset[str]) -> tuple[Conflict, ...]:
    """Return every contradiction between the limits of two sides, whichever holds which."""
    return tuple(
        Conflict(own, other)
        for pair in CONTRADICTIONS
        for own, other in (pair, pair[::-1])
        if own in association and other in company
    )


def _theme(association: Offer, company: Offer) -> Reason:
    if association.theme == company.theme:
        return Reason(THEME, WEIGHTS[THEME], "same", (association.theme,))
    if EVERY_THEME in (association.theme, company.theme):
        return Reason(THEME, WEIGHTS[THEME] // 2, "open", (association.theme, company.theme))
    return Reason(THEME, 0, "other", (association.theme, company.theme))


def _territory(association: Offer, company: Offer) -> Reason:
    if association.territory == company.territory:
        return Reason(TERRITORY, WEIGHTS[TERRITORY], "same", (association.territory,))
    told = (association.territory, company.territory)
    if EVERYWHERE in told:
        return Reason(TERRITORY, WEIGHTS[TERRITORY] * 2 // 3, "within", told)
    return Reason(TERRITORY, 0, "other", told)


def _limits(association: Offer, company: Offer, *, has_conflict: bool) -> Reason:
    if has_conflict:
        return Reason(LIMITS, 0, "contradict")
    if association.has_words or company.has_words:
        return Reason(LIMITS, WEIGHTS[LIMITS] * 3 // 5, "to_read")
    shared = tuple(sorted(association.limits & company.limits))
    return Reason(LIMITS, WEIGHTS[LIMITS], "shared" if shared else "compatible", shared)


def _kind(association: Offer, company: Offer) -> Reason:
    shared = tuple(sorted(association.kinds & company.kinds))
    if shared:
        return Reason(KIND, WEIGHTS[KIND], "same", shared)
    return Reason(KIND, 0, "other" if association.kinds and company.kinds else "unknown")


def _capacity(association: Offer, company: Offer) -> Reason:
    if association.budget is None or company.budget is None:
        return Reason(CAPACITY, WEIGHTS[CAPACITY] // 3, "unknown")
    if company.budget + 1 < association.budget:
        return Reason(CAPACITY, 0, "too_small")
    is_near = company.budget + 1 == association.budget
    if not association.hours:
        return Reason(CAPACITY, WEIGHTS[CAPACITY] // 3, "no_hours")
    return Reason(CAPACITY, WEIGHTS[CAPACITY] * (2 if is_near else 3) // 3, "near" if is_near else "enough")
