"""The score of a pair of briefs, one of an association and one of a company; no database.

The weights are those of the feature table of the field study (field.md 5.5, row 30).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

THEME, TERRITORY, LIMITS, KIND, CAPACITY = "theme", "territory", "limits", "kind", "capacity"
WEIGHTS: Final = {THEME: 30, LIMITS: 25, TERRITORY: 15, KIND: 15, CAPACITY: 15}
ANY_THEME, WHOLE_COUNTRY = "all", "france"

# Limits that exclude each other: a pair of briefs that holds both is never proposed.
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
class MatchCriteria:
    """The scored fields of a brief. `budget`: rank of its band from 0, None when unknown.

    `has_free_text`: it has limits in free text, which only a person can compare.
    """

    theme: str
    territory: str
    limits: frozenset[str] = frozenset()
    has_free_text: bool = False
    kinds: frozenset[str] = frozenset()
    budget: int | None = None
    hours: int | None = None


class Conflict(NamedTuple):
    """A limit of the association and a limit of the company that exclude each other."""

    association: str
    company: str


class Reason(NamedTuple):
    """The points of one criterion; `codes`: of the themes, territories, limits or kinds it concerns."""

    part: str
    points: int
    outcome: str
    codes: tuple[str, ...] = ()

    @property
    def out_of(self) -> int:
        return WEIGHTS[self.part]


@dataclass(frozen=True)
class Match:
    """The result of a comparison; any conflict excludes the pair, whatever its points."""

    reasons: tuple[Reason, ...]
    conflicts: tuple[Conflict, ...]

    @property
    def score(self) -> int:
        return sum(reason.points for reason in self.reasons)

    @property
    def is_excluded(self) -> bool:
        return bool(self.conflicts)


def compare(association: MatchCriteria, company: MatchCriteria) -> Match:
    """Return the reasons of a pair, 100 points at most, and the limits that exclude it."""
    contradictions = conflicting_limits(association.limits, company.limits)
    reasons = (
        _theme(association, company),
        _limits(association, company, has_conflict=bool(contradictions)),
        _territory(association, company),
        _kind(association, company),
        _capacity(association, company),
    )
    return Match(reasons, contradictions)


def conflicting_limits(association: frozenset[str], company: frozenset[str]) -> tuple[Conflict, ...]:
    """Return every pair of contradicting limits, in either direction."""
    return tuple(
        Conflict(association_limit, company_limit)
        for pair in CONTRADICTIONS
        for association_limit, company_limit in (pair, pair[::-1])
        if association_limit in association and company_limit in company
    )


def _theme(association: MatchCriteria, company: MatchCriteria) -> Reason:
    if association.theme == company.theme:
        return Reason(THEME, WEIGHTS[THEME], "same", (association.theme,))
    if ANY_THEME in (association.theme, company.theme):
        return Reason(THEME, WEIGHTS[THEME] // 2, "open", (association.theme, company.theme))
    return Reason(THEME, 0, "other", (association.theme, company.theme))


def _territory(association: MatchCriteria, company: MatchCriteria) -> Reason:
    if association.territory == company.territory:
        return Reason(TERRITORY, WEIGHTS[TERRITORY], "same", (association.territory,))
    territories = (association.territory, company.territory)
    if WHOLE_COUNTRY in territories:
        return Reason(TERRITORY, WEIGHTS[TERRITORY] * 2 // 3, "within", territories)
    return Reason(TERRITORY, 0, "other", territories)


def _limits(association: MatchCriteria, company: MatchCriteria, *, has_conflict: bool) -> Reason:
    if has_conflict:
        return Reason(LIMITS, 0, "contradict")
    if association.has_free_text or company.has_free_text:
        return Reason(LIMITS, WEIGHTS[LIMITS] * 3 // 5, "to_read")
    shared = tuple(sorted(association.limits & company.limits))
    return Reason(LIMITS, WEIGHTS[LIMITS], "shared" if shared else "compatible", shared)


def _kind(association: MatchCriteria, company: MatchCriteria) -> Reason:
    shared = tuple(sorted(association.kinds & company.kinds))
    if shared:
        return Reason(KIND, WEIGHTS[KIND], "same", shared)
    return Reason(KIND, 0, "other" if association.kinds and company.kinds else "unknown")


def _capacity(association: MatchCriteria, company: MatchCriteria) -> Reason:
    if association.budget is None or company.budget is None:
        return Reason(CAPACITY, WEIGHTS[CAPACITY] // 3, "unknown")
    if company.budget + 1 < association.budget:
        return Reason(CAPACITY, 0, "too_small")
    is_near = company.budget + 1 == association.budget
    if not association.hours:
        return Reason(CAPACITY, WEIGHTS[CAPACITY] // 3, "no_hours")
    return Reason(CAPACITY, WEIGHTS[CAPACITY] * (2 if is_near else 3) // 3, "near" if is_near else "enough")
