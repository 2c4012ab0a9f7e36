"""Completeness of a text: items A1 to A22 of rules/completeness.toml, each judged in one of four levels."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from partnerships.charter.terms import Terms
from partnerships.charter.texts import Heading
from partnerships.checks.plain import plain

# All three are needed: what is said of a heading "without object" says nothing of how the parties part.
GOVERNANCE_HEADINGS: Final = (Heading.FOLLOW_UP, Heading.DISPUTES, Heading.TERM)
WITHOUT_OBJECT: Final = re.compile(
    r"(?:(?:(?:cette |la )?(?:clause |rubrique ))?(?:est |reste )?sans objet\b[^.]{0,60}"
    r"|(?:ne s.applique pas|non applicable|not applicable|without object)\b[^.]{0,60}"
    r"|pas d.objet|rien a (?:dire|ecrire|signaler|prevoir)|neant|n/?a|none|aucune?|a definir|plus tard)[ .!]*"
)
EVENT: Final = ("event_organiser", "event_name", "event_date", "event_place")


class Level(StrEnum):
    NOT_RELEVANT = "none"
    MISSING = "missing"
    PARTIAL = "partial"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletenessItem:
    """One item that an agreement must have; `heading`: where, None for an item of the case itself.

    `condition`: the key of CONDITIONS under which it is mandatory, None when it always or never is.
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
        """Return the label (""), the hint ("hint_") or the open question ("doubt_") of the item.

        In French unless `language` is English.
        """
        return self.texts[f"{what}{'en' if language.startswith('en') else 'fr'}"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedItem:
    """An item with its level. `is_doubtful`: it is not known yet whether the item is mandatory here."""

    item: CompletenessItem
    level: Level
    is_mandatory: bool
    is_doubtful: bool

    @property
    def stops(self) -> bool:
        """Whether the item prevents the freezing of the text."""
        return self.is_mandatory and self.level in (Level.MISSING, Level.PARTIAL)


def _item(data: dict[str, Any]) -> CompletenessItem:
    texts = {name: text for name, text in data.items() if name.endswith(("fr", "en"))}
    return CompletenessItem(
        code=data["code"],
        is_mandatory=data["mandatory"] is True,
        condition=data["mandatory"] if isinstance(data["mandatory"], str) else None,
        is_certain=data.get("mark") != "M",
        source=data["source"],
        heading=Heading[data["heading"]] if "heading" in data else None,
        texts=texts,
        words=tuple(re.compile(pattern) for pattern in data.get("words", ())),
    )


_RULES = tomllib.loads((Path(__file__).parent / "rules" / "completeness.toml").read_text(encoding="utf-8"))
ITEMS: Final[dict[str, CompletenessItem]] = {each["code"]: _item(each) for each in _RULES["items"]}


def mandatory_headings() -> frozenset[Heading]:
    """Return the headings under which an item that is, or may be, mandatory is written."""
    return frozenset(
        heading
        for item in ITEMS.values()
        if item.is_mandatory or item.condition
        for heading in (GOVERNANCE_HEADINGS if item.code == "A22" else (item.heading,))
        if heading is not None
    )


def judge(facts: CompletenessFacts) -> tuple[JudgedItem, ...]:
    """Return every item with its level, in the order of the rules."""
    return tuple(_judged(item, facts) for item in ITEMS.values())


def _judged(item: CompletenessItem, facts: CompletenessFacts) -> JudgedItem:
    is_mandatory = CONDITIONS[item.condition](facts) if item.condition else item.is_mandatory
    return JudgedItem(
        item=item,
        level=LEVEL_FUNCTIONS[item.code](facts)
        if item.code in LEVEL_FUNCTIONS
        else _level_by_words(item, facts),
        is_mandatory=is_mandatory is True,
        is_doubtful=is_mandatory is None,
    )


def score(judged: Iterable[JudgedItem]) -> tuple[int, int]:
    """Return how many of the relevant items are full, and how many are relevant."""
    relevant = [row for row in judged if row.level != Level.NOT_RELEVANT]
    return sum(row.level == Level.FULL for row in relevant), len(relevant)


def _level(criteria: Iterable[bool]) -> Level:
    """Return FULL when all criteria are met, PARTIAL when some are, else MISSING."""
    met = list(criteria)
    if all(met):
        return Level.FULL if met else Level.MISSING
    return Level.PARTIAL if any(met) else Level.MISSING


def _word_matches(facts: CompletenessFacts, code: str) -> list[bool]:
    """Return, for each pattern of the item, whether a clause matches it."""
    texts = facts.normalised_texts
    return [any(pattern.search(text) for text in texts) for pattern in ITEMS[code].words]


def _level_by_words(item: CompletenessItem, facts: CompletenessFacts) -> Level:
    level = _level(_word_matches(facts, item.code))
    if level == Level.MISSING and item.heading in facts.headings:
        return Level.PARTIAL
    return level


def _regulation(facts: CompletenessFacts, name: str) -> Any:
    return getattr(getattr(facts.terms, "regulation", None), name, None)


def _title(facts: CompletenessFacts) -> Level:
    return _level([bool(facts.title.strip())])


def _parties(facts: CompletenessFacts) -> Level:
    return _level([{"association", "company"} <= {each.side for each in facts.parties}])


def _nature(facts: CompletenessFacts) -> Level:
    if facts.terms.transparency_object or _regulation(facts, "object_code"):
        return Level.FULL
    return _level_by_words(ITEMS["A3"], facts)


def _support(facts: CompletenessFacts) -> Level:
    companies = {each.code for each in facts.parties if each.side == "company"}
    lines = [each.payer_key for each in facts.terms.budget]
    lines += [each.party_key for each in facts.terms.commitments]
    if companies & set(lines):
        return Level.FULL
    return _level([Heading.COMPANY_COMMITMENTS in facts.headings, False])


def _aims(facts: CompletenessFacts) -> Level:
    return _level(each in facts.headings for each in (Heading.PRECISE_ACTION, Heading.PATIENT_BENEFIT))


def _roles(facts: CompletenessFacts) -> Level:
    responsible = {commitment.party_key for commitment in facts.terms.commitments}
    responsible |= {clause.responsible for clause in facts.clauses}
    return _level(party.code in responsible for party in facts.parties)


def _calendar(facts: CompletenessFacts) -> Level:
    ends = facts.terms.ends_on is not None or all(_word_matches(facts, "A7"))
    return _level([bool(facts.terms.milestones), ends])


def _funding(facts: CompletenessFacts) -> Level:
    if any(each.amount_minor for each in facts.terms.budget):
        return Level.FULL
    if all(_word_matches(facts, "A8")):
        return Level.NOT_RELEVANT
    promised = any(each.amount_minor for each in facts.terms.commitments)
    return _level([promised or Heading.BUDGET in facts.headings, False])


def _total(facts: CompletenessFacts) -> Level:
    level = _funding(facts)
    return level if level in (Level.FULL, Level.NOT_RELEVANT) else Level.MISSING


def _in_kind(facts: CompletenessFacts) -> Level:
    given = any(each.contribution == "in_kind" for each in facts.terms.budget)
    # Promised hours count as a contribution in kind, even without an amount.
    given = given or any(each.hours for each in facts.terms.commitments)
    return Level.FULL if given else Level.NOT_RELEVANT


def _signatories(facts: CompletenessFacts) -> Level:
    return _level(each.has_signatory for each in facts.parties)


def _declares(facts: CompletenessFacts) -> bool | None:
    """Return whether a company of the case declares on Transparence-Santé, None if unknown."""
    answers = {each.declares for each in facts.parties if each.side == "company"}
    return True if "yes" in answers else None if "unknown" in answers or not answers else False


def _typology(facts: CompletenessFacts) -> Level:
    if facts.terms.transparency_object or _regulation(facts, "object_code"):
        return Level.FULL
    if _declares(facts) is False:
        return Level.NOT_RELEVANT
    return _level([Heading.TRANSPARENCY in facts.headings, False])


def _event(facts: CompletenessFacts) -> Level:
    given = [bool(_regulation(facts, name)) for name in EVENT]
    return _level(given) if any(given) else Level.NOT_RELEVANT


def _own_aims(facts: CompletenessFacts) -> Level:
    expecting = {each.party_key for each in facts.terms.expectations}
    return _level(each.code in expecting for each in facts.parties)


def _indicators(facts: CompletenessFacts) -> Level:
    return _level(bool(each.indicator) for each in facts.terms.milestones)


def _governance(facts: CompletenessFacts) -> Level:
    """Judge follow-up, disputes and exit: each under its heading, or, without it, in another clause."""
    written = {clause.heading for clause in facts.clauses if not _is_without_object(clause)}
    said_elsewhere = _word_matches(facts, "A22")
    return _level(
        heading in written or (heading not in facts.headings and is_said)
        for heading, is_said in zip(GOVERNANCE_HEADINGS, said_elsewhere, strict=True)
    )


def _is_without_object(clause: ClauseFact) -> bool:
    """Return whether the text of a clause, after its title, only says that the heading has no object."""
    title, _break, body = clause.text.partition("\n\n")
    return WITHOUT_OBJECT.fullmatch(plain(body or title).strip()) is not None


CONDITIONS: Final[dict[str, Callable[[CompletenessFacts], bool | None]]] = {"a company declares": _declares}
LEVEL_FUNCTIONS: Final[dict[str, Callable[[CompletenessFacts], Level]]] = {
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFact:
    """`has_signatory`: a member has a valid mandate; `declares`: of a company, "yes", "no" or "unknown"."""

    code: str
    side: str
    has_signatory: bool
    declares: str = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseFact:
    """A clause: its heading and text; `responsible`: code of a party, or ""."""

    heading: Heading
    text: str
    responsible: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletenessFacts:
    """The data by which the items are judged."""

    title: str
    parties: tuple[PartyFact, ...]
    clauses: tuple[ClauseFact, ...]
    terms: Terms

    @property
    def headings(self) -> set[Heading]:
        return {clause.heading for clause in self.clauses}

    @property
    def normalised_texts(self) -> list[str]:
        """The texts of the clauses as `plain` returns them."""
        return [plain(clause.text) for clause in self.clauses]
