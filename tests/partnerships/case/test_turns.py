"""The facts behind each turn, on cases played by the real actions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from partnerships.case.case_facts import turns_of
from partnerships.case.next_step import Act
from partnerships.lifecycle import Case, Edition
from partnerships.models import Partnership, Stance
from partnerships.negotiation.stances import Said
from partnerships.rounds.actions import opening
from tests import make
from tests.make import NOON

STATES = [
    (Case.SCOPING, Act.PREPARE, ()),
    (Edition.DRAFTING, Act.WRITE, ()),
    (Edition.NEGOTIATION, Act.ANSWER, ("A", "E")),
    (Edition.AGREED, Act.FREEZE, ()),
    (Edition.SIGNING, Act.SIGN, ("A", "E")),
    (Edition.SIGNED, Act.SEAL, ()),
    (Case.ACTIVE, Act.DELIVER, ("A",)),
    (Case.REVIEW, Act.CLOSE, ()),
    (Case.CLOSED, Act.CLOSED, ()),
    (Case.ABANDONED, Act.ABANDONED, ()),
]


def turn_of(case: Partnership, at=NOON):
    fresh = Partnership.objects.get(pk=case.pk)
    return turns_of([fresh], at)[case.pk].turn


@pytest.mark.parametrize(("until", "act", "parties"), STATES)
def test_each_state_has_its_turn(cast, until, act, parties):
    turn = turn_of(make.partnership(cast, until=until))
    assert (turn.act, turn.parties) == (act, parties)


def test_the_turn_passes_with_each_seal(cast):
    case = make.partnership(cast)
    make.draft(case, cast.ben, {make.revision_ids(case)[0]: Said(stance=Stance.AGREE)}, at=NOON)
    assert turn_of(case).parties == ("A", "E")
    make.agree(case, cast.ben, at=NOON)
    assert turn_of(case).parties == ("E",)
    make.say(case, cast.dan, Stance.RESERVATION, at=NOON)
    assert (turn_of(case).act, turn_of(case).parties) == (Act.REWORK, ())
    make.reply_to_all(case, cast.nora, at=NOON)
    assert turn_of(case).act == Act.ASK_AGAIN


def test_a_revised_clause_gives_the_turn_to_the_broker(cast):
    case = make.partnership(cast, until=Edition.AGREED)
    make.revise(case, cast.nora, at=NOON)
    assert turn_of(case).act == Act.ASK_AGAIN


def test_a_round_whose_time_is_up_is_nobody_s_until_it_opens(cast):
    case = make.partnership(cast)
    late = make.running(case).deadline_at
    assert turn_of(case, late - timedelta(seconds=1)).act == Act.ANSWER
    assert turn_of(case, late).act == Act.OPEN
    opening.settle(round_id=make.running(case).pk, at=late)
    assert turn_of(case, late).act == Act.ASK_AGAIN


def test_the_turn_passes_with_each_signature(cast):
    case = make.partnership(cast, until=Edition.SIGNING)
    make.sign(case, cast.carla, at=NOON)
    assert turn_of(case).parties == ("A",)
    make.sign(case, cast.ada, at=NOON)
    assert turn_of(case).act == Act.COUNTERSIGN


def test_a_milestone_reached_gives_the_turn_to_the_owner_of_the_next(cast):
    case = make.partnership(cast, until=Case.ACTIVE)
    make.complete(case, "J1", cast.ben, at=NOON)
    assert turn_of(case).parties == ("E",)
    make.complete(case, "J2", cast.carla, at=NOON)
    assert turn_of(case).parties == ("A", "E")
    make.complete(case, "J3", cast.carla, at=NOON)
    assert turn_of(case).act == Act.START_REVIEW


@pytest.mark.parametrize("many", [1, 4])
def test_many_cases_cost_as_many_queries_as_one(cast, many, django_assert_num_queries):
    for rank in range(many):
        for until in (Edition.NEGOTIATION, Edition.SIGNING, Case.ACTIVE):
            make.partnership(cast, until=until, title=f"Action {rank}")
    cases = list(Partnership.objects.order_by("pk"))
    with django_assert_num_queries(3):
        turns = turns_of(cases, NOON)
    assert len(turns) == 3 * many


def test_only_the_reader_s_own_party_is_marked(cast):
    case = make.partnership(cast)
    seats = {
        name: turns_of([case], NOON, user=getattr(cast, name))[case.pk].own
        for name in ("ada", "ben", "carla", "nora", "mallory", "root")
    }
    assert {name: seat.party.code for name, seat in seats.items() if seat} == {
        "ada": "A",
        "ben": "A",
        "carla": "E",
    }
    assert (seats["ben"].may_answer, seats["ben"].may_sign) == (True, False)
    assert (seats["ada"].may_answer, seats["ada"].may_sign) == (True, True)
