"""A whole case written down in TOML: who, what text, who answers what, and when.

Days are counted from today (0): -140 is 140 days ago. The shipped files lie in
`lucky_link/demonstration/cases`; `./luckylink story FILE` plays one over HTTP, the demonstration
plays them all through the actions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from partnerships.charter.terms import Terms
from partnerships.charter.texts import (
    BudgetLineText,
    CommitmentText,
    ExpectationText,
    FeeText,
    LimitText,
    MilestoneText,
    PaymentText,
    RedLineText,
)


class BadCaseFile(ValueError):
    """The file cannot be played: where it fails and why, in one sentence."""


@dataclass(frozen=True, kw_only=True)
class Person:
    name: str
    email: str
    administrator: bool = False
    referent: bool = False
    signatory: bool = False
    capacity: str = ""
    mandate: str = ""
    try_this: str = ""


@dataclass(frozen=True, kw_only=True)
class Organisation:
    name: str
    city: str = ""
    rna: str = ""
    siren: str = ""
    siret: str = ""
    court: str = ""
    court_volume: str = ""
    court_folio: str = ""
    purpose: str = ""
    trade: str = "medicine"
    declares: str = "unknown"
    professional_body: str = ""
    member_count: int = 0
    volunteer_hours: int = 0
    income: int = 0  # euros in the current year
    industry: int = 0  # euros of it from industry
    approval: str = "none"
    approved_day: int = 0
    state: Literal["verified", "to_complete", "refused", "pending"] = "verified"
    reason: str = ""
    people: tuple[Person, ...]


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


@dataclass(frozen=True, kw_only=True)
class Remark:
    """What a party says of one clause at one round; what is not remarked is agreed, or waits."""

    round: int
    party: str
    clause: int
    stance: Literal["question", "reservation", "objection", "waiting"]
    reason: str
    proposed_text: str = ""


@dataclass(frozen=True, kw_only=True)
class Redraft:
    """What the broker makes of a clause after a round."""

    round: int
    clause: int
    body: str
    plain_words: str = ""
    reason: str


@dataclass(frozen=True, kw_only=True)
class Note:
    day: int
    party: str
    author: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """On which day each step was taken; a step without a day is not reached."""

    opened: int
    prepared: int | None = None
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
    notes: tuple[Note, ...] = ()


def terms_of(clause: Clause, today: date) -> Terms:
    """Return the tables of a clause with its days as dates."""

    def day(number: int | None) -> date | None:
        return None if number is None else today + timedelta(days=number)

    return Terms(
        expectations=tuple(
            ExpectationText(
                code=e.code,
                party_key=e.party,
                text=e.text,
                indicator=e.indicator,
                milestone_code=e.milestone or None,
            )
            for e in clause.expectations
        ),
        limits=tuple(LimitText(code=f"L{n}", text=text) for n, text in enumerate(clause.limits, 1)),
        red_lines=tuple(RedLineText(party_key=r.party, text=r.text) for r in clause.red_lines),
        commitments=tuple(
            CommitmentText(
                code=c.code,
                party_key=c.party,
                text=c.text,
                hours=c.hours or None,
                amount_minor=c.amount * 100 or None,
                serves=c.serves,
            )
            for c in clause.commitments
        ),
        milestones=tuple(
            MilestoneText(
                code=m.code,
                title=m.title,
                owner=m.owner,
                due_date=today + timedelta(days=m.day),
                indicator=m.indicator,
            )
            for m in clause.milestones
        ),
        budget=tuple(
            BudgetLineText(
                label=line.label,
                payer_key=line.payer,
                amount_minor=line.amount * 100,
                contribution="in_kind" if line.in_kind else "cash",
            )
            for line in clause.budget
        ),
        payments=tuple(
            PaymentText(
                label=p.label,
                amount_minor=p.amount * 100,
                milestone_code=p.milestone or None,
                payer_key=p.payer or None,
            )
            for p in clause.payments
        ),
        fees=tuple(
            FeeText(payer_key=fee.payer, label=fee.label, amount_minor=fee.amount * 100)
            for fee in clause.fees
        ),
        starts_on=day(clause.starts_day),
        ends_on=day(clause.ends_day),
        transparency_object=clause.transparency_object,
    )
