"""What is planned for a milestone, and when it is planned again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import transaction

from outbox import slots
from outbox.models import Delivery, DeliveryState, Message
from outbox.sending import delivery
from partnerships import reminders
from partnerships.charter.texts import Heading
from partnerships.drafting.actions import amendments, clauses
from partnerships.following.actions.evidence import NewEvidence, complete_milestone
from partnerships.lifecycle import Case
from partnerships.models import Milestone
from partnerships.negotiation.actions import negotiation
from partnerships.signing.actions import freezing, signing
from partnerships.text import agreement
from tests import make
from tests.make import NOON

AT_EIGHT = time(7, tzinfo=UTC)  # in winter
AT_ONCE = [("milestone-overdue", "Nora"), ("milestone-reminder", "Ada"), ("milestone-reminder", "Ben")]


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Case.ACTIVE)


@pytest.fixture
def milestone(case):
    return case.milestones.select_related("partnership").get(code="J1")


def planned(milestone: Milestone) -> dict[int, Message]:
    """Return what will still be told of a milestone, by its distance from the due date."""
    waiting = Message.objects.waiting().filter(key__contains=f":milestone:{milestone.pk}:")
    return {message.facts["days"]: message for message in waiting.order_by("due_at", "facts__days")}


def days_planned(milestone: Milestone) -> list[int]:
    return list(planned(milestone))


def move(milestone: Milestone, days: int, *, at: datetime = NOON) -> None:
    """Give a milestone another day and plan it again, as every action that moves one does."""
    milestone.due_date = at.date() + timedelta(days=days)
    milestone.save(update_fields=["due_date"])
    plan(milestone, at=at)


@transaction.atomic
def plan(milestone: Milestone, *, at: datetime) -> None:
    reminders.plan_milestone(milestone, at=at)


def deliveries(milestone: Milestone, at: datetime) -> list[tuple[str, str]]:
    """Deliver what is due and return what left about one milestone, as (kind, first name)."""
    delivery.deliver_due(at=at, limit=1000)
    left = Delivery.objects.filter(state=DeliveryState.SENT, sent_at=at).select_related("message")
    about = left.filter(message__facts__milestone=milestone.pk)
    return sorted((mail.message.kind, mail.name.partition(" ")[0]) for mail in about)


def test_the_owner_has_five_slots_and_the_broker_one(milestone):
    move(milestone, 40)
    departures = {
        days: (message.kind, slots.slot_in(message.facts).leaves_at(time_zone="Europe/Paris"))
        for days, message in planned(milestone).items()
    }
    # Due on Saturday 11 April 2026: the day before and the day itself are one mail, on Friday.
    assert milestone.due_date == date(2026, 4, 11)
    assert {days: (kind, f"{at:%a %d.%m. %H:%M}") for days, (kind, at) in departures.items()} == {
        -30: ("milestone-reminder", "Thu 12.03. 08:00"),
        -7: ("milestone-reminder", "Fri 03.04. 08:00"),
        -1: ("milestone-reminder", "Fri 10.04. 08:00"),
        0: ("milestone-reminder", "Fri 10.04. 08:00"),
        3: ("milestone-reminder", "Tue 14.04. 08:00"),
        10: ("milestone-overdue", "Tue 21.04. 08:00"),
    }


@pytest.mark.parametrize(
    ("due_in", "expected"),
    [
        (20, [-7, -1, 0, 3, 10]),
        (1, [-1, 0, 3, 10]),  # where it is still early in the morning
        (0, [0, 3, 10]),
        (-2, [0, 3, 10]),
        (-3, [0, 3, 10]),
        (-9, [3, 10]),
        (-10, [3, 10]),
        (-125, [3, 10]),
    ],
)
def test_of_the_past_slots_only_the_last_late_one_is_planned(milestone, due_in, expected):
    move(milestone, due_in)
    assert days_planned(milestone) == expected


def test_one_already_late_is_reminded_once_and_at_once(milestone):
    move(milestone, -125)
    assert deliveries(milestone, NOON) == AT_ONCE
    assert deliveries(milestone, NOON + timedelta(days=1)) == []
    assert planned(milestone) == {}


def test_one_already_late_at_night_is_reminded_in_the_morning(milestone):
    night = datetime(2026, 3, 3, 1, tzinfo=UTC)
    move(milestone, -125, at=night)
    assert deliveries(milestone, night) == []
    assert deliveries(milestone, datetime.combine(night.date(), AT_EIGHT)) == AT_ONCE


def test_planning_twice_is_harmless(milestone):
    move(milestone, -5)
    deliveries(milestone, NOON)
    before = list(Message.objects.order_by("pk").values())
    for hour in (0, 1):
        plan(milestone, at=NOON + timedelta(hours=hour))
    assert list(Message.objects.order_by("pk").values()) == before
    assert deliveries(milestone, NOON + timedelta(hours=1)) == []


def test_no_two_plans_share_a_key(case):
    keys = [
        plan.key
        for row in case.milestones.order_by("pk")
        for plan in reminders._milestone_plans(row, reminders.SHIPPED, (), NOON)
    ]
    assert len(keys) == len(set(keys)) == 18  # thirty days before the first one, it is still early in Tahiti


def test_a_plan_made_in_a_transaction_that_fails_is_not_made(milestone):
    before = days_planned(milestone)
    with pytest.raises(RuntimeError), transaction.atomic():
        move(milestone, 90)
        raise RuntimeError
    milestone.refresh_from_db()
    assert days_planned(milestone) == before


def test_a_completed_one_has_no_more_mails_even_if_queued(milestone, cast):
    late = datetime.combine(milestone.due_date + timedelta(days=3), AT_EIGHT)
    delivery.fan_out_next(at=late)  # the hand-out of a slot that the next one overtakes
    complete_milestone(
        milestone_id=milestone.pk,
        partnership_id=milestone.partnership_id,
        speaker=cast.ben,
        evidence=NewEvidence("Rapport public."),
        at=late,
    )
    assert planned(milestone) == {}
    mails = deliveries(milestone, late + timedelta(days=20))
    asked = [(kind, name) for kind, name in mails if kind != "evidence-reminder"]
    assert asked == [("milestone-completed", name) for name in ("Carla", "Dan", "Nora")]


def test_one_completed_without_an_action_is_skipped_at_delivery(milestone):
    due = datetime.combine(milestone.due_date, AT_EIGHT)
    Milestone.objects.filter(pk=milestone.pk).update(completed_at=NOON)
    assert deliveries(milestone, due) == []


def amend(case, cast, change, *, at):
    """Sign an amendment in which `change` gives the milestones anew."""
    amendment = amendments.open_amendment(partnership_id=case.pk, broker=cast.nora, at=at)
    clause = next(each for each in agreement.clauses_of(amendment) if each.heading == Heading.MILESTONES)
    clause_wording = clauses.wording_of(clause.current)
    terms = replace(clause_wording.terms, milestones=change(clause_wording.terms.milestones))
    clauses.revise_clause(
        clause_id=clause.pk,
        broker=cast.nora,
        seen_number=clause.current.number,
        wording=replace(clause_wording, terms=terms),
        reason="Le calendrier change.",
        at=at,
    )
    negotiation.open_negotiation(partnership_id=case.pk, broker=cast.nora, at=at)
    for speaker in (cast.ada, cast.carla):
        make.agree(case, speaker, at=at)
    freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=at)
    frozen = case.charters.get(roadmap=amendment)
    for signatory in (cast.ada, cast.carla):
        signing.sign(
            partnership_id=case.pk, signatory=signatory, consent=make.consent(frozen, signatory), at=at
        )
    signing.countersign(
        partnership_id=case.pk, broker=cast.nora, consent=make.consent(frozen, cast.nora), at=at
    )


def test_an_amendment_that_moves_a_milestone_moves_its_reminders(case, cast, milestone):
    later = milestone.due_date + timedelta(days=90)
    at = NOON + timedelta(days=2)
    amend(
        case,
        cast,
        lambda rows: tuple(replace(row, due_date=later) if row.code == "J1" else row for row in rows),
        at=at,
    )
    milestone.refresh_from_db()
    assert milestone.due_date == later
    keys = [message.key for message in planned(milestone).values()]
    assert len(keys) == 6
    assert all(f":{later:%Y%m%d}:" in key for key in keys)


def test_an_amendment_that_drops_a_milestone_cancels_its_reminders(case, cast, milestone):
    at = NOON + timedelta(days=2)
    dropped = case.milestones.get(code="J3")
    amend(case, cast, lambda rows: tuple(row for row in rows if row.code != "J3"), at=at)
    dropped.refresh_from_db()
    assert dropped.cancelled_at == at
    assert planned(dropped) == {}
    assert days_planned(milestone) == [-7, -1, 0, 3, 10]
