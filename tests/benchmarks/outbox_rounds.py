"""Times the outbox and bare SMTP in turn, in a process of its own with the settings of the product.

Prints one line for each round: seconds of the outbox, seconds of bare SMTP.
"""

import smtplib
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402

from outbox import kinds, post  # noqa: E402
from outbox.models import Delivery  # noqa: E402
from outbox.sending import delivery, mail  # noqa: E402
from tests.outbox import notes  # noqa: E402

NOON = datetime(2026, 9, 9, 10, 0, tzinfo=UTC)


def people(mails: int) -> list[kinds.Recipient]:
    return [kinds.Recipient(user=None, address=f"person{number}@example.org") for number in range(mails)]


def outbox_seconds(number: int, mails: int) -> float:
    """Return how long one message to everybody takes, from the waiting row to the recorded answers."""
    with transaction.atomic():
        post.post(kind=notes.NOTE.name, key=f"bench:{number}", at=NOON, facts={"number": number})
    started = time.perf_counter()
    delivery.deliver_due(at=NOON, limit=mails)
    seconds = time.perf_counter() - started
    assert Delivery.objects.filter(state="sent").count() == mails * (number + 1)
    return seconds


def bare_seconds(content: bytes, mails: int) -> float:
    """Return how long the bytes of such a mail take on one connection, as many times."""
    options = settings.MAILERS["default"]["OPTIONS"]
    started = time.perf_counter()
    with smtplib.SMTP(options["host"], options["port"]) as session:
        for recipient in people(mails):
            session.sendmail("bench@example.org", [recipient.address], content)
    return time.perf_counter() - started


def main(rounds: int, mails: int) -> None:
    kinds.register(replace(notes.NOTE, recipients=lambda message, at: people(mails)))
    outbox_seconds(0, mails)
    row = Delivery.objects.select_related("message").order_by("pk")[0]
    outgoing = mail.OutgoingMail(
        mail_id=row.mail_id, at=NOON, address=row.address, language="fr", subject=row.subject, text=row.text,
        html=row.html,
    )  # fmt: skip
    content = mail.written(outgoing).message().as_bytes()
    for number in range(1, rounds + 1):
        print(outbox_seconds(number, mails), bare_seconds(content, mails))  # noqa: T201


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
