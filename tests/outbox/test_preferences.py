"""How often a person wishes to be written to, digests, and the page behind the foot of a mail."""

from datetime import timedelta

import pytest

from outbox import preferences
from outbox.kinds import Topic, kind_named
from outbox.models import Delivery, Message, Preference, Rhythm
from tests.database_owner import owner
from tests.outbox.days import NOON

pytestmark = pytest.mark.django_db
TOMORROW = NOON + timedelta(days=1)
MONDAY = NOON + timedelta(days=5)


@pytest.fixture
def choose(ada):
    def rhythm(chosen, topic="milestones"):
        preferences.set_rhythm(user_id=ada.pk, topic=topic, rhythm=Rhythm(chosen))

    return rhythm


@pytest.fixture
def path(ada):
    return preferences.settings_path(user=ada, kind=kind_named("test-note"))


def test_without_a_wish_mails_come_at_once(ada):
    assert preferences.rhythms(user=ada)[Topic.MILESTONES] == Rhythm.AT_ONCE


def test_a_wish_is_one_row_that_changes(ada, choose):
    choose("daily")
    choose("off")
    assert preferences.rhythms(user=ada)[Topic.MILESTONES] == Rhythm.OFF
    assert Preference.objects.count() == 1


def test_who_switched_off_gets_nothing_and_the_log_says_why(note, sweep, choose, smtp_sink):
    choose("off")
    note()
    assert sweep() == [("ada@example.org", "skipped")]
    assert Delivery.objects.get().skipped_because == "switched-off"
    assert not smtp_sink.mails


def test_another_topic_is_not_concerned(note, sweep, choose):
    choose("off", topic="news")
    note()
    assert sweep() == [("ada@example.org", "sent")]


def test_what_is_mandatory_comes_at_once_whatever_was_wished(note, sweep, choose):
    choose("off")
    note(kind="test-legal")
    assert sweep() == [("ada@example.org", "sent")]


def test_who_switches_off_while_a_mail_waits_does_not_get_it(note, sweep, choose):
    night = NOON + timedelta(hours=14)
    note(kind="test-reminder", at=night)
    sweep(night)
    choose("off")
    assert sweep(TOMORROW + timedelta(hours=1)) == [("ada@example.org", "skipped")]


@pytest.mark.parametrize(("rhythm", "leaves"), [("daily", TOMORROW), ("weekly", MONDAY)])
def test_a_digest_gathers_in_one_mail(note, sweep, choose, smtp_sink, rhythm, leaves):
    choose(rhythm)
    note(key="a", number=1)
    note(key="b", number=2)
    sweep()
    assert not smtp_sink.mails
    sweep(leaves - timedelta(hours=3))
    assert not smtp_sink.mails
    sweep(leaves)
    [got] = smtp_sink.mails
    text = got.get_body(("plain",)).get_content()
    assert got["Subject"] in ("Votre résumé du jour (2 messages)", "Votre résumé de la semaine (2 messages)")
    assert "n° 1" in text
    assert "n° 2" in text
    assert Delivery.objects.filter(state="sent").count() == 3
    assert "&#x27;" not in text
    sweep(leaves + timedelta(days=8))
    assert len(smtp_sink.mails) == 1


def test_a_digest_that_leaves_late_counts_from_its_delivery(note, sweep, choose, smtp_sink):
    choose("daily")
    note(kind="test-dated")
    sweep()
    late = TOMORROW + timedelta(days=5)
    sweep(late)
    [mail] = smtp_sink.mails
    day = f"{late.day}/{late.month}"
    assert f"Vu le {day}, rendu le {day}" in mail.get_body(("plain",)).get_content()


def test_a_digest_says_once_what_was_told_twice(note, sweep, choose, smtp_sink):
    choose("daily")
    note(key="a", number=1)
    note(key="b", number=1)
    sweep()
    sweep(TOMORROW)
    assert "(1 message)" in smtp_sink.mails[0]["Subject"]
    assert smtp_sink.mails[0].get_body(("plain",)).get_content().count("n° 1") == 1
    assert Delivery.objects.filter(state="sent").count() == 3


