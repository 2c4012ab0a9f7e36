"""What a text must say, A1 to A22 of rules/completeness.toml, each in one of four levels."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from partnerships.charter.texts import Heading
from partnerships.checks.facts import Facts

EVENT: Final = ("event_organiser", "event_name", "event_date", "event_place")


class Level(StrEnum):
    NOT_RELEVANT = "none"
    MISSING = "missing"
    PARTIAL = "partial"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that an agreement says; `heading` is where, None for the case itself.

    `condition`: a key of CONDITIONS under which it is mandatory, None when it always or never is.
    """

    code: str
    is_mandatory: bool
    condition: str | None
    is_certain: bool
    source: str
    heading: Heading | None
    texts: dict[str, str]
    words: tuple[re.Pattern[str], ...]

    def say(self, what: str, language: str) -> str:
        """Return the label (""), the hint ("hint_") or what stays to be told first ("doubt_") of the item.

        In French unless English is asked for.
        """
        return self.texts[f"{what}{'en' if language.startswith('en') else 'fr'}"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """`is_doubtful`: nobody knows yet whether the item is mandatory here."""

    item: Item
    level: Level
    is_mandatory: bool
    is_doubtful: bool

    @property
    def stops(self) -> bool:
        """Whether the text cannot be frozen as long as this stands so."""
        return self.is_mandatory and self.level in (Level.MISSING, Level.PARTIAL)


def _item(told: dict[str, Any]) -> Item:
    texts = {name: text for name, text in told.items() if name.endswith(("fr", "en"))}
    return Item(
        code=told["code"],
        is_mandatory=told["mandatory"] is True,
        condition=told["mandatory"] if isinstance(told["mandatory"], str) else None,
        is_certain=told.get("mark") != "M",
        source=told["source"],
        heading=Heading[told["heading"]] if "heading" in told else None,
        texts=texts,
        words=tuple(re.compile(each) for each in told.get("words", ())),
    )


_READ = tomllib.loads((Path(__file__).parent / "rules" / "completeness.toml").read_text(encoding="utf-8"))
ITEMS: Final[dict[str, Item]] = {each["code"]: _item(each) for each in _READ["items"]}


def judge(facts: Facts) -> tuple[Judged, ...]:
    """Return every item with its level, in the order of the rules."""
    return tuple(_judged(item, facts) for item in ITEMS.values())


def _judged(item: Item, facts: Facts) -> Judged:
    held = CONDITIONS[item.condition](facts) if item.condition else item.is_mandatory
    return Judged(
        item=item,
        level=COUNTED[item.code](facts) if item.code in COUNTED else _by_words(item, facts),
        is_mandatory=held is True,
        is_doubtful=held is None,
    )


def score(judged: Iterable[Judged]) -> tuple[int, int]:
    """Return how many of the items that matter here are full, and how many matter."""
    relevant = [each for each in judged if each.level != Level.NOT_RELEVANT]
    return sum(each.level == Level.FULL for each in relevant), len(relevant)


def _of(met: Iterable[bool]) -> Level:
    each = list(met)
    if all(each):
        return Level.FULL if each else Level.MISSING
    return Level.PARTIAL if any(each) else Level.MISSING


def _is_said(facts: Facts, code: str) -> list[bool]:
    said = facts.said
    return [any(pattern.search(text) for text in said) for pattern in ITEMS[code].words]


def _by_words(item: Item, facts: Facts) -> Level:
    level = _of(_is_said(facts, item.code))
    if level == Level.MISSING and item.heading in facts.headings:
        return Level.PARTIAL
    return level


def _regulation(facts: Facts, name: str) -> Any:
    return getattr(getattr(facts.terms, "regulation", None), name, None)


def _title(facts: Facts) -> Level:
    return _of([bool(facts.title.strip())])


def _parties(facts: Facts) -> Level:
    return _of([{"association", "company"} <= {each.side for each in facts.parties}])


def _nature(facts: Facts) -> Level:
    if facts.terms.transparency_object or _regulation(facts, "object_code"):
        return Level.FULL
    return _by_words(ITEMS["A3"], facts)


def _support(facts: Facts) -> Level:
    companies = {each.code for each in facts.parties if each.side == "company"}
    lines = [each.payer_key for each in facts.terms.budget]
    lines += [each.party_key for each in facts.terms.commitments]
    if companies & set(lines):
        return Level.FULL
    return _of([Heading.COMPANY_COMMITMENTS in facts.headings, False])


def _aims(facts: Facts) -> Level:
    return _of(each in facts.headings for each in (Heading.PRECISE_ACTION, Heading.PATIENT_BENEFIT))


def _roles(facts: Facts) -> Level:
    busy = {each.party_key for each in facts.terms.commitments}
    busy |= {each.responsible for each in facts.clauses}
    return _of(each.code in busy for each in facts.parties)


def _calendar(facts: Facts) -> Level:
    ends = facts.terms.ends_on is not None or all(_is_said(facts, "A7"))
    return _of([bool(facts.terms.milestones), ends])


def _funding(facts: Facts) -> Level:
    if any(each.amount_minor for each in facts.terms.budget):
        return Level.FULL
    if all(_is_said(facts, "A8")):
        return Level.NOT_RELEVANT
    promised = any(each.amount_minor for each in facts.terms.commitments)
    return _of([promised or Heading.BUDGET in facts.headings, False])


def _total(facts: Facts) -> Level:
    level = _funding(facts)
    return level if level in (Level.FULL, Level.NOT_RELEVANT) else Level.MISSING


def _in_kind(facts: Facts) -> Level:
    given = any(each.contribution == "in_kind" for each in facts.terms.budget)
    # Hours promised describe it, even when nobody gave them a price.
    given = given or any(each.hours for each in facts.terms.commitments)
    return Level.FULL if given else Level.NOT_RELEVANT


def _signatories(facts: Facts) -> Level:
    return _of(each.has_signatory for each in facts.parties)


def _declares(facts: Facts) -> bool | None:
    """Say whether a company of the case declares on Transparence-Santé, None while one of them may."""
    told = {each.declares for each in facts.parties if each.side == "company"}
    return True if "yes" in told else None if "unknown" in told or not told else False


def _typology(facts: Facts) -> Level:
    if facts.terms.transparency_object or _regulation(facts, "object_code"):
        return Level.FULL
    if _declares(facts) is False:
        return Level.NOT_RELEVANT
    return _of([Heading.TRANSPARENCY in facts.headings, False])


def _event(facts: Facts) -> Level:
    given = [bool(_regulation(facts, name)) for name in EVENT]
    return _of(given) if any(given) else Level.NOT_RELEVANT


def _own_aims(facts: Facts) -> Level:
    expecting = {each.party_key for each in facts.terms.expectations}
    return _of(each.code in expecting for each in facts.parties)


def _indicators(facts: Facts) -> Level:
    return _of(bool(each.indicator) for each in facts.terms.milestones)


def _governance(facts: Facts) -> Level:
    return _of(each in facts.headings for each in (Heading.FOLLOW_UP, Heading.DISPUTES, Heading.TERM))


CONDITIONS: Final[dict[str, Callable[[Facts], bool | None]]] = {"a company declares": _declares}
COUNTED: Final[dict[str, Callable[[Facts], Level]]] = {
    "A1": _title,
    "A2": _parties,
    "A3": _nature,
    "A4": _support,
    "A5": _aims,
    "A6": _roles,
    "A7": _calendar,
    "A8": _funding,
    "A9": _in_kind,
    "A12": _signatories,
    "A13": _typology,
    "A14": _total,
    "A15": _event,
    "A20": _own_aims,
    "A21": _indicators,
    "A22": _governance,
}
