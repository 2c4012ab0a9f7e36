"""A reminder of a day leaves in the morning of that day in the place of each recipient."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from outbox import preferences, slots
from outbox.models import Delivery, DeliveryState, Message, Rhythm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("smtp_sink")]

DUE = date(2027, 5, 12)  # a Wednesday
PARIS_EIGHT = datetime(2027, 5, 12, 6, tzinfo=UTC)


@pytest.fixture
def remind(note):
    """Post the reminders of a due date, the day before and on the day, to addresses in their time zones."""

    def work(due=DUE, days=(-1, 0), **facts):
        targets = [due + timedelta(days=number) for number in days]
        for number, slot in zip(days, slots.series(due, targets), strict=True):
            note(
                key=f"remind:{number}",
                kind="test-reminder",
                due_at=slot.due_at,
                collapse="remind",
                **{"day": number, **slot.facts(), **facts},
            )

    return work


def sent_log():
    rows = Delivery.objects.filter(state=DeliveryState.SENT).order_by("sent_at", "address")
    return [(row.address.partition("@")[0], row.message.facts["day"], row.sent_at) for row in rows]


def hours_around(due, days=4):
    start = datetime.combine(due - timedelta(days=days), time(), tzinfo=UTC)
    return [start + timedelta(hours=number) for number in range(24 * days * 2)]


def person(django_user_model, name, zone, territory=""):
    return django_user_model.objects.create_user(
        f"{name}@example.org", full_name=name, time_zone=zone, territory=territory
    ).email


def test_a_reminder_leaves_on_its_day_in_every_zone(remind, sweep, django_user_model):
    """In Wallis the old plan of 07:00 UTC was 19:00: the mail of the due day left the day after."""
    people = [
        person(django_user_model, "paris", "Europe/Paris"),
        person(django_user_model, "tahiti", "Pacific/Tahiti"),
        person(django_user_model, "wallis", "Pacific/Wallis"),
    ]
    remind(to=people)
    for at in hours_around(DUE):
        sweep(at=at)
    wallis, tahiti = PARIS_EIGHT - timedelta(hours=10), PARIS_EIGHT + timedelta(hours=12)
    day = timedelta(days=1)
    assert sent_log() == [
        ("wallis", -1, wallis - day),
        ("paris", -1, PARIS_EIGHT - day),
        ("tahiti", -1, tahiti - day),
        ("wallis", 0, wallis),
        ("paris", 0, PARIS_EIGHT),
        ("tahiti", 0, tahiti),
    ]


def test_two_reminders_of_one_moment_are_one_mail_before_a_holiday(remind, sweep, django_user_model):
    """27 May is a holiday in Guadeloupe, a working day in Paris."""
    due = date(2027, 5, 27)
    people = [
        person(django_user_model, "paris", "Europe/Paris"),
        person(django_user_model, "gosier", "America/Guadeloupe"),
    ]
    remind(due, to=people)
    for at in hours_around(due):
        sweep(at=at)
    eight = datetime(2027, 5, 27, 6, tzinfo=UTC)
    assert sent_log() == [
        ("paris", -1, eight - timedelta(days=1)),
        ("gosier", 0, eight - timedelta(hours=18)),
        ("paris", 0, eight),
    ]


def test_a_holiday_of_the_territory_counts_whatever_the_zone(remind, sweep, django_user_model):
    due = date(2027, 3, 26)  # Good Friday
    metz = person(django_user_model, "metz", "Europe/Paris", "alsace-moselle")
    remind(due, to=[metz, person(django_user_model, "paris", "Europe/Paris")], days=(0,))
    for at in hours_around(due):
        sweep(at=at)
    eight = datetime(2027, 3, 26, 7, tzinfo=UTC)
    assert sent_log() == [("metz", 0, eight - timedelta(days=1)), ("paris", 0, eight)]


def test_missed_reminders_of_a_day_leave_as_one(remind, sweep, django_user_model):
    remind(to=[person(django_user_model, "paris", "Europe/Paris")])
    late = PARIS_EIGHT + timedelta(hours=3)
    sweep(at=late)
    assert sent_log() == [("paris", 0, late)]


@pytest.mark.parametrize(("rhythm", "carried"), [(Rhythm.DAILY, True), (Rhythm.WEEKLY, False)])
def test_a_digest_carries_a_reminder_or_leaves_it_alone_when_it_comes_too_late(
    remind, sweep, django_user_model, rhythm, carried
):
    paris = person(django_user_model, "paris", "Europe/Paris")
    user = django_user_model.objects.get(email=paris)
    preferences.set_rhythm(user_id=user.pk, topic="milestones", rhythm=rhythm)
    remind(to=[paris])
    for at in hours_around(DUE):
        sweep(at=at)
    last = Delivery.objects.get(message__key="remind:0")
    assert (last.state, last.sent_at) == (DeliveryState.SENT, PARIS_EIGHT)
    assert (last.carried_by is not None) is carried


def test_a_reminder_planned_after_its_moment_is_left_out_unless_it_is_the_last(
    remind, sweep, note, django_user_model
):
    paris = person(django_user_model, "paris", "Europe/Paris")
    noon = PARIS_EIGHT - timedelta(hours=20)  # the day before, at noon
    remind(to=[paris])
    Message.objects.update(created_at=noon)
    for at in [at for at in hours_around(DUE) if at >= noon]:
        sweep(at=at)
    assert sent_log() == [("paris", 0, PARIS_EIGHT)]
