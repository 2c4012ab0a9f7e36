"""The next step of a case, as a table of facts and of readers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from partnerships.case.next_step import (
    AwaitedAnswer,
    NextStep,
    OpenMilestone,
    RunningRound,
    Step,
    StepFacts,
    decide,
    step_for,
    whose,
)
from partnerships.lifecycle import Case, Edition

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=4)
BOTH = ("A", "E")
OWNED = OpenMilestone(id=1, code="J1", title="Enquête", owner="A", due_date=date(2026, 4, 1))
SHARED = OpenMilestone(id=2, code="J2", title="Bilan", owner=None, due_date=date(2026, 5, 1))

ASKED = AwaitedAnswer(
    step=Step.CONFIRM_DONE, id=1, code="J1", title="Enquête", party="A", unanswered=("E",), until=LATER
)
CONTESTED = replace(ASKED, step=Step.SETTLE, id=2, unanswered=())
LATER_DATE = replace(ASKED, step=Step.POSTPONE, id=3, until=None)


def running(*unsealed: str, deadline_at: datetime = LATER, case: Case = Case.PREPARING) -> StepFacts:
    return StepFacts(
        case=case,
        edition=Edition.NEGOTIATION,
        parties=BOTH,
        running=RunningRound("criticism", unsealed, deadline_at),
        unreplied=3,
        milestone=OWNED if case == Case.ACTIVE else None,
    )


def opened(unreplied: int) -> StepFacts:
    return StepFacts(case=Case.PREPARING, edition=Edition.NEGOTIATION, parties=BOTH, unreplied=unreplied)


def active(
    edition: Edition,
    milestone: OpenMilestone | None = None,
    *,
    is_sealed: bool = True,
    is_seal_refused: bool = False,
    awaited: tuple[AwaitedAnswer, ...] = (),
) -> StepFacts:
    return StepFacts(
        case=Case.ACTIVE,
        edition=edition,
        parties=BOTH,
        is_sealed=is_sealed,
        is_seal_refused=is_seal_refused,
        milestone=milestone,
        awaited=awaited,
    )


def signing(*unsigned: str) -> StepFacts:
    return StepFacts(case=Case.PREPARING, edition=Edition.SIGNING, parties=BOTH, unsigned=unsigned)


TABLE = [
    ("scoping", StepFacts(case=Case.SCOPING), Step.SCOPE, ()),
    ("scoped", StepFacts(case=Case.SCOPING, has_evidence=True), Step.PREPARE, ()),
    (
        "nobody was asked",
        StepFacts(case=Case.PREPARING, edition=Edition.DRAFTING, has_expectations=False, has_clauses=False),
        Step.ASK,
        (),
    ),
    (
        "no clause",
        StepFacts(case=Case.PREPARING, edition=Edition.DRAFTING, has_clauses=False),
        Step.BEGIN,
        (),
    ),
    ("drafting", StepFacts(case=Case.PREPARING, edition=Edition.DRAFTING), Step.WRITE, ()),
    ("nobody has sealed", running(*BOTH), Step.ANSWER, BOTH),
    ("one has sealed", running("E"), Step.ANSWER, ("E",)),
    ("one second before the end", running("A", deadline_at=NOW + timedelta(seconds=1)), Step.ANSWER, ("A",)),
    ("time is up, not swept yet", running("E", deadline_at=NOW), Step.OPEN, ()),
    ("open, remarks wait", opened(1), Step.REWORK, ()),
    ("open, each remark has its reply", opened(0), Step.ASK_AGAIN, ()),
    ("agreed", StepFacts(case=Case.PREPARING, edition=Edition.AGREED), Step.FREEZE, ()),
    ("nobody has signed", signing("A", "E"), Step.SIGN, BOTH),
    ("one has signed", signing("A"), Step.SIGN, ("A",)),
    ("all have signed", signing(), Step.COUNTERSIGN, ()),
    ("signed, not sealed", active(Edition.SIGNED, OWNED, is_sealed=False), Step.SEAL, ()),
    (
        "signed, seal refused",
        active(Edition.SIGNED, OWNED, is_sealed=False, is_seal_refused=True),
        Step.UNBLOCK_SEAL,
        (),
    ),
    ("a milestone of one", active(Edition.SIGNED, OWNED), Step.DELIVER, ("A",)),
    ("a milestone of all", active(Edition.SIGNED, SHARED), Step.DELIVER, BOTH),
    (
        "an answer to evidence comes first",
        active(Edition.SIGNED, OWNED, awaited=(ASKED,)),
        Step.CONFIRM_DONE,
        ("E",),
    ),
    ("so does a postponement", active(Edition.SIGNED, OWNED, awaited=(LATER_DATE,)), Step.POSTPONE, ("E",)),
    ("a contest is the broker's", active(Edition.SIGNED, OWNED, awaited=(CONTESTED, ASKED)), Step.SETTLE, ()),
    ("no milestone is left", active(Edition.SIGNED), Step.START_REVIEW, ()),
    ("an amendment is being written", active(Edition.DRAFTING, OWNED), Step.DELIVER, ("A",)),
    ("an amendment, no milestone is left", active(Edition.DRAFTING), Step.WRITE, ()),
    (
        "a correction is to be confirmed",
        replace(active(Edition.NEGOTIATION, OWNED), unconfirmed=("E",)),
        Step.CONFIRM,
        ("E",),
    ),
    ("an amendment is discussed", running("E", case=Case.ACTIVE), Step.ANSWER, ("E",)),
    ("an amendment is agreed", active(Edition.AGREED, OWNED), Step.FREEZE, ()),
    ("an amendment is signed by all", active(Edition.SIGNING, OWNED), Step.COUNTERSIGN, ()),
    ("review", StepFacts(case=Case.REVIEW, edition=Edition.SIGNED), Step.CLOSE, ()),
    ("closed", StepFacts(case=Case.CLOSED, edition=Edition.SIGNED), Step.CLOSED, ()),
    ("abandoned", StepFacts(case=Case.ABANDONED), Step.ABANDONED, ()),
]


@pytest.mark.parametrize(
    ("facts", "step", "parties"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_the_next_step_follows_from_the_facts(facts, step, parties):
    decided = decide(facts).at(NOW)
    assert (decided.step, decided.parties) == (step, parties)


def test_a_round_gives_its_end_and_a_milestone_its_day():
    assert decide(running("A")).at(NOW).deadline == LATER
    assert decide(active(Edition.SIGNED, OWNED)).at(NOW).deadline == date(2026, 4, 1)


def test_each_reader_is_shown_their_own_of_several_steps():
    stored = decide(active(Edition.SIGNED, OWNED, awaited=(CONTESTED, ASKED))).at(NOW)
    others = [CONTESTED.next_step, ASKED.next_step]
    assert step_for(stored, others, own_code="E", is_broker=False).awaited == ASKED
    assert step_for(stored, others, own_code="A", is_broker=False).awaited == CONTESTED
    assert step_for(stored, others, own_code=None, is_broker=True).awaited == CONTESTED


def test_an_answer_to_evidence_may_be_given_after_its_deadline():
    assert ASKED.next_step.at(LATER + timedelta(days=1)).step == Step.CONFIRM_DONE


READERS = [
    (NextStep(step=Step.WRITE), "A", False, "broker"),
    (NextStep(step=Step.WRITE), None, True, "you"),
    (NextStep(step=Step.SIGN, parties=("A",)), "A", False, "you"),
    (NextStep(step=Step.SIGN, parties=("A",)), "E", False, "other"),
    (NextStep(step=Step.SIGN, parties=("A",)), None, True, "other"),
    (NextStep(step=Step.ANSWER, parties=BOTH), "A", False, "you"),
    (NextStep(step=Step.ANSWER, parties=BOTH), None, True, "both"),
    (NextStep(step=Step.ANSWER, parties=("A1", "A2")), "E", False, "both"),
    (NextStep(step=Step.SEAL), "A", False, "none"),
    (NextStep(step=Step.OPEN), None, True, "none"),
    (NextStep(step=Step.CLOSED), None, True, "none"),
]


@pytest.mark.parametrize(("next_step", "own_code", "is_broker", "expected"), READERS)
def test_the_same_step_looks_different_to_each_reader(next_step, own_code, is_broker, expected):
    assert whose(next_step, own_code=own_code, is_broker=is_broker) == expected


def test_every_step_belongs_to_the_broker_to_parties_or_to_nobody():
    brokers = {step for step in Step if NextStep(step=step).is_of_broker}
    assert brokers == {
        Step.SCOPE,
        Step.PREPARE,
        Step.ASK,
        Step.BEGIN,
        Step.WRITE,
        Step.REWORK,
        Step.ASK_AGAIN,
        Step.FREEZE,
        Step.COUNTERSIGN,
        Step.UNBLOCK_SEAL,
        Step.DECIDE_SUSPENSION,
        Step.RESUME,
        Step.MEDIATE,
        Step.REWORD_EXIT,
        Step.SETTLE,
        Step.REVISE_MINUTES,
        Step.BROKER_TASK,
        Step.START_REVIEW,
        Step.CLOSE,
    }
