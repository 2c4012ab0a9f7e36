"""The next step of a case: what, by whom, until when (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NamedTuple

from partnerships.lifecycle import Case, Edition

type Whose = Literal["you", "other", "broker", "both", "none"]


class Step(StrEnum):
    """What the case waits for."""

    SCOPE = "scope"
    PREPARE = "prepare"  # with evidence of the need
    ASK = "ask"  # ask the parties what they expect, or skip that with a reason
    BEGIN = "begin"  # the text has no clause
    WRITE = "write"
    EXPECT = "expect"  # fill in and seal the envelope of expectations
    ANSWER = "answer"
    CHECK_LIMITS = "limits"
    RATE_TRUST = "trust"
    EVALUATE = "evaluate"
    CONFIRM = "confirm"  # a clerical correction, without a round
    OPEN = "open"  # the deadline of a round has passed; a task opens it
    REWORK = "rework"  # remarks of an opened round have no reply
    ASK_AGAIN = "ask_again"  # every remark has a reply
    FREEZE = "freeze"
    SIGN = "sign"
    COUNTERSIGN = "countersign"
    SEAL = "seal"
    UNBLOCK_SEAL = "unblock_seal"  # an attempt to seal failed
    DECIDE_SUSPENSION = "suspend"  # grant or refuse what a party asked
    AGREE_SUSPENSION = "pause_answer"  # answer what the broker proposed
    SUSPENDED = "suspended"  # until the planned end
    SAY_READY = "say_ready"  # the planned end has passed: say whether the case can go on
    RESUME = "resume"  # a party is ready and the planned end has passed
    ANSWER_ALERT = "alert"  # of another side, on a limit, in a shared thread
    ANSWER_ACTION = "action"  # declared by another party, which asks
    MEDIATE = "mediate"  # answer a mediation or write its minutes
    AGREE_MINUTES = "minutes"  # agree to the minutes of a mediation
    SETTLE = "settle"  # a party contests that something is done
    POSTPONE = "postpone"  # answer a request to postpone a milestone
    CONFIRM_DONE = "confirm_done"  # say whether what a party declares done is
    DELIVER = "deliver"
    PAY = "pay"  # a payment of the signed text is due
    RECEIVE = "receive"  # say whether a payment came
    AGREE_MEETING = "meeting"  # agree to the minutes of a meeting
    REVISE_MINUTES = "redo_minutes"  # a party refused the minutes of a meeting
    DO_TASK = "task"  # of a party, after a meeting
    BROKER_TASK = "broker_task"
    REWORD_EXIT = "reword_exit"  # write the terms of an early exit again after a refusal
    AGREE_EXIT = "agree_exit"  # agree to the terms of an early exit
    START_REVIEW = "start_review"
    WRITE_PART = "write_part"  # accounts, lessons and what is given back, of one party
    CONFIRM_ACCOUNTS = "accounts"  # confirm or contest the accounts of another party
    CLOSE = "close"
    CLOSED = "closed"
    ABANDONED = "abandoned"


QUESTIONNAIRE_STEPS = (Step.CHECK_LIMITS, Step.RATE_TRUST, Step.EVALUATE)
OF_PARTIES = (
    Step.EXPECT,
    Step.ANSWER,
    *QUESTIONNAIRE_STEPS,
    Step.CONFIRM,
    Step.SIGN,
    Step.AGREE_SUSPENSION,
    Step.SAY_READY,
    Step.ANSWER_ALERT,
    Step.AGREE_MINUTES,
    Step.POSTPONE,
    Step.ANSWER_ACTION,
    Step.CONFIRM_DONE,
    Step.DELIVER,
    Step.PAY,
    Step.RECEIVE,
    Step.AGREE_MEETING,
    Step.DO_TASK,
    Step.AGREE_EXIT,
    Step.WRITE_PART,
    Step.CONFIRM_ACCOUNTS,
)
OF_NOBODY = (Step.OPEN, Step.SEAL, Step.SUSPENDED, Step.CLOSED, Step.ABANDONED)
# The steps about one thing that the follow-up waits for; several may be open at once.
OF_AWAITED = (
    Step.DECIDE_SUSPENSION,
    Step.AGREE_SUSPENSION,
    Step.ANSWER_ALERT,
    Step.MEDIATE,
    Step.REWORD_EXIT,
    Step.SETTLE,
    Step.AGREE_EXIT,
    Step.AGREE_MINUTES,
    Step.POSTPONE,
    Step.ANSWER_ACTION,
    Step.CONFIRM_DONE,
    Step.WRITE_PART,
    Step.CONFIRM_ACCOUNTS,
    Step.PAY,
    Step.RECEIVE,
    Step.AGREE_MEETING,
    Step.REVISE_MINUTES,
    Step.DO_TASK,
    Step.BROKER_TASK,
)
# Payments and meetings stand beside the milestones: the case itself waits for none. The last of OF_AWAITED.
BESIDE_THE_CASE = (
    Step.PAY,
    Step.RECEIVE,
    Step.AGREE_MEETING,
    Step.REVISE_MINUTES,
    Step.DO_TASK,
    Step.BROKER_TASK,
)
# The step of the parties while a round runs, by question.
OF_THE_QUESTION: Mapping[str, Step] = {
    "expectations": Step.EXPECT,
    "criticism": Step.ANSWER,
    "limits": Step.CHECK_LIMITS,
    "barometer": Step.RATE_TRUST,
    "evaluation": Step.EVALUATE,
}
OF_THE_TEXT: Mapping[Edition | None, Step] = {
    Edition.AGREED: Step.FREEZE,
    Edition.SIGNING: Step.COUNTERSIGN,
}
OF_THE_CASE = {
    Case.SCOPING: Step.SCOPE,
    Case.PREPARING: Step.WRITE,
    Case.REVIEW: Step.CLOSE,
    Case.CLOSED: Step.CLOSED,
    Case.ABANDONED: Step.ABANDONED,
}


@dataclass(frozen=True, kw_only=True)
class OpenMilestone:
    """An open milestone; `owner` is the code of a party, or None for all."""

    id: int
    code: str
    title: str
    owner: str | None
    due_date: date


@dataclass(frozen=True, kw_only=True)
class AwaitedAnswer:
    """What the follow-up or a meeting waits for beside milestones.

    `step`: one of OF_AWAITED; `id`: of the evidence, the request to postpone, the payment, the task or the
    party whose part of the closing it is, or the number of the mediation, early exit, suspension, meeting,
    alert or declared action; `code` and `title`: of what it is about; `party`: code of who gave, asked or
    raised, "" for the broker; `unanswered`: codes of the parties that have not answered or done it, in order;
    `until`: when their silence accepts, when the broker must have answered, or the end of the due day of a
    task.
    """

    step: Step
    id: int
    code: str
    title: str
    party: str
    unanswered: tuple[str, ...]
    until: datetime | None

    @property
    def next_step(self) -> NextStep:
        if self.step in (Step.SETTLE, Step.REWORD_EXIT):
            return NextStep(step=self.step, awaited=self)
        return NextStep(step=self.step, parties=self.unanswered, deadline=self.until, awaited=self)


class RunningRound(NamedTuple):
    """A round that has not opened; `unsealed`: codes of the parties with an unsealed envelope, in order."""

    question: str
    unsealed: tuple[str, ...]
    deadline_at: datetime


class RunningSuspension(NamedTuple):
    """A suspension that runs; `unready`: codes of the parties that did not say that they are ready."""

    unready: tuple[str, ...]
    is_any_ready: bool
    until: datetime


@dataclass(frozen=True, kw_only=True)
class StepFacts:
    """The facts on which the next step depends; parties are given by their codes.

    `unreplied`: remarks on the text in negotiation to which the broker has not replied.
    `unconfirmed`: parties that have not confirmed a clerical correction put to them.
    `unsigned`: parties that have not signed the frozen text.
    `has_expectations`: the parties were asked what they expect, or that was skipped with a reason.
    `milestone`: the next one of an active case; `awaited`: the answers its follow-up waits for, in order.
    """

    case: Case
    edition: Edition | None = None
    parties: tuple[str, ...] = ()
    running: RunningRound | None = None
    unreplied: int = 0
    unconfirmed: tuple[str, ...] = ()
    unsigned: tuple[str, ...] = ()
    is_sealed: bool = False
    is_seal_refused: bool = False
    has_evidence: bool = False
    has_expectations: bool = True
    has_clauses: bool = True
    milestone: OpenMilestone | None = None
    awaited: tuple[AwaitedAnswer, ...] = ()
    suspension: RunningSuspension | None = None


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """`parties`: codes of those who must act, in order; empty when the broker or nobody must act.

    `deadline`: a moment for a round or an answer to evidence, a day for a milestone.
    """

    step: Step
    parties: tuple[str, ...] = ()
    deadline: date | None = None
    milestone: OpenMilestone | None = None
    awaited: AwaitedAnswer | None = None

    @property
    def is_of_broker(self) -> bool:
        return self.step not in (*OF_PARTIES, *OF_NOBODY)

    def at(self, moment: datetime) -> NextStep:
        """Return the step at that moment: another one when the deadline of a round has passed.

        So it is with the planned end of a suspension, whose parties are those who must say that they are
        ready, none once one of them is.
        """
        if self.step == Step.SUSPENDED and isinstance(self.deadline, datetime):
            if moment < self.deadline:
                return self
            return NextStep(step=Step.SAY_READY if self.parties else Step.RESUME, parties=self.parties)
        is_round = self.step not in OF_AWAITED
        if is_round and isinstance(self.deadline, datetime) and moment >= self.deadline:
            return NextStep(step=Step.OPEN, deadline=self.deadline)
        return self


def decide(facts: StepFacts) -> NextStep:
    """Return the next step, until its deadline.

    A suspension comes first; then a running round; then a text put to the parties, agreed or frozen, before
    the answers and the milestones of the text it amends.
    """
    if facts.suspension:
        unready = () if facts.suspension.is_any_ready else facts.suspension.unready
        return NextStep(step=Step.SUSPENDED, parties=unready, deadline=facts.suspension.until)
    return _of_the_round(facts.running) if facts.running else _of_the_text(facts)


def _of_the_round(running: RunningRound) -> NextStep:
    step = OF_THE_QUESTION[running.question]
    return NextStep(step=step, parties=running.unsealed, deadline=running.deadline_at)


def _of_the_text(facts: StepFacts) -> NextStep:
    match facts.edition:
        case Edition.NEGOTIATION:
            return _of_the_negotiation(facts)
        case Edition.SIGNING if facts.unsigned:
            return NextStep(step=Step.SIGN, parties=facts.unsigned)
        case edition if facts.case == Case.ACTIVE and edition not in OF_THE_TEXT:
            return _of_the_follow_up(facts)
        case edition:
            return NextStep(step=OF_THE_TEXT.get(edition) or _of_the_case(facts))


def _of_the_negotiation(facts: StepFacts) -> NextStep:
    if facts.unconfirmed:
        return NextStep(step=Step.CONFIRM, parties=facts.unconfirmed)
    return NextStep(step=Step.REWORK if facts.unreplied else Step.ASK_AGAIN)


def _of_the_case(facts: StepFacts) -> Step:
    if facts.case == Case.SCOPING and facts.has_evidence:
        return Step.PREPARE
    if facts.case == Case.PREPARING and not facts.has_expectations:
        return Step.ASK
    if facts.case == Case.PREPARING and not facts.has_clauses:
        return Step.BEGIN
    return OF_THE_CASE[facts.case]


def _of_the_follow_up(facts: StepFacts) -> NextStep:
    if facts.edition == Edition.SIGNED and not facts.is_sealed:
        return NextStep(step=Step.UNBLOCK_SEAL if facts.is_seal_refused else Step.SEAL)
    answers = [each for each in facts.awaited if each.step not in BESIDE_THE_CASE]
    if answers:
        return answers[0].next_step
    if facts.milestone is None:
        return NextStep(step=Step.WRITE if facts.edition == Edition.DRAFTING else Step.START_REVIEW)
    return delivery_of(facts.milestone, facts.parties)


def delivery_of(milestone: OpenMilestone, parties: tuple[str, ...]) -> NextStep:
    """Return the step of delivering a milestone; `parties`: codes of all parties, in order."""
    owners = parties if milestone.owner is None else (milestone.owner,)
    return NextStep(step=Step.DELIVER, parties=owners, deadline=milestone.due_date, milestone=milestone)


def step_for(
    stored: NextStep,
    others: Iterable[NextStep],
    *,
    own_code: str | None,
    is_broker: bool,
) -> NextStep:
    """Return the step shown to a reader: their own of `others` where the stored one is not theirs."""
    steps = [stored, *others]
    own = (each for each in steps if whose(each, own_code=own_code, is_broker=is_broker) == "you")
    return next(own, stored)


def whose(next_step: NextStep, *, own_code: str | None, is_broker: bool) -> Whose:
    """Return who must act from the point of view of a reader: a member of the party `own_code`, or a broker.

    "both": several parties, none of which is the reader's own.
    """
    if next_step.step in OF_NOBODY:
        return "none"
    if next_step.is_of_broker:
        return "you" if is_broker else "broker"
    if own_code in next_step.parties:
        return "you"
    return "both" if len(next_step.parties) > 1 else "other"
