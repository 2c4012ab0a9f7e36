"""Planning twice creates each message once, with the same due time, and sends one mail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction

from accounts.models import Vetting
from accounts.organisations.actions import approvals
from accounts.people import reminders as account_reminders
from accounts.registration import actions as registration
from accounts.vetting import actions as vetting
from outbox import post
from outbox.models import Delivery, DeliveryState, Message
from partnerships import reminders
from partnerships.following.actions import projection as following
from partnerships.lifecycle import Case, Edition
from tests import make
from tests.database_owner import owner
from tests.make import NOON

LATER = NOON + timedelta(hours=1)


def rows():
    return list(Message.objects.order_by("key").values_list("key", "kind", "facts", "due_at", "cancelled_at"))


def waiting(kind):
    return Message.objects.filter(kind__in=kind, cancelled_at=None).count()


@pytest.fixture
def again(people):
    """Plan something twice, the second time an hour later; assert that nothing was added or moved."""

    def work(plan, *kinds):
        with transaction.atomic():
            plan(NOON)
        first = rows()
        assert waiting(kinds) > 0
        with transaction.atomic():
            plan(LATER)
        assert rows() == first

    return work


def test_the_signatures_are_requested_once(people, again):
    charter = make.partnership(people, until=Edition.SIGNING).roadmaps.get().charters.get()
    again(
        lambda at: reminders.plan_signatures(charter, at=at),
        "signature-requested",
        "signature-reminder",
        "signature-overdue",
    )


def test_a_milestone_is_reminded_once(people, again):
    milestone = make.partnership(people, until=Case.ACTIVE).milestones.order_by("pk")[:1].get()
    again(lambda at: reminders.plan_milestone(milestone, at=at), "milestone-reminder", "milestone-overdue")


def test_the_end_of_a_mandate_is_reminded_once(people, again):
    mandate = people.ada_mandate
    mandate.valid_until_date = NOON.date() + timedelta(days=60)
    again(lambda at: account_reminders.plan_mandate(mandate, at=at), "mandate-expiry")


def test_an_approval_is_reminded_once(people, again):
    decided = NOON.date().replace(year=NOON.year - 4)
    again(
        lambda at: approvals.plan_reminders(people.association, decided, at=at),
        "approval-reminder",
    )


def test_a_recheck_is_announced_once(people, again):
    people.association.refresh_from_db()
    last = Vetting.objects.filter(organisation=people.association).latest("decided_at")
    again(lambda at: vetting.plan_recheck(people.association, last, at=at), "organisation-recheck")


def test_the_link_to_resume_a_registration_is_sent_once(people, again):
    with owner():
        Message.objects.filter(kind="registration-resume").delete()
    again(
        lambda at: registration.post_resume_mails(people.association, people.ada, at=at),
        "registration-resume",
    )


def test_every_message_of_a_case_posted_again_is_the_first_one(people, sent):
    make.partnership(people, until=Case.CLOSED)
    sent(NOON)
    before = rows()
    left = Delivery.objects.filter(state=DeliveryState.SENT).count()
    with transaction.atomic():
        for message in Message.objects.order_by("key"):
            again = post.post(kind=message.kind, key=message.key, at=LATER, facts={"other": True})
            assert again.pk == message.pk
    assert rows() == before
    sent(LATER)
    assert Delivery.objects.filter(state=DeliveryState.SENT).count() == left


def test_a_second_question_has_reminders_of_its_own(people):
    case = make.partnership(people, until=Edition.NEGOTIATION)
    round_ = case.rounds.get(opened_at=None)
    with transaction.atomic():
        reminders.plan_round(case, round_, at=NOON)
    planned = Message.objects.filter(kind="round-reminder")
    first = set(planned.values_list("key", flat=True))
    round_.deadline_at += timedelta(days=7)
    round_.extended_at = NOON
    with transaction.atomic():
        reminders.plan_round(case, round_, at=NOON)
    assert planned.filter(cancelled_at=None).count() == 2
    assert not first & set(planned.filter(cancelled_at=None).values_list("key", flat=True))


def test_an_upgrade_plans_the_reminders_of_before_by_the_place_of_their_readers(people, capsys):
    """What was planned before has no slot, and would leave at one hour for everybody."""
    make.partnership(people, until=Case.ACTIVE)
    slotted = Message.objects.filter(facts__has_key="slot", cancelled_at=None)
    planned = {message.key: (message.facts, message.due_at) for message in slotted.order_by("key")}
    kinds = ("milestone-reminder", "milestone-overdue")
    for message in slotted.filter(kind__in=kinds).order_by("pk"):
        message.facts.pop("slot")
        message.due_at += timedelta(hours=9)
        message.save()
    assert not slotted.filter(kind__in=kinds).exists()
    assert following.plan_reminders_again(at=NOON) == 3
    again = {message.key: (message.facts, message.due_at) for message in slotted.order_by("key")}
    assert again == planned
    call_command("plan_reminders")
    assert "3 milestones, " in capsys.readouterr().out
