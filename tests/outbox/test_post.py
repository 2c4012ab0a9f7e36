"""Posting, cancelling and re-planning."""

import time
from datetime import timedelta

import pytest
from django.db import connection, transaction

from outbox import post, wake
from outbox.models import Delivery, Message
from tests.outbox.days import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=30)


def plan(key, due_at=LATER, kind="test-note", **facts):
    return post.Plan(kind=kind, key=key, due_at=due_at, facts={"number": 1, **facts})


def waiting():
    return sorted(Message.objects.waiting().values_list("key", flat=True))


def test_the_same_key_twice_gives_the_first_message(note):
    first = note(title="first")
    again = note(title="second")
    assert again == first
    assert Message.objects.get().facts["title"] == "first"


@pytest.mark.django_db(transaction=True)
def test_nothing_is_posted_outside_a_transaction():
    for act in (
        lambda: post.post(kind="test-note", key="k", at=NOON),
        lambda: post.cancel(prefix="k", at=NOON),
        lambda: post.cancel_one(key="k", at=NOON),
        lambda: post.replan(prefix="k", plans=[], at=NOON),
    ):
        with pytest.raises(post.MessageOutsideTransaction):
            act()
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_fact_that_is_rolled_back_tells_nothing(note):
    with pytest.raises(RuntimeError), transaction.atomic():
        note()
        raise RuntimeError
    assert not Message.objects.exists()


def test_a_message_in_the_future_is_not_sent_before(note, sweep):
    note(due_at=LATER)
    assert sweep(NOON) == []
    assert sweep(LATER) == [("ada@example.org", "sent")]


def test_cancelling_by_prefix_leaves_the_neighbours(note, sweep):
    note(key="milestone:1:D-7", due_at=LATER)
    note(key="milestone:1:D-1", due_at=LATER)
    note(key="milestone:12:D-7", due_at=LATER)
    assert post.cancel(prefix="milestone:1:", at=NOON) == 2
    assert waiting() == ["milestone:12:D-7"]
    assert post.cancel(prefix="milestone:1:", at=NOON) == 0


def test_one_message_is_cancelled_without_those_whose_key_it_begins(note):
    note(key="milestone:1", due_at=LATER)
    note(key="milestone:1:D-1", due_at=LATER)
    assert post.cancel_one(key="milestone:1", at=NOON) == 1
    assert waiting() == ["milestone:1:D-1"]
    assert post.cancel_one(key="milestone:1", at=NOON) == 0


def test_a_percent_sign_in_a_prefix_is_not_a_wildcard(note):
    note(key="milestone:1", due_at=LATER)
    assert post.cancel(prefix="mile%", at=NOON) == 0


def test_cancelling_stops_what_was_handed_out_and_not_sent(note, sweep):
    note(kind="test-reminder", at=NOON + timedelta(hours=14))
    assert sweep(NOON + timedelta(hours=14)) == [("ada@example.org", "pending")]
    assert post.cancel(prefix="note:", at=NOON + timedelta(hours=15)) == 1
    assert sweep(LATER) == [("ada@example.org", "cancelled")]


def test_what_was_sent_stays_sent_when_cancelled(note, sweep):
    note()
    sweep()
    assert post.cancel(prefix="note:", at=NOON) == 0
    assert Delivery.objects.get().state == "sent"


def test_replanning_cancels_the_others_moves_and_creates(note):
    note(key="m:1:a", due_at=LATER)
    note(key="m:1:b", due_at=LATER)
    moved = LATER + timedelta(days=7)
    post.replan(prefix="m:1:", plans=[plan("m:1:b", moved), plan("m:1:c", moved)], at=NOON)
    assert waiting() == ["m:1:b", "m:1:c"]
    assert Message.objects.get(key="m:1:b").due_at == moved


def test_replanning_revives_what_was_cancelled(note, sweep):
    note(key="m:1:a", due_at=LATER)
    post.cancel(prefix="m:1:", at=NOON)
    post.replan(prefix="m:1:", plans=[plan("m:1:a")], at=NOON)
    assert sweep(LATER) == [("ada@example.org", "sent")]


def test_replanning_revives_a_mail_that_was_handed_out_and_then_cancelled(note, sweep):
    night = NOON + timedelta(hours=14)
    note(kind="test-reminder", at=night, to=["ada@example.org", "ben@example.org"])
    sweep(night)
    post.cancel(prefix="note:", at=night)
    post.replan(prefix="note:", plans=[plan("note:1", to=["ada@example.org"])], at=night)
    assert sweep(LATER) == [("ada@example.org", "sent"), ("ben@example.org", "cancelled")]


def test_planning_twice_is_harmless_even_after_the_mail_left(note, sweep):
    plans = [plan("m:1:a", NOON)]
    post.replan(prefix="m:1:", plans=plans, at=NOON)
    assert sweep() == [("ada@example.org", "sent")]
    post.replan(prefix="m:1:", plans=plans, at=NOON)
    assert sweep(LATER) == [("ada@example.org", "sent")]


def test_many_posts_wake_the_worker_once(note, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as hooks:
        note(key="a")
        note(key="b")
        note(key="c", due_at=LATER)
    assert [hook.args for hook in hooks] == [(wake.TASK,)]


def test_a_message_in_the_future_does_not_wake(note, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as hooks:
        note(due_at=LATER)
    assert hooks == []


@pytest.mark.django_db(transaction=True)
def test_a_dead_queue_neither_fails_nor_delays_the_caller(note, caplog):
    from celery import current_app

    url = current_app.conf.broker_url
    current_app.conf.broker_url = "redis://127.0.0.1:1/0"
    current_app._pool = None
    current_app.amqp._producer_pool = None
    started = time.monotonic()
    try:
        note()
    finally:
        current_app.conf.broker_url = url
        current_app._pool = None
        current_app.amqp._producer_pool = None
    assert Message.objects.exists()
    assert "could not be woken" in caplog.text
    assert time.monotonic() - started < 2


def test_the_key_is_unique_in_the_database(note):
    from django.db import IntegrityError

    note()
    insert = (
        "INSERT INTO outbox_message (id, key, kind, facts, due_at, created_at, attempts, last_error)"
        " VALUES (gen_random_uuid(), 'note:1', 'k', '{}', now(), now(), 0, '')"
    )
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(insert)
