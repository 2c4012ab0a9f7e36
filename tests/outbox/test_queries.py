"""The delivery log."""

import pytest

from outbox import queries
from outbox.kinds import Recipient
from outbox.models import Delivery
from tests.outbox.days import NOON

pytestmark = pytest.mark.django_db


def ada_alone(_message):
    return [Recipient(user=None, address="ada@example.org")]


@pytest.fixture
def log(note, sweep, smtp_sink):
    note(key="case:1:a", to=["ada@example.org", "ben@example.org"])
    note(key="case:2:b", to=["carla@example.org"], done=["carla@example.org"])
    note(key="lost", kind="test-lost")
    sweep()


def addresses(**filters):
    return sorted(row.address for row in queries.mailbox_page(**filters).deliveries)


def test_the_log_filters_and_counts(log):
    assert addresses() == ["ada@example.org", "ben@example.org", "carla@example.org"]
    assert addresses(search="BEN") == ["ben@example.org"]
    assert addresses(search="case:2") == ["carla@example.org"]
    assert addresses(search="ada déposez") == ["ada@example.org"]
    assert addresses(state="sent") == ["ada@example.org", "ben@example.org"]
    assert addresses(state="nonsense") == addresses()
    counts = queries.mailbox_page().counts
    assert counts == {"pending": 0, "sending": 0, "sent": 2, "failed": 0, "skipped": 1, "cancelled": 0}


def test_the_log_shows_what_could_not_be_handed_out(log):
    assert [message.key for message in queries.mailbox_page().stuck] == ["lost"]


def test_a_mail_is_shown_with_its_words(log):
    row = Delivery.objects.get(address="ada@example.org")
    assert "<h1>" in queries.mail(row.pk).html


@pytest.mark.parametrize("people", [1, 20])
def test_the_log_costs_the_same(note, sweep, people, django_assert_num_queries):
    note(to=[f"person{number}@example.org" for number in range(people)])
    sweep()
    with django_assert_num_queries(4):
        page = queries.mailbox_page()
        assert len([row.message.key for row in page.deliveries]) == people


def test_what_will_be_told_is_listed_soonest_first(note):
    note(key="m:1:b", due_at=NOON.replace(day=20), number=2)
    note(key="m:1:a", due_at=NOON.replace(day=25), number=1)
    note(key="m:1:c", due_at=NOON.replace(day=26), number=2)
    note(key="m:2:a", due_at=NOON.replace(day=22))
    times = queries.next_times(prefix="m:1:", fact="number", at=NOON, recipients=ada_alone)
    assert list(times.items()) == [(2, NOON.replace(day=20)), (1, NOON.replace(day=25))]


def test_what_left_is_not_told_again_and_what_waits_is(note, sweep, django_assert_num_queries):
    note(key="m:1:gone")
    sweep()
    night = NOON.replace(hour=22)
    note(key="m:1:waits", kind="test-reminder", due_at=night, number=1)
    note(key="m:1:late", due_at=night, number=2)
    with django_assert_num_queries(2):
        times = queries.next_times(prefix="m:1:", fact="number", at=night, recipients=ada_alone)
    morning = NOON.replace(day=10, hour=6)
    assert times == {1: morning, 2: night}
    sweep(at=night)
    assert queries.next_times(prefix="m:1:", fact="number", at=night, recipients=ada_alone) == {1: morning}
