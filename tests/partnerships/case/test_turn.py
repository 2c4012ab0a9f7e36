"""Whose turn it is, as a table of facts and of readers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from partnerships.case.next_step import Act, Facts, OpenMilestone, Running, Turn, decide, whose
from partnerships.lifecycle import Case, Edition

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=4)
BOTH = ("A", "E")
OWNED = OpenMilestone(id=1, code="J1", title="Enquête", owner="A", due_date=date(2026, 4, 1))
SHARED = OpenMilestone(id=2, code="J2", title="Bilan", owner=None, due_date=date(2026, 5, 1))


def running(*unsealed: str, deadline_at: datetime = LATER, case: Case = Case.PREPARING) -> Facts:
    return Facts(
        case=case,
        edition=Edition.NEGOTIATION,
        parties=BOTH,
        running=Running("criticism", unsealed, deadline_at),
        remarks=3,
        milestone=OWNED if case == Case.ACTIVE else None,
    )


def opened(remarks: int) -> Facts:
    return Facts(case=Case.PREPARING, edition=Edition.NEGOTIATION, parties=BOTH, remarks=remarks)


def active(edition: Edition, milestone: OpenMilestone | None = None, *, is_sealed: bool = True) -> Facts:
    return Facts(case=Case.ACTIVE, edition=edition, parties=BOTH, is_sealed=is_sealed, milestone=milestone)


def signing(*unsigned: str) -> Facts:
    return Facts(case=Case.PREPARING, edition=Edition.SIGNING, parties=BOTH, unsigned=unsigned)


TABLE = [
    ("scoping", Facts(case=Case.SCOPING), Act.SCOPE, ()),
    ("scoped", Facts(case=Case.SCOPING, has_evidence=True), Act.PREPARE, ()),
    ("drafting", Facts(case=Case.PREPARING, edition=Edition.DRAFTING), Act.WRITE, ()),
    ("nobody has sealed", running(*BOTH), Act.ANSWER, BOTH),
    ("one has sealed", running("E"), Act.ANSWER, ("E",)),
    ("one second before the end", running("A", deadline_at=NOW + timedelta(seconds=1)), Act.ANSWER, ("A",)),
    ("time is up, not swept yet", running("E", deadline_at=NOW), Act.OPEN, ()),
    ("open, remarks wait", opened(1), Act.REWORK, ()),
    ("open, each remark has its reply", opened(0), Act.ASK_AGAIN, ()),
    ("agreed", Facts(case=Case.PREPARING, edition=Edition.AGREED), Act.FREEZE, ()),
    ("nobody has signed", signing("A", "E"), Act.SIGN, BOTH),
    ("one has signed", signing("A"), Act.SIGN, ("A",)),
    ("all have signed", signing(), Act.COUNTERSIGN, ()),
    ("signed, not sealed", active(Edition.SIGNED, OWNED, is_sealed=False), Act.SEAL, ()),
    ("a milestone of one", active(Edition.SIGNED, OWNED), Act.DELIVER, ("A",)),
    ("a milestone of all", active(Edition.SIGNED, SHARED), Act.DELIVER, BOTH),
    ("no milestone is left", active(Edition.SIGNED), Act.START_REVIEW, ()),
    ("an amendment is being written", active(Edition.DRAFTING, OWNED), Act.DELIVER, ("A",)),
    ("an amendment, no milestone is left", active(Edition.DRAFTING), Act.WRITE, ()),
    ("an amendment is discussed", running("E", case=Case.ACTIVE), Act.ANSWER, ("E",)),
    ("an amendment is agreed", active(Edition.AGREED, OWNED), Act.FREEZE, ()),
    ("an amendment is signed by all", active(Edition.SIGNING, OWNED), Act.COUNTERSIGN, ()),
    ("review", Facts(case=Case.REVIEW, edition=Edition.SIGNED), Act.CLOSE, ()),
    ("closed", Facts(case=Case.CLOSED, edition=Edition.SIGNED), Act.CLOSED, ()),
    ("abandoned", Facts(case=Case.ABANDONED), Act.ABANDONED, ()),
]


@pytest.mark.parametrize(
    ("facts", "act", "parties"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_the_turn_follows_from_the_facts(facts, act, parties):
    turn = decide(facts, NOW)
    assert (turn.act, turn.parties) == (act, parties)


def test_a_round_gives_its_end_and_a_milestone_its_day():
    assert decide(running("A"), NOW).deadline == LATER
    assert decide(active(Edition.SIGNED, OWNED), NOW).deadline == date(2026, 4, 1)


READERS = [
    (Turn(act=Act.WRITE), "A", False, "broker"),
    (Turn(act=Act.WRITE), None, True, "you"),
    (Turn(act=Act.SIGN, parties=("A",)), "A", False, "you"),
    (Turn(act=Act.SIGN, parties=("A",)), "E", False, "other"),
    (Turn(act=Act.SIGN, parties=("A",)), None, True, "other"),
    (Turn(act=Act.ANSWER, parties=BOTH), "A", False, "you"),
    (Turn(act=Act.ANSWER, parties=BOTH), None, True, "both"),
    (Turn(act=Act.ANSWER, parties=("A1", "A2")), "E", False, "both"),
    (Turn(act=Act.SEAL), "A", False, "none"),
    (Turn(act=Act.OPEN), None, True, "none"),
    (Turn(act=Act.CLOSED), None, True, "none"),
]


@pytest.mark.parametrize(("turn", "own_code", "is_broker", "expected"), READERS)
def test_the_same_turn_looks_different_to_each_reader(turn, own_code, is_broker, expected):
    assert whose(turn, own_code=own_code, is_broker=is_broker) == expected


def test_every_act_belongs_to_the_broker_to_parties_or_to_nobody():
    brokers = {act for act in Act if Turn(act=act).is_of_broker}
    assert brokers == {
        Act.SCOPE,
        Act.PREPARE,
        Act.WRITE,
        Act.REWORK,
        Act.ASK_AGAIN,
        Act.FREEZE,
        Act.COUNTERSIGN,
        Act.START_REVIEW,
        Act.CLOSE,
    }
