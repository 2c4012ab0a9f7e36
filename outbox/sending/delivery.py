"""Delivery: claims the due mails, checks that each still applies, renders it, sends it, records the outcome.

Delivery is at least once. A worker commits that it sends a mail before the mail leaves, and its outcome right
after the server's answer. One that dies between the two leaves a row whose claim runs out: the mail is sent
again with the same Message-ID, by which mail programs recognise it.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, transaction

from outbox import preferences, schedule
from outbox.kinds import kind_named
from outbox.models import Delivery, DeliveryState, Rhythm, SkipReason
from outbox.sending import digests, mail, rendering, secrecy
from outbox.sending.fan_out import describe_error, fan_out_next
from outbox.wake import wake_on_commit

logger = logging.getLogger(__name__)

# After the last of these delays a mail that the server refuses is marked as failed.
BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
# While no server answers, no attempt is counted: nothing fails, and all is sent when it is back.
SERVER_RETRY_DELAY = timedelta(minutes=1)
# How long a row stays with the worker that claimed it: longer than a task may run (CELERY_TASK_TIME_LIMIT).
LEASE = timedelta(minutes=6)
CLAIM_SIZE = 50
# A slow server: after so many seconds the rest of a claim is given back.
CLAIM_SECONDS = 60.0
# A mail checked longer ago is checked again before it leaves, and its row read again.
FRESH_SECONDS = 1.0
OUTCOME_FIELDS = (
    "state",
    "skipped_because",
    "attempts",
    "next_attempt_at",
    "last_error",
    "server_answer",
    "sent_at",
    "subject",
)
TEXT_FIELDS = ("text", "html")


class NotFailed(Exception):
    """The mail did not fail, so it is not sent again."""


class SecretsErased(Exception):
    """The secrets of the mail were erased, so it cannot be rendered again."""


@dataclass(frozen=True, kw_only=True)
class DeliverySweep:
    """Outcome of a sweep: number of rows handled, and whether it stopped because no server answers."""

    handled: int
    server_is_away: bool


def deliver_due(*, at: datetime, limit: int = CLAIM_SIZE) -> DeliverySweep:
    """Fan out at most `limit` due messages, then deliver at most `limit` due mails, over one connection.

    Opens its own transactions; sweeps may run concurrently. `handled` below `limit` means that
    nothing more is due.
    """
    fanned_out = 0
    while fanned_out < limit and fan_out_next(at=at):
        fanned_out += 1
    delivered = 0
    with mail.open_mailer() as mailer:
        try:
            while delivered < limit:
                claimed = claim_due(at=at, limit=min(CLAIM_SIZE, limit - delivered))
                if not claimed:
                    break
                delivered += len(claimed)
                _deliver(claimed, mailer=mailer, at=at)
        except mail.ServerUnavailable:
            return DeliverySweep(handled=fanned_out + delivered, server_is_away=True)
    return DeliverySweep(handled=max(fanned_out, delivered), server_is_away=False)


@transaction.atomic
def claim_due(*, at: datetime, limit: int) -> list[Delivery]:
    """Mark at most `limit` due mails as being sent and return them as they were, oldest first. 2 queries.

    No other worker claims them until `LEASE` is over.
    """
    due = Delivery.objects.due(at).select_related("message", "user").order_by("next_attempt_at", "pk")
    claimed = list(due.select_for_update(skip_locked=True, of=("self",))[:limit])
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in claimed]).update(
        state=DeliveryState.SENDING, claimed_at=at, next_attempt_at=at + LEASE
    )
    return claimed


@transaction.atomic
def retry(*, delivery_id: UUID, at: datetime) -> None:
    """Make a failed mail due now; for one that a digest carried, the digest.

    Raises NotFailed, SecretsErased.
    """
    delivery = Delivery.objects.select_related("message").get(pk=delivery_id)
    if delivery.carried_by_id:
        delivery = Delivery.objects.get(message_id=delivery.carried_by_id)
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("message").get(pk=delivery.pk)
    if delivery.state != DeliveryState.FAILED:
        raise NotFailed(delivery_id)
    if secrecy.is_erased(delivery.message):
        raise SecretsErased(delivery_id)
    delivery.state = DeliveryState.PENDING
    delivery.attempts = 0
    delivery.next_attempt_at = at
    delivery.save(update_fields=["state", "attempts", "next_attempt_at"])
    digests.copy_outcome(delivery)
    wake_on_commit()


class _Prepared(NamedTuple):
    """A claimed mail as it leaves; `checked_at`: when it was checked, by the monotonic clock."""

    delivery: Delivery
    wire_mail: mail.WireMail
    checked_at: float


class _Claim:
    """The mails of a claim that have not left; one is prepared ahead."""

    def __init__(self, claimed: Iterable[Delivery], *, at: datetime) -> None:
        self._at = at
        self._waiting = deque(claimed)
        self._ahead: _Prepared | None = None
        self._read_at = self._started_at = time.monotonic()

    def next_prepared(self) -> _Prepared | None:
        """Return the next mail to send, checked a moment ago; None at the end, or when time is up."""
        if time.monotonic() - self._started_at > CLAIM_SECONDS:
            return None
        if self._ahead and time.monotonic() - self._ahead.checked_at > FRESH_SECONDS:
            self._waiting.appendleft(self._ahead.delivery)
            self._ahead = None
        if not self._ahead:
            self._prepare()
        prepared, self._ahead = self._ahead, None
        return prepared

    def prepare_ahead(self) -> None:
        """Prepare the next mail while the server takes another, whose answer must be read in any case."""
        try:
            self._prepare()
        except DatabaseError:
            # The recording of the answer, which comes next, meets the same database.
            logger.exception("The next mail could not be prepared")

    def give_back(self) -> None:
        """Make the mails that did not leave due again, as they were before the claim."""
        _give_back([*([self._ahead.delivery] if self._ahead else []), *self._waiting], at=self._at)

    def _prepare(self) -> None:
        if time.monotonic() - self._read_at > FRESH_SECONDS:
            self._read_at = time.monotonic()
            self._waiting = _still_claimed(self._waiting, at=self._at)
        self._ahead = _next_prepared(self._waiting, at=self._at)


def _deliver(claimed: Iterable[Delivery], *, mailer: BaseEmailBackend, at: datetime) -> None:
    """Attempt each mail of a claim; commit its outcome before the next one leaves.

    What is left when the server is away or slow is given back. Raises ServerUnavailable, after the failure
    is recorded.
    """
    claim = _Claim(claimed, at=at)
    try:
        while prepared := claim.next_prepared():
            server_error = _attempt(prepared, mailer=mailer, meanwhile=claim.prepare_ahead, at=at)
            _record(prepared.delivery, at=at)
            if server_error:
                raise server_error
    finally:
        claim.give_back()


def _next_prepared(waiting: deque[Delivery], *, at: datetime) -> _Prepared | None:
    """Take deliveries until one is to be sent and return it; None when none is left.

    The outcome of those that are not to be sent is committed.
    """
    while waiting:
        delivery = waiting.popleft()
        wire_mail = _wire_mail(delivery, at=at)
        if wire_mail:
            return _Prepared(delivery, wire_mail, time.monotonic())
        _record(delivery, at=at)
    return None


def _wire_mail(delivery: Delivery, *, at: datetime) -> mail.WireMail | None:
    """Return the mail as it leaves; None, with the outcome set on `delivery`, when it is not to be sent."""
    try:
        # One transaction: the row can still be saved after a query fails in the code of an app.
        with transaction.atomic():
            outgoing = _outgoing_mail(delivery, at=at)
        return mail.written(outgoing) if outgoing else None
    except mail.MailRefused as error:
        _set_failed(delivery, error, at=at, is_final=error.is_permanent)
    except Exception as error:  # code or template of an app, which must not stop other mails
        logger.exception("Delivery %s could not be rendered", delivery.pk)
        _set_failed(delivery, error, at=at, is_final=False)
    return None


def _still_claimed(deliveries: Iterable[Delivery], *, at: datetime) -> deque[Delivery]:
    """Return those that were neither cancelled nor claimed by another worker. 1 query."""
    rows = Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries])
    claimed = set(rows.filter(state=DeliveryState.SENDING, claimed_at=at).values_list("pk", flat=True))
    return deque(delivery for delivery in deliveries if delivery.pk in claimed)


def _give_back(deliveries: Iterable[Delivery], *, at: datetime) -> None:
    """Make the mails of a claim due again as they were before it. 1 query for each."""
    claimed = Delivery.objects.filter(state=DeliveryState.SENDING, claimed_at=at)
    for delivery in deliveries:
        claimed.filter(pk=delivery.pk).update(
            state=DeliveryState.PENDING, next_attempt_at=delivery.next_attempt_at
        )


def _record(delivery: Delivery, *, at: datetime) -> None:
    """Save the outcome of an attempt if the row is still claimed by this worker.

    A mail that left is saved as sent in any case; of one cancelled or erased meanwhile, no text.
    """
    message = delivery.message
    has_followers = digests.is_digest(message) or secrecy.has_secret_facts(message)
    with transaction.atomic() if has_followers else nullcontext():
        row = Delivery.objects.filter(pk=delivery.pk)
        is_sent = delivery.state == DeliveryState.SENT
        fields = (*OUTCOME_FIELDS, *TEXT_FIELDS) if is_sent else OUTCOME_FIELDS
        outcome = {name: getattr(delivery, name) for name in fields}
        if not row.filter(state=DeliveryState.SENDING, claimed_at=at).update(**outcome) and is_sent:
            row.update(state=DeliveryState.SENT, sent_at=at, server_answer=delivery.server_answer)
        if has_followers:
            secrecy.erase_secrets(delivery)
            digests.copy_outcome(delivery)


def _attempt(
    prepared: _Prepared, *, mailer: BaseEmailBackend, meanwhile: Callable[[], None], at: datetime
) -> mail.ServerUnavailable | None:
    """Set the outcome of one attempt on the delivery; return the error when no server answers."""
    delivery = prepared.delivery
    try:
        delivery.server_answer = mail.send(prepared.wire_mail, mailer=mailer, meanwhile=meanwhile)
    except mail.ServerUnavailable as error:
        _postpone(delivery, until=at + SERVER_RETRY_DELAY)
        delivery.last_error = describe_error(error)
        return error
    except mail.MailRefused as error:
        _set_failed(delivery, error, at=at, is_final=error.is_permanent)
    except Exception as error:  # one mail must not stop the others
        logger.exception("Delivery %s could not be sent", delivery.pk)
        mail.close_mailer(mailer)
        _set_failed(delivery, error, at=at, is_final=False)
    else:
        _set_sent(delivery, at=at)
    return None


def _outgoing_mail(delivery: Delivery, *, at: datetime) -> mail.OutgoingMail | None:
    """Return the mail to send, or None when `delivery` was skipped or postponed to working hours."""
    kind = kind_named(delivery.message.kind)
    recipient = rendering.recipient_of(delivery)
    if preferences.rhythm_of(user=recipient.user, kind=kind) == Rhythm.OFF:
        _skip(delivery, SkipReason.SWITCHED_OFF)
        return None
    if not kind.holds(delivery.message, recipient, at):
        _skip(delivery, SkipReason.NO_LONGER_TRUE)
        return None
    if kind.working_hours:
        working_time = schedule.next_working_time(
            at, time_zone=recipient.time_zone, territory=recipient.territory
        )
        if working_time > at:
            _postpone(delivery, until=working_time)
            return None
    rendered = rendering.render(kind=kind, message=delivery.message, recipient=recipient, at=at)
    secrecy.store_text(delivery, kind, rendered)
    return mail.OutgoingMail(
        mail_id=delivery.mail_id,
        at=at,
        address=delivery.address,
        language=delivery.language,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        unsubscribe_url=rendered.unsubscribe_url,
        reply_to=rendered.reply_to,
        attachments=kind.attachments(delivery.message, recipient),
    )


def _skip(delivery: Delivery, reason: SkipReason) -> None:
    delivery.state = DeliveryState.SKIPPED
    delivery.skipped_because = reason
    delivery.next_attempt_at = None


def _postpone(delivery: Delivery, *, until: datetime) -> None:
    delivery.state = DeliveryState.PENDING
    delivery.next_attempt_at = until


def _set_sent(delivery: Delivery, *, at: datetime) -> None:
    delivery.state = DeliveryState.SENT
    delivery.sent_at = at
    delivery.attempts += 1
    delivery.next_attempt_at = None
    delivery.last_error = ""


def _set_failed(delivery: Delivery, error: Exception, *, at: datetime, is_final: bool) -> None:
    delivery.attempts += 1
    delivery.last_error = describe_error(error)
    if is_final or delivery.attempts > len(BACK_OFF):
        delivery.state = DeliveryState.FAILED
        delivery.next_attempt_at = None
    else:
        _postpone(delivery, until=at + BACK_OFF[delivery.attempts - 1])
