"""A real worker, killed; a real queue, emptied; a real mail server, gone: nothing is lost."""

import shutil
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from outbox.models import Delivery
from tests.outbox.processes import Valkey, Worker, mail_server, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def folder():
    # Short, because the address of a Unix socket is.
    path = Path(tempfile.mkdtemp(prefix="lucky-"))
    yield path
    for log in path.glob("*.log"):
        # Shown by pytest when the test fails.
        print(log.name, log.read_text()[-4000:], sep="\n")  # noqa: T201
    shutil.rmtree(path)


@pytest.fixture
def start(folder):
    """Start processes, and kill at the end those that are left."""
    started = []

    def run(kind, *args):
        started.append(kind(folder, *args))
        return started[-1]

    yield run
    for process in reversed(started):
        process.kill()


@pytest.fixture
def sink():
    with mail_server() as server:
        yield server


@pytest.fixture
def post_now(note):
    def write(first, last):
        for number in range(first, last, 10):
            people = [f"person{each}@example.org" for each in range(number, number + 10)]
            note(key=f"note:{number}", at=datetime.now(UTC), to=people)
        return [f"person{each}@example.org" for each in range(first, last)]

    return write


def arrived(sink):
    return Counter(str(each["To"]) for each in sink.mails)


def test_a_worker_killed_among_500_mails_loses_none_and_repeats_at_most_the_one_in_flight(
    start, sink, post_now
):
    people = post_now(0, 500)
    sink.stall_at = 200
    start(Valkey)
    worker = start(Worker, sink)
    wait_until(sink.stalled.is_set, "200 mails left")
    worker.kill()
    assert len(sink.mails) == 200
    start(Worker, sink)
    wait_until(lambda: set(arrived(sink)) == set(people), "500 mails arrived")
    wait_until(lambda: Delivery.objects.filter(state="sent").count() == 500, "500 mails are on record")
    repeated = [address for address, times in arrived(sink).items() if times > 1]
    in_flight = sink.mails[199]
    assert repeated == [str(in_flight["To"])]
    assert len(sink.mails) == 501
    assert {each["Message-ID"] for each in sink.to(repeated[0])} == {in_flight["Message-ID"]}
    assert len({each["Message-ID"] for each in sink.mails}) == 500


def test_a_queue_that_is_emptied_killed_and_restarted_loses_nothing(start, folder, sink, post_now):
    queue = start(Valkey)
    people = post_now(0, 20)
    queue.flush(folder)
    workers = [start(Worker, sink)]
    wait_until(lambda: len(sink.mails) == 20, "the first 20 mails arrived")
    queue.kill()
    people += post_now(20, 40)
    start(Valkey)

    def all_have_arrived():
        # A worker may give up with a queue that dies under it (kombu); its supervisor starts another.
        if workers[-1].has_ended:
            workers.append(start(Worker, sink))
        return len(sink.mails) == 40

    wait_until(all_have_arrived, "the next 20 mails arrived")
    assert set(arrived(sink)) == set(people)
