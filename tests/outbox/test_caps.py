"""The monthly cap: what is beyond waits for the weekly digest, and nothing is lost."""

from datetime import UTC, datetime, timedelta

import pytest

from outbox import caps, slots
from outbox.models import Delivery, DeliveryState
from tests.outbox.days import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def capped(ada):
    """Give Ada two mails a month."""
    caps.set_cap(user_id=ada.pk, mails=2)
    return ada


def sent_alone():
    return Delivery.objects.filter(state=DeliveryState.SENT, carried_by=None).exclude(message__kind="digest")


def test_beyond_the_cap_a_mail_waits_for_the_weekly_digest(capped, note, sweep, smtp_sink):
    for number in range(4):
        note(key=f"note:{number}", number=number)
    sweep(NOON)
    assert sent_alone().count() == 2
    carried = Delivery.objects.exclude(carried_by=None)
    assert {each.carried_by.facts["rhythm"] for each in carried} == {"weekly"}
    assert carried.count() == 2
    # The Monday after, at eight in Paris.
    monday = datetime(2026, 9, 14, 6, tzinfo=UTC)
    sweep(monday - timedelta(minutes=1))
    assert len(smtp_sink.mails) == 2
    sweep(monday)
    assert len(smtp_sink.mails) == 3
    assert set(carried.values_list("state", flat=True)) == {DeliveryState.SENT}
    digest = Delivery.objects.get(message__kind="digest")
    assert "le nombre de messages par mois que vous avez choisi est atteint" in digest.text


def test_signatures_and_what_nobody_switches_off_leave_all_the_same(capped, note, sweep):
    for number in range(4):
        note(key=f"legal:{number}", kind="test-legal", number=number)
    sweep(NOON)
    assert sent_alone().count() == 4
    # They do not use it up either.
    note(key="note:1")
    sweep(NOON + timedelta(minutes=1))
    assert sent_alone().count() == 5


def test_the_last_word_leaves_all_the_same(capped, note, sweep):
    due = NOON.date()
    last, late = slots.series(due, [due, due + timedelta(days=3)])
    for number in range(2):
        note(key=f"note:{number}", number=number)
    sweep(NOON)
    note(key="word", kind="test-reminder", **last.facts())
    note(key="late", kind="test-reminder", due_at=late.due_at, **late.facts())
    sweep(NOON + timedelta(minutes=1))
    assert sent_alone().filter(message__key="word").exists()
    sweep(NOON + timedelta(days=5))
    assert Delivery.objects.get(message__key="late").carried_by is not None


def test_a_new_month_begins_anew(capped, note, sweep):
    for number in range(3):
        note(key=f"note:{number}", number=number)
    sweep(NOON)
    note(key="october", at=datetime(2026, 10, 1, 8, tzinfo=UTC))
    sweep(datetime(2026, 10, 1, 8, tzinfo=UTC))
    assert sent_alone().filter(message__key="october").exists()


def test_somebody_who_chose_nothing_has_the_default(ada):
    assert caps.cap_of(ada.pk) == caps.DEFAULT
    assert caps.usages([ada.pk], at=NOON)[ada.pk].mails == caps.DEFAULT
