"""The snooze: one person wants the next reminder of a milestone later, and the date does not move."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from outbox.models import Delivery, DeliveryState
from outbox.sending import delivery
from partnerships import reminders
from partnerships.calendar import actions
from partnerships.lifecycle import Case
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
EIGHT = time(7, tzinfo=UTC)  # in winter


@pytest.fixture
def milestone(cast):
    """Return a milestone of the association due on Thursday 16 April 2026."""
    case = make.partnership(cast, until=Case.ACTIVE)
    row = case.milestones.select_related("partnership").get(code="J1")
    row.due_date = date(2026, 4, 16)
    row.save(update_fields=["due_date"])
    with transaction.atomic():
        reminders.plan_milestone(row, at=NOON)
    return row


def snooze(milestone, person, until, *, at=NOON):
    return actions.snooze(
        milestone_id=milestone.pk,
        partnership_id=milestone.partnership_id,
        person=person,
        until=until,
        at=at,
    )


def mails(milestone, first, last):
    """Deliver every morning of some days; return the mails about the milestone, by day and first name."""
    day = first
    while day <= last:
        at = datetime.combine(day, time(8), tzinfo=UTC)
        delivery.deliver_due(at=at - timedelta(hours=1), limit=1000)
        delivery.deliver_due(at=at, limit=1000)
        day += timedelta(days=1)
    sent = Delivery.objects.filter(
        state=DeliveryState.SENT, message__facts__milestone=milestone.pk, message__kind="milestone-reminder"
    )
    return sorted((each.sent_at.date(), each.name.partition(" ")[0]) for each in sent)


def test_the_reminder_leaves_on_the_chosen_day_to_that_person_alone(milestone, cast):
    snooze(milestone, cast.ada, date(2026, 4, 13))
    assert mails(milestone, date(2026, 3, 10), date(2026, 4, 16)) == [
        (date(2026, 3, 17), "Ben"),
        (date(2026, 4, 9), "Ben"),
        (date(2026, 4, 13), "Ada"),
        (date(2026, 4, 15), "Ada"),
        (date(2026, 4, 15), "Ben"),
        (date(2026, 4, 16), "Ada"),
        (date(2026, 4, 16), "Ben"),
    ]


def test_the_last_word_is_never_put_off(milestone, cast):
    with pytest.raises(actions.SnoozedTooLate) as refused:
        snooze(milestone, cast.ada, date(2026, 4, 16))
    assert "16 avril 2026" in refused.value.message
    with pytest.raises(actions.SnoozedToThePast):
        snooze(milestone, cast.ada, NOON.date())
    snooze(milestone, cast.ada, date(2026, 4, 15))
    assert mails(milestone, date(2026, 4, 14), date(2026, 4, 16))[-2:] == [
        (date(2026, 4, 16), "Ada"),
        (date(2026, 4, 16), "Ben"),
    ]


def test_what_is_late_or_of_another_party_is_not_put_off(milestone, cast):
    with pytest.raises(actions.NothingToSnooze):
        snooze(milestone, cast.ada, date(2026, 5, 1), at=datetime(2026, 4, 17, 12, tzinfo=UTC))
    with pytest.raises(actions.NotYourReminder):
        snooze(milestone, cast.carla, date(2026, 4, 1))


def test_an_empty_day_gives_the_planned_reminders_back(milestone, cast):
    snooze(milestone, cast.ada, date(2026, 4, 13))
    snooze(milestone, cast.ada, None)
    assert not milestone.snoozes.exists()
    assert (date(2026, 4, 9), "Ada") in mails(milestone, date(2026, 4, 8), date(2026, 4, 9))


def test_a_date_that_moves_before_the_chosen_day_keeps_its_last_word(milestone, cast):
    snooze(milestone, cast.ada, date(2026, 4, 13))
    milestone.due_date = date(2026, 4, 8)
    milestone.save(update_fields=["due_date"])
    with transaction.atomic():
        reminders.plan_milestone(milestone, at=NOON)
    assert mails(milestone, date(2026, 4, 1), date(2026, 4, 8))[-1] == (date(2026, 4, 8), "Ben")
    assert (date(2026, 4, 8), "Ada") in mails(milestone, date(2026, 4, 8), date(2026, 4, 8))


def test_the_page_refuses_with_the_last_day_and_keeps_what_was_typed(cast, enter):
    case = make.partnership(cast, until=Case.ACTIVE, at=make.ago(days=1))
    row = case.milestones.get(code="J1")
    page = reverse("partnerships:snooze", args=[case.reference, row.pk])
    browser = enter(cast.ada)
    assert "Repousser le rappel" in browser.get(page).text
    refused = browser.post(page, {"until_date": row.due_date.isoformat()})
    assert refused.status_code == 422
    assert row.due_date.isoformat() in refused.text
    done = browser.post(page, {"until_date": (make.ago().date() + timedelta(days=2)).isoformat()})
    assert done.status_code == 303
    assert row.snoozes.get().user == cast.ada
