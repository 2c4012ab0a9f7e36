"""The facts behind each turn, on cases played by the real actions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from partnerships.case.next_step import Step
from partnerships.case.status import statuses_of
from partnerships.lifecycle import Case, Edition
from partnerships.models import Partnership, Stance
from partnerships.negotiation.queries.positions import Position
from partnerships.rounds.actions import opening
from tests import make
from tests.make import NOON

STATES = [
    (Case.SCOPING, Step.PREPARE, ()),
    (Edition.DRAFTING, Step.WRITE, ()),
    (Edition.NEGOTIATION, Step.ANSWER, ("A", "E")),
    (Edition.AGREED, Step.FREEZE, ()),
    (Edition.SIGNING, Step.SIGN, ("A", "E")),
    (Edition.SIGNED, Step.SEAL, ()),
    (Case.ACTIVE, Step.DELIVER, ("A",)),
    (Case.REVIEW, Step.CLOSE, ()),
    (Case.CLOSED, Step.CLOSED, ()),
    (Case.ABANDONED, Step.ABANDONED, ()),
]


def step_of(case: Partnership, at=NOON):
    fresh = Partnership.objects.get(pk=case.pk)
    return statuses_of([fresh], at)[case.pk].next_step


@pytest.mark.parametrize(("until", "step", "parties"), STATES)
def test_each_state_has_its_next_step(cast, until, step, parties):
    actual = step_of(make.partnership(cast, until=until))
    assert (actual.step, actual.parties) == (step, parties)


def test_the_turn_passes_with_each_seal(cast):
    case = make.partnership(cast)
    make.draft(case, cast.ben, {make.revision_ids(case)[0]: Position(stance=Stance.AGREE)}, at=NOON)
    assert step_of(case).parties == ("A", "E")
    make.agree(case, cast.ben, at=NOON)
    assert step_of(case).parties == ("E",)
    make.say(case, cast.dan, Stance.RESERVATION, at=NOON)
    assert (step_of(case).step, step_of(case).parties) == (Step.REWORK, ())
    make.reply_to_all(case, cast.nora, at=NOON)
    assert step_of(case).step == Step.ASK_AGAIN


def test_a_revised_clause_gives_the_turn_to_the_broker(cast):
    case = make.partnership(cast, until=Edition.AGREED)
    make.revise(case, cast.nora, at=NOON)
    assert step_of(case).step == Step.ASK_AGAIN


def test_a_round_whose_time_is_up_is_nobody_s_until_it_opens(cast):
    case = make.partnership(cast)
    late = make.running(case).deadline_at
    assert step_of(case, late - timedelta(seconds=1)).step == Step.ANSWER
    assert step_of(case, late).step == Step.OPEN
    opening.settle(round_id=make.running(case).pk, at=late)
    assert step_of(case, late).step == Step.ANSWER
    extended = make.running(case).deadline_at
    opening.settle(round_id=make.running(case).pk, at=extended)
    assert step_of(case, extended).step == Step.ASK_AGAIN


def test_the_turn_passes_with_each_signature(cast):
    case = make.partnership(cast, until=Edition.SIGNING)
    make.sign(case, cast.carla, at=NOON)
    assert step_of(case).parties == ("A",)
    make.sign(case, cast.ada, at=NOON)
    assert step_of(case).step == Step.COUNTERSIGN


def test_a_milestone_reached_gives_the_turn_to_the_owner_of_the_next(cast):
    case = make.partnership(cast, until=Case.ACTIVE)
    make.complete_and_confirm(case, "J1", cast.ben, cast.dan, at=NOON)
    assert step_of(case).parties == ("E",)
    make.complete_and_confirm(case, "J2", cast.carla, cast.ada, at=NOON)
    assert step_of(case).parties == ("A", "E")
    make.complete_and_confirm(case, "J3", cast.carla, cast.ada, at=NOON)
    assert step_of(case).step == Step.START_REVIEW


@pytest.mark.parametrize("many", [1, 4])
def test_many_cases_cost_as_many_queries_as_one(cast, many, django_assert_num_queries):
    for rank in range(many):
        for until in (Edition.NEGOTIATION, Edition.SIGNING, Case.ACTIVE):
            make.partnership(cast, until=until, title=f"Action {rank}")
    cases = list(Partnership.objects.order_by("pk"))
    with django_assert_num_queries(2):
        statuses = statuses_of(cases, NOON)
    assert len(statuses) == 3 * many


def test_only_the_reader_s_own_party_is_marked(cast):
    case = make.partnership(cast)
    seats = {
        name: statuses_of([case], NOON, user=getattr(cast, name))[case.pk].own
        for name in ("ada", "ben", "carla", "nora", "mallory", "root")
    }
    assert {name: seat.party.code for name, seat in seats.items() if seat} == {
        "ada": "A",
        "ben": "A",
        "carla": "E",
    }
    assert (seats["ben"].may_answer, seats["ben"].may_sign) == (True, False)
    assert (seats["ada"].may_answer, seats["ada"].may_sign) == (True, True)
