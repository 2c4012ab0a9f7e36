"""Planning of reminders, planning again, and finding what is due among a million future messages."""

from __future__ import annotations

import statistics
import sys
import time
from datetime import timedelta

import pytest
from django.db import transaction

from outbox.models import Delivery, Message
from outbox.sending import delivery
from partnerships import reminders
from partnerships.lifecycle import Case
from partnerships.models import Milestone
from tests import make
from tests.cast import add_member, assemble_cast
from tests.database_owner import owner
from tests.make import NOON

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
ROUNDS = 9
PLANNING_SECONDS = 0.050
REPLANNING_SECONDS = 2.0
MOST = 1.5
FEW, MANY = 1_000, 1_000_000


def a_case(milestones: int):
    """Return an active case with twelve people and so many more milestones."""
    cast = assemble_cast(NOON)
    for number in range(4):
        add_member(cast.association, cast.ada, f"Anne{number} Imaginaire", at=NOON)
        add_member(cast.company, cast.carla, f"Cyril{number} Imaginaire", at=NOON)
    case = make.partnership(cast, until=Case.ACTIVE)
    charter, parties = case.charters.get(), list(case.parties.order_by("rank"))
    Milestone.objects.bulk_create(
        Milestone(
            partnership=case,
            charter=charter,
            code=f"K{number}",
            title=f"Jalon {number}",
            owner=parties[number % 2],
            due_date=(NOON + timedelta(days=40 + number % 300)).date(),
        )
        for number in range(milestones)
    )
    return case


def seconds_to_plan(case, *, at) -> float:
    """Return the seconds of planning all the reminders of a case, from an empty outbox or another date."""
    started = time.perf_counter()
    with transaction.atomic():
        reminders.plan_milestones(case, at=at)
    return time.perf_counter() - started


def say(capsys: pytest.CaptureFixture[str], words: str) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{words}\n")


def test_the_reminders_of_a_charter_of_forty_milestones(capsys: pytest.CaptureFixture[str]) -> None:
    case = a_case(37)
    assert case.milestones.count() == 40
    seconds = []
    for _number in range(ROUNDS):
        with owner():
            Message.objects.filter(key__contains=":milestone:").delete()
        seconds.append(seconds_to_plan(case, at=NOON))
    assert Message.objects.waiting().filter(key__contains=":milestone:").count() > 200
    median = statistics.median(seconds)
    say(capsys, f"planning of 40 milestones: {median * 1000:.0f} ms (median of {ROUNDS})")
    assert median < PLANNING_SECONDS


def test_ten_thousand_messages_are_planned_again(capsys: pytest.CaptureFixture[str]) -> None:
    case = a_case(1_700)
    seconds_to_plan(case, at=NOON)
    seconds = []
    for _number in range(3):
        for row in (rows := list(case.milestones.order_by("pk"))):
            row.due_date += timedelta(days=1)
        Milestone.objects.bulk_update(rows, ["due_date"], batch_size=500)
        seconds.append(seconds_to_plan(case, at=NOON))
    planned = Message.objects.waiting().filter(key__contains=":milestone:").count()
    assert planned >= 10_000
    median = statistics.median(seconds)
    say(capsys, f"planning of {planned} messages again: {median:.2f} s (median of 3)")
    assert median < REPLANNING_SECONDS


def add_future(number: int) -> None:
    """Add so many future messages, each with a mail that waits."""
    with owner() as cursor:
        cursor.execute(
            "INSERT INTO outbox_message (id, key, kind, facts, due_at, created_at, attempts, last_error)"
            " SELECT gen_random_uuid(), 'bench:' || %s || ':' || n, 'milestone-reminder', '{}',"
            " now() + interval '1 year' + n * interval '1 second', now(), 0, ''"
            " FROM generate_series(1, %s) n",
            [number, number],
        )
        cursor.execute(
            "INSERT INTO outbox_delivery (id, message_id, address, name, language, time_zone, state,"
            " skipped_because, created_at, attempts, next_attempt_at, server_answer, last_error, mail_id,"
            " subject, text, html) SELECT gen_random_uuid(), id, 'b@example.org', '', 'fr', 'Europe/Paris',"
            " 'pending', '', now(), 0, due_at, '', '', key, '', '', '' FROM outbox_message"
            " WHERE key LIKE 'bench:' || %s || ':%%'",
            [number],
        )
        cursor.execute("ANALYZE outbox_message, outbox_delivery")


def seconds_to_claim() -> float:
    """Return the seconds of finding a due message and of claiming the due mails; nothing is kept of it."""
    started = time.perf_counter()
    for _number in range(20):
        with transaction.atomic():
            due = Message.objects.due(NOON)
            assert due.order_by("due_at", "pk").select_for_update(skip_locked=True, of=("self",)).first()
            assert delivery.claim_due(at=NOON, limit=50)
            transaction.set_rollback(True)
    return time.perf_counter() - started


def test_what_is_due_among_a_million_future_messages(capsys: pytest.CaptureFixture[str]) -> None:
    with transaction.atomic():
        for number in range(60):
            message = Message.objects.create(
                key=f"due:{number}", kind="milestone-reminder", due_at=NOON, created_at=NOON
            )
            Delivery.objects.create(
                message=message,
                address=f"d{number}@example.org",
                language="fr",
                time_zone="Europe/Paris",
                created_at=NOON,
                next_attempt_at=NOON,
                mail_id=f"<{number}@example.org>",
            )
    add_future(FEW)
    few = statistics.median(seconds_to_claim() for _number in range(ROUNDS))
    add_future(MANY)
    assert Message.objects.waiting().count() > MANY
    many = statistics.median(seconds_to_claim() for _number in range(ROUNDS))
    say(capsys, f"claiming among {MANY}: {many / few:.2f} times the cost among {FEW}")
    assert many / few <= MOST
