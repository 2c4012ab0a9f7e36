"""Mails delivered per second by the outbox, against the same SMTP server fed as fast as it takes."""

import smtplib
import time
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from typing import Any

import pytest
from django.db import transaction

from outbox import delivery, kinds, post
from outbox.models import Delivery
from tests.guards.mail import Sink
from tests.outbox import notes, notes_templates

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
MAILS = 400
NOON = datetime(2026, 9, 9, 10, 0, tzinfo=UTC)


def people() -> list[kinds.Recipient]:
    return [kinds.Recipient(user=None, address=f"person{each}@example.org") for each in range(MAILS)]


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch, settings: Any) -> str:
    """Register the kind of message of the outbox's tests, to many people."""
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], notes_templates.FOLDER]}]
    many = replace(notes.NOTE, recipients=lambda message, at: people())
    monkeypatch.setitem(kinds._KINDS, many.name, many)
    return many.name


def test_mails_per_second_against_the_bare_server(
    kind: str, smtp_sink: Sink, capsys: pytest.CaptureFixture[str]
) -> None:
    with transaction.atomic():
        post.post(kind=kind, key="bench", at=NOON, facts={"number": 1})
    started = time.perf_counter()
    delivery.deliver_due(at=NOON, limit=MAILS)
    ours = MAILS / (time.perf_counter() - started)
    assert Delivery.objects.filter(state="sent").count() == MAILS

    mail = smtp_sink.mails[0].as_bytes(policy=policy.SMTP)
    started = time.perf_counter()
    with smtplib.SMTP(smtp_sink.host, smtp_sink.port) as session:
        for recipient in people():
            session.sendmail("bench@example.org", [recipient.address], mail)
    bare = MAILS / (time.perf_counter() - started)

    with capsys.disabled():
        print(f"\noutbox: {ours:.0f} mails/s, bare SMTP: {bare:.0f} mails/s, ratio {ours / bare:.2f}")  # noqa: T201
    assert ours / bare > 0.1
