"""Delivering one mail to one person, whatever happens on the way."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connections

from outbox import kinds, post
from outbox.models import Delivery, Message
from outbox.sending import delivery, mail
from tests.outbox import notes
from tests.outbox.days import NOON, states

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
EVERYBODY = ["ada@example.org", "ben@example.org", "carla@example.org"]


def test_each_person_gets_one_mail(note, sweep, smtp_sink):
    note(to=EVERYBODY)
    assert sweep() == [(address, "sent") for address in EVERYBODY]
    sweep(NOON + MINUTE)
    assert sorted(str(each["To"]) for each in smtp_sink.mails) == EVERYBODY


def test_a_person_with_two_roles_gets_one_mail(note, sweep, smtp_sink):
    note(to=["ada@example.org", "Ada@Example.org"])
    assert len(sweep()) == 1
    assert len(smtp_sink.mails) == 1


def test_who_has_acted_in_between_is_left_alone(note, sweep, smtp_sink):
    note(to=EVERYBODY, done=["ben@example.org"])
    assert dict(sweep())["ben@example.org"] == "skipped"
    assert not smtp_sink.to("ben@example.org")
    assert Delivery.objects.get(address="ben@example.org").skipped_because == "no-longer-true"


def test_what_was_sent_is_kept_as_sent(note, sweep, smtp_sink):
    note()
    sweep()
    stored, got = Delivery.objects.get(), smtp_sink.mails[0]
    assert got["Subject"] == stored.subject == "Déposez l'élément n° 1"
    assert got["Message-ID"] == stored.mail_id
    assert got.get_body(("plain",)).get_content().splitlines() == stored.text.splitlines()
    assert got.get_body(("html",)).get_content().splitlines() == stored.html.splitlines()
    assert stored.sent_at == NOON


def test_a_temporary_refusal_is_tried_again_with_longer_and_longer_waits(note, sweep, smtp_sink):
    smtp_sink.refusal = "451 come back later"
    note()
    at, waits = NOON, []
    while Delivery.objects.filter(state="pending").exists() or not waits:
        sweep(at)
        row = Delivery.objects.get()
        waits.append(row.next_attempt_at and row.next_attempt_at - at)
        at = row.next_attempt_at or at
    assert waits == [*delivery.BACK_OFF, None]
    assert row.state == "failed"
    assert row.attempts == 6
    assert "451 come back later" in row.last_error


def test_a_final_refusal_fails_at_once_and_in_view(note, sweep, smtp_sink):
    smtp_sink.refusal = "550 no such mailbox"
    note()
    assert sweep() == [("ada@example.org", "failed")]
    assert "550 no such mailbox" in Delivery.objects.get().last_error


def test_a_failed_mail_can_be_sent_again_with_the_same_message_id(note, sweep, smtp_sink):
    smtp_sink.refusal = "550 no such mailbox"
    note()
    sweep()
    smtp_sink.refusal = ""
    failed = Delivery.objects.get()
    delivery.retry(delivery_id=failed.pk, at=NOON + MINUTE)
    assert sweep(NOON + MINUTE) == [("ada@example.org", "sent")]
    assert smtp_sink.mails[0]["Message-ID"] == failed.mail_id
    with pytest.raises(delivery.NotFailed):
        delivery.retry(delivery_id=failed.pk, at=NOON + MINUTE)


def test_a_refused_mail_does_not_hold_up_the_others(note, sweep, smtp_sink):
    note(key="a", to=["not an address"])
    note(key="b")
    assert dict(sweep()) == {"not an address": "failed", "ada@example.org": "sent"}


def test_while_the_mail_server_is_away_nothing_is_lost_or_given_up(note, sweep, smtp_sink, settings):
    away = {**settings.MAILERS["default"], "OPTIONS": {"host": "127.0.0.1", "port": 1}}
    here, settings.MAILERS = settings.MAILERS, {"default": away}
    note(to=EVERYBODY)
    at = NOON
    for _hour in range(60):
        sweep(at)
        at += timedelta(hours=1)
    assert set(states()) == {(address, "pending") for address in EVERYBODY}
    assert all("refused" in error for error in Delivery.objects.values_list("last_error", flat=True))
    settings.MAILERS = here
    assert {state for _address, state in sweep(at + timedelta(hours=1))} == {"sent"}
    assert len(smtp_sink.mails) == 3


def test_one_sweep_asks_an_absent_server_once(note, smtp_sink, settings, sweep):
    settings.MAILERS = {
        "default": {**settings.MAILERS["default"], "OPTIONS": {"host": "127.0.0.1", "port": 1}}
    }
    note(to=EVERYBODY)
    assert delivery.deliver_due(at=NOON).server_is_away
    assert Delivery.objects.filter(last_error__contains="ServerUnavailable").count() == 1
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}


def test_a_message_whose_audience_cannot_be_found_is_kept_and_shown(note, sweep, smtp_sink):
    note(key="a", kind="test-lost")
    note(key="b", kind="no-such-kind")
    note(key="c")
    assert sweep() == [("ada@example.org", "sent")]
    errors = dict(Message.objects.waiting().values_list("key", "last_error"))
    assert errors == {"a": "LookupError: nobody knows who", "b": "UnknownKind: no-such-kind"}


def test_a_mail_that_cannot_be_written_is_failed_in_the_end(note, sweep):
    note(kind="test-broken")
    at = NOON
    for wait in (*delivery.BACK_OFF, MINUTE):
        sweep(at)
        at += wait
    assert states() == [("ada@example.org", "failed")]
    assert "TemplateDoesNotExist" in Delivery.objects.get().last_error


def test_missed_slots_collapse_into_the_latest(note, sweep, smtp_sink):
    for number, days in enumerate((30, 7, 1)):
        note(
            key=f"m:1:{days}",
            at=NOON - timedelta(days=40),
            due_at=NOON - timedelta(days=days),
            number=number,
            collapse="milestone:1",
        )
    note(key="m:2:7", due_at=NOON - timedelta(days=7), number=9, collapse="milestone:2")
    note(key="m:1:later", due_at=NOON + timedelta(days=3), number=7, collapse="milestone:1")
    assert [state for _address, state in sweep()] == ["sent", "sent"]
    assert sorted(each["Subject"][-1] for each in smtp_sink.mails) == ["2", "9"]
    sweep(NOON + timedelta(days=3))
    assert smtp_sink.mails[-1]["Subject"][-1] == "7"


def test_a_reminder_held_back_over_the_weekend_gives_way_to_the_next(note, sweep, smtp_sink):
    saturday = NOON + timedelta(days=3)
    monday = NOON + timedelta(days=5)
    note(key="m:1:a", kind="test-reminder", due_at=saturday, number=1, collapse="milestone:1")
    note(
        key="m:1:b",
        kind="test-reminder",
        due_at=monday - timedelta(hours=1),
        number=2,
        collapse="milestone:1",
    )
    sweep(saturday)
    sweep(monday)
    assert [each["Subject"][-1] for each in smtp_sink.mails] == ["2"]


def test_a_reminder_waits_for_the_morning_of_the_reader(note, sweep, smtp_sink):
    evening = NOON.replace(hour=20)
    note(kind="test-reminder", at=evening, due_at=evening, time_zone="America/Cayenne")
    note(key="paris", kind="test-reminder", at=evening, due_at=evening, to=["ben@example.org"])
    assert dict(sweep(evening)) == {"ada@example.org": "sent", "ben@example.org": "pending"}
    assert sweep(NOON + timedelta(days=1))[-1] == ("ben@example.org", "sent")


def test_a_worker_that_comes_back_at_night_waits_for_the_morning(note, sweep):
    note(kind="test-reminder", due_at=NOON.replace(hour=20))
    sweep(NOON.replace(hour=20))
    assert sweep(NOON + timedelta(days=1, hours=15)) == [("ada@example.org", "pending")]
    assert sweep(NOON + timedelta(days=2)) == [("ada@example.org", "sent")]


@pytest.mark.django_db(transaction=True)
def test_deliverers_at_work_together_never_send_one_mail_twice(note, smtp_sink):
    addresses = [f"person{number}@example.org" for number in range(40)]
    for number in range(4):
        note(key=f"note:{number}", to=addresses[number * 10 : number * 10 + 10])

    def work():
        try:
            delivery.deliver_due(at=NOON, limit=1000)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    delivery.deliver_due(at=NOON, limit=1000)
    assert sorted(str(each["To"]) for each in smtp_sink.mails) == sorted(addresses)


def test_a_mail_cancelled_after_its_claim_does_not_leave_and_one_that_left_is_shown_as_sent(
    note, sweep, smtp_sink, monkeypatch
):
    """The act that cancels happens while the first of three mails is on its way."""

    def holds(message, recipient, at):
        post.cancel(prefix="note:", at=at)
        return True

    monkeypatch.setattr(delivery, "FRESH_SECONDS", -1.0)
    monkeypatch.setitem(kinds._KINDS, "test-note", replace(notes.NOTE, holds=holds))
    note(to=EVERYBODY)
    sweep()
    (left,) = smtp_sink.mails
    assert dict(states()) == {
        address: "sent" if address == left["To"] else "cancelled" for address in EVERYBODY
    }


def test_what_an_absent_server_did_not_take_is_due_again_at_once(note, sweep, smtp_sink, settings):
    here, settings.MAILERS = (
        settings.MAILERS,
        {"default": {**settings.MAILERS["default"], "OPTIONS": {"host": "127.0.0.1", "port": 1}}},
    )
    note(to=EVERYBODY)
    assert {state for _address, state in sweep()} == {"pending"}
    settings.MAILERS = here
    assert sorted(state for _address, state in sweep(NOON)) == ["pending", "sent", "sent"]
    assert {state for _address, state in sweep(NOON + MINUTE)} == {"sent"}


def test_the_message_id_is_fixed_before_the_first_attempt(note):
    from outbox.sending import fan_out

    note()
    fan_out.fan_out_next(at=NOON)
    row = Delivery.objects.get()
    assert row.mail_id == mail.mail_id_for(row.pk)
    assert str(row.pk) in row.mail_id


def test_a_message_cancelled_before_its_time_is_never_handed_out(note, sweep):
    note()
    post.cancel(prefix="note:", at=NOON)
    assert sweep() == []
