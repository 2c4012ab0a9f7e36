"""Whose turn it is in a case, to do what, before when: decided from facts, without the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NamedTuple

from partnerships.lifecycle import Case, Edition

type Whose = Literal["you", "other", "broker", "both", "none"]


class Act(StrEnum):
    """What the case waits for."""

    SCOPE = "scope"
    PREPARE = "prepare"  # the evidence of the need is there
    WRITE = "write"
    EXPECT = "expect"  # say what one expects, alone, and seal
    ANSWER = "answer"
    OPEN = "open"  # the time of a round is up, and its envelopes are about to open
    REWORK = "rework"  # the round is open, remarks wait for a reply
    ASK_AGAIN = "ask_again"  # each remark has its reply
    FREEZE = "freeze"
    SIGN = "sign"
    COUNTERSIGN = "countersign"
    SEAL = "seal"
    DELIVER = "deliver"
    START_REVIEW = "start_review"
    CLOSE = "close"
    CLOSED = "closed"
    ABANDONED = "abandoned"


OF_PARTIES = (Act.EXPECT, Act.ANSWER, Act.SIGN, Act.DELIVER)
OF_NOBODY = (Act.OPEN, Act.SEAL, Act.CLOSED, Act.ABANDONED)
# What each question of a round asks of the parties.
OF_THE_QUESTION: Mapping[str, Act] = {"expectations": Act.EXPECT, "criticism": Act.ANSWER}
OF_THE_TEXT: Mapping[Edition | None, Act] = {
    Edition.AGREED: Act.FREEZE,
    Edition.SIGNING: Act.COUNTERSIGN,
}
OF_THE_CASE = {
    Case.SCOPING: Act.SCOPE,
    Case.PREPARING: Act.WRITE,
    Case.REVIEW: Act.CLOSE,
    Case.CLOSED: Act.CLOSED,
    Case.ABANDONED: Act.ABANDONED,
}


@dataclass(frozen=True, kw_only=True)
class OpenMilestone:
    """An open milestone; `owner` is the code of a party, or None for all."""

    id: int
    code: str
    title: str
    owner: str | None
    due_date: date


class Running(NamedTuple):
    """A round that is not open yet; `unsealed`: the parties whose envelope is not sealed, in order."""

    question: str
    unsealed: tuple[str, ...]
    deadline_at: datetime


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What decides the turn; a party goes by its code.

    `remarks`: what parties asked of the text in negotiation and the broker has not replied to.
    `unsigned`: parties that have not signed the standing frozen text.
    """

    case: Case
    edition: Edition | None = None
    parties: tuple[str, ...] = ()
    running: Running | None = None
    remarks: int = 0
    unsigned: tuple[str, ...] = ()
    is_sealed: bool = False
    has_evidence: bool = False
    milestone: OpenMilestone | None = None


@dataclass(frozen=True, kw_only=True)
class Turn:
    """`parties`: codes of those whose turn it is, in order; empty when it is the broker's or nobody's.

    `deadline`: a moment for a round, a day for a milestone.
    """

    act: Act
    parties: tuple[str, ...] = ()
    deadline: date | None = None
    milestone: OpenMilestone | None = None

    @property
    def is_of_broker(self) -> bool:
        return self.act not in (*OF_PARTIES, *OF_NOBODY)


def decide(facts: Facts, at: datetime) -> Turn:
    """Return whose turn it is at that moment.

    A running round comes first; then a text put to the parties, agreed or frozen, before the milestones
    of the text it amends.
    """
    return _of_the_round(facts.running, at) if facts.running else _of_the_text(facts)


def _of_the_text(facts: Facts) -> Turn:
    match facts.edition:
        case Edition.NEGOTIATION:
            return Turn(act=Act.REWORK if facts.remarks else Act.ASK_AGAIN)
        case Edition.SIGNING if facts.unsigned:
            return Turn(act=Act.SIGN, parties=facts.unsigned)
        case edition if facts.case == Case.ACTIVE and edition not in OF_THE_TEXT:
            return _of_the_follow_up(facts)
        case edition:
            return Turn(act=OF_THE_TEXT.get(edition) or _of_the_case(facts))


def _of_the_case(facts: Facts) -> Act:
    if facts.case == Case.SCOPING and facts.has_evidence:
        return Act.PREPARE
    return OF_THE_CASE[facts.case]


def _of_the_round(running: Running, at: datetime) -> Turn:
    if at >= running.deadline_at:
        return Turn(act=Act.OPEN, deadline=running.deadline_at)
    return Turn(act=OF_THE_QUESTION[running.question], parties=running.unsealed, deadline=running.deadline_at)


def _of_the_follow_up(facts: Facts) -> Turn:
    if facts.edition == Edition.SIGNED and not facts.is_sealed:
        return Turn(act=Act.SEAL)
    milestone = facts.milestone
    if milestone is None:
        return Turn(act=Act.WRITE if facts.edition == Edition.DRAFTING else Act.START_REVIEW)
    owners = facts.parties if milestone.owner is None else (milestone.owner,)
    return Turn(act=Act.DELIVER, parties=owners, deadline=milestone.due_date, milestone=milestone)


def whose(turn: Turn, *, own_code: str | None, is_broker: bool) -> Whose:
    """Return how the turn looks to a reader: a member of the party `own_code`, or a broker.

    "both": several parties, none of which is the reader's own.
    """
    if turn.act in OF_NOBODY:
        return "none"
    if turn.is_of_broker:
        return "you" if is_broker else "broker"
    if own_code in turn.parties:
        return "you"
    return "both" if len(turn.parties) > 1 else "other"
