"""A whole case written down in TOML: who, what text, who answers what, and when.

Days are counted from today (0): -140 is 140 days ago. The shipped files lie in
`lucky_link/demonstration/cases`; `./luckylink story FILE` plays one over HTTP, the demonstration
plays them all through the actions. How a text names another clause: see `casecites`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


class BadCaseFile(ValueError):
    """The file cannot be played: where it fails and why, in one sentence."""


@dataclass(frozen=True, kw_only=True)
class Milestone:
    code: str
    title: str
    owner: str
    day: int
    indicator: str = ""
    done_day: int | None = None
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class Payment:
    label: str
    amount: int
    milestone: str = ""
    payer: str = ""


@dataclass(frozen=True, kw_only=True)
class Expectation:
    code: str
    party: str
    text: str
    indicator: str = ""
    milestone: str = ""


@dataclass(frozen=True, kw_only=True)
class Commitment:
    code: str
    party: str
    text: str
    hours: int = 0
    amount: int = 0
    serves: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Line:
    label: str
    payer: str
    amount: int
    in_kind: bool = False
    vat: Literal["none", "recovered", "borne"] = "none"
    vat_permille: int = 0


@dataclass(frozen=True, kw_only=True)
class Counterpart:
    label: str
    party: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class Regulation:
    kind: Literal["patronage", "sponsorship", "service"]
    object: str
    advantage: str = ""
    event_organiser: str = ""
    event_name: str = ""
    event_day: int | None = None
    event_place: str = ""


@dataclass(frozen=True, kw_only=True)
class RedLine:
    party: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Clause:
    heading: str
    title: str
    body: str
    plain_words: str = ""
    responsible: str = ""
    written_from: tuple[str, ...] = ()  # lines of the envelopes, as "A expectation 1"
    expectations: tuple[Expectation, ...] = ()
    limits: tuple[str, ...] = ()
    red_lines: tuple[RedLine, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    budget: tuple[Line, ...] = ()
    payments: tuple[Payment, ...] = ()
    fees: tuple[Line, ...] = ()
    starts_day: int | None = None
    ends_day: int | None = None
    transparency_object: str = ""
    counterparts: tuple[Counterpart, ...] = ()
    regulation: Regulation | None = None


@dataclass(frozen=True, kw_only=True)
class Remark:
    """What a party says of one clause at one round, and what the broker replies; the rest is agreed."""

    round: int
    party: str
    clause: int
    stance: Literal["question", "reservation", "objection"]
    reason: str
    proposed_text: str = ""
    outcome: Literal["", "taken", "partly", "not"] = ""
    reply: str = ""


@dataclass(frozen=True, kw_only=True)
class Redraft:
    """What the broker makes of a clause after a round; a table given here takes the place of the clause's."""

    round: int
    clause: int
    body: str
    plain_words: str = ""
    reason: str
    commitments: tuple[Commitment, ...] = ()
    budget: tuple[Line, ...] = ()
    payments: tuple[Payment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Keep:
    """Why the broker keeps a clause that a rule stops, after a round; 0 before the first."""

    round: int
    clause: int
    rule: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Note:
    day: int
    party: str
    author: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Expected:
    text: str
    indicator: str
    by_day: int | None = None
    priority: Literal[1, 2, 3] = 2


@dataclass(frozen=True, kw_only=True)
class Filing:
    """What a party writes in its envelope of expectations, on which day, and whether it seals it."""

    party: str
    author: str
    day: int
    seals: bool = True
    expectations: tuple[Expected, ...]
    limits: tuple[str, ...] = ()
    red_lines: tuple[str, ...] = ()
    means: str = ""
    hours: int | None = None
    amount: int | None = None  # euros


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """On which day each step was taken; a step without a day is not reached.

    `rounds`: when the parties answered each; the last one still runs when nothing was frozen after it.
    """

    opened: int
    prepared: int | None = None
    asked: int | None = None  # what each party expects
    asked_for: int = 5  # working days
    written: int | None = None  # the clauses; at the preparation when left out
    proposed: int | None = None
    rounds: tuple[int, ...] = ()
    frozen: int | None = None
    signed: Mapping[str, int] = field(default_factory=dict)
    countersigned: int | None = None
    review: int | None = None
    closed: int | None = None


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    title: str
    plain_words: str
    evidence_of_need: str
    broker_interests: str = ""
    association: str
    company: str
    broker: str
    lessons: str = ""
    calendar: Calendar
    clauses: tuple[Clause, ...]
    remarks: tuple[Remark, ...] = ()
    redrafts: tuple[Redraft, ...] = ()
    keeps: tuple[Keep, ...] = ()
    notes: tuple[Note, ...] = ()
    filings: tuple[Filing, ...] = ()