def test_a_digest_drops_what_is_no_longer_true(note, sweep, choose, smtp_sink):
    choose("daily")
    note(key="a", number=1)
    note(key="b", number=2, done=["ada@example.org"])
    sweep()
    sweep(TOMORROW)
    assert "(1 message)" in smtp_sink.mails[0]["Subject"]
    assert Delivery.objects.get(message__key="b").skipped_because == "no-longer-true"


def test_a_digest_of_which_nothing_is_left_does_not_leave(note, sweep, choose, smtp_sink):
    choose("daily")
    note(done=["ada@example.org"])
    sweep()
    sweep(TOMORROW)
    assert not smtp_sink.mails
    assert set(Delivery.objects.values_list("state", flat=True)) == {"skipped"}


def test_what_comes_after_a_digest_left_goes_into_the_next(note, sweep, choose, smtp_sink):
    choose("daily")
    note(key="a")
    sweep()
    sweep(TOMORROW)
    note(key="b", at=TOMORROW + timedelta(minutes=1))
    sweep(TOMORROW + timedelta(minutes=1))
    sweep(TOMORROW + timedelta(days=1))
    assert len(smtp_sink.mails) == 2


def test_nothing_joins_a_digest_that_was_handed_out(note, sweep, choose, smtp_sink):
    choose("daily")
    note(key="a")
    sweep()
    Message.objects.filter(kind="digest").update(fanned_out_at=NOON)
    note(key="b")
    sweep()
    carried = Delivery.objects.get(message__key="b").carried_by
    assert carried.due_at > Delivery.objects.get(message__key="a").carried_by.due_at


def test_a_digest_that_fails_fails_what_it_carries_and_can_be_sent_again(note, sweep, choose, smtp_sink):
    from outbox.sending import delivery

    choose("daily")
    note()
    sweep()
    smtp_sink.refusal = "550 no such mailbox"
    sweep(TOMORROW)
    carried = Delivery.objects.get(message__key="note:1")
    assert carried.state == "failed"
    assert "550" in carried.last_error
    smtp_sink.refusal = ""
    delivery.retry(delivery_id=carried.pk, at=TOMORROW)
    sweep(TOMORROW)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_switching_off_a_digest_switches_off_what_it_gathers(ada, choose):
    choose("daily")
    choose("weekly", topic="news")
    choose("at-once", topic="rounds")
    link = preferences.settings_path(user=ada, kind=kind_named("digest"))
    subscription = preferences.read_token(link.split("/")[-2])
    preferences.set_subscription(subscription=subscription, rhythm=Rhythm.OFF)
    assert dict(Preference.objects.order_by("topic").values_list("topic", "rhythm")) == {
        "milestones": "off",
        "news": "off",
        "rounds": "at-once",
    }


def test_a_mail_program_switches_off_by_one_post_without_signing_in(client, ada, path):
    client.handler.enforce_csrf_checks = True
    answer = client.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert preferences.rhythms(user=ada)[Topic.MILESTONES] == Rhythm.OFF


def test_opening_the_page_changes_nothing(client, ada, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert "Jalons et engagements" in answer.content.decode()
    assert not Preference.objects.exists()


@pytest.mark.parametrize("rhythm", Rhythm.values)
def test_the_page_sets_each_rhythm(client, ada, path, rhythm):
    assert client.post(path, {"rhythm": rhythm}).status_code == 200
    assert preferences.rhythms(user=ada)[Topic.MILESTONES] == rhythm


def test_a_rhythm_that_does_not_exist_is_refused(client, ada, path):
    assert client.post(path, {"rhythm": "hourly"}).status_code == 422
    assert not Preference.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_altered_link_changes_nothing_and_says_so(client, ada, path, method):
    answer = getattr(client, method)(path[:-2] + "x/")
    assert answer.status_code == 404
    assert "Ouvrez le lien complet" in answer.content.decode()
    assert not Preference.objects.exists()


def test_a_link_of_a_person_who_left_is_unknown(client, ada, path):
    with owner():
        ada.delete()
    assert client.post(path).status_code == 404
