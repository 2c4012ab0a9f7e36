"""Delivering: claim one mail, check again that it is true and wanted, write it, send it, record it."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from outbox import digests, mail, preferences, rendering, schedule, secrecy
from outbox.fan_out import fan_out_next, in_words
from outbox.kinds import kind_named
from outbox.models import Delivery, DeliveryState, Rhythm, SkipReason
from outbox.wake import wake_on_commit

logger = logging.getLogger(__name__)

# After the last of these waits a mail that the server refuses is failed, and shown as such.
BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
# While no server answers at all, no attempt is counted: nothing is given up, and all leaves at its return.
WAIT_FOR_A_SERVER = timedelta(minutes=1)


class NotFailed(Exception):
    """Only a mail that failed can be sent again."""


class Forgotten(Exception):
    """What the mail said was not kept, so it cannot be written again."""


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """What one sweep did: how many rows it dealt with, and whether it stopped because no server answers."""

    handled: int
    server_is_away: bool


def deliver_due(*, at: datetime, limit: int = 50) -> Sweep:
    """Hand out at most `limit` due messages, then deliver at most `limit` due mails, over one connection.

    Opens one transaction for each; any number of sweeps may run at once. `handled` below `limit`
    means that nothing more is due.
    """
    handed_out = 0
    while handed_out < limit and fan_out_next(at=at):
        handed_out += 1
    delivered = 0
    with mail.open_mailer() as mailer:
        try:
            while delivered < limit and deliver_next(mailer=mailer, at=at):
                delivered += 1
        except mail.ServerUnavailable:
            return Sweep(handled=handed_out + delivered, server_is_away=True)
    return Sweep(handled=max(handed_out, delivered), server_is_away=False)


def deliver_next(*, mailer: BaseEmailBackend, at: datetime) -> Delivery | None:
    """Deal with the oldest due mail and return it, or None when none is due; one transaction.

    A worker that dies in between leaves the row as it was: the mail goes again with the same
    Message-ID. Raises ServerUnavailable, once the failure is on record.
    """
    with transaction.atomic():
        delivery = claim_next(at=at)
        if delivery is None:
            return None
        away = _attempt(delivery, mailer=mailer, at=at)
        delivery.save()
        secrecy.forget(delivery)
        digests.follow(delivery)
    if away:
        raise away
    return delivery


def claim_next(*, at: datetime) -> Delivery | None:
    """Return the oldest due delivery, locked until the caller's transaction ends, or None."""
    due = Delivery.objects.due(at).select_related("message", "user").order_by("next_attempt_at", "pk")
    return due.select_for_update(skip_locked=True, of=("self",)).first()


@transaction.atomic
def retry(*, delivery_id: UUID, at: datetime) -> None:
    """Send a failed mail again, now; for one that a digest carried, the digest.

    Raises NotFailed, Forgotten.
    """
    delivery = Delivery.objects.select_related("message").get(pk=delivery_id)
    if delivery.carried_by_id:
        delivery = Delivery.objects.get(message_id=delivery.carried_by_id)
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("message").get(pk=delivery.pk)
    if delivery.state != DeliveryState.FAILED:
        raise NotFailed(delivery_id)
    if secrecy.is_forgotten(delivery.message):
        raise Forgotten(delivery_id)
    delivery.state = DeliveryState.PENDING
    delivery.attempts = 0
    delivery.next_attempt_at = at
    delivery.save(update_fields=["state", "attempts", "next_attempt_at"])
    digests.follow(delivery)
    wake_on_commit()


def _attempt(delivery: Delivery, *, mailer: BaseEmailBackend, at: datetime) -> mail.ServerUnavailable | None:
    """Write the outcome of one attempt on `delivery`; return the error when no server answers."""
    try:
        # A savepoint: after a query that fails in a room's own code the row can still be written.
        with transaction.atomic():
            letter = _letter(delivery, at=at)
        if letter:
            mail.send(letter, mailer=mailer)
            _record_sent(delivery, at=at)
    except mail.ServerUnavailable as error:
        delivery.last_error = in_words(error)
        delivery.next_attempt_at = at + WAIT_FOR_A_SERVER
        return error
    except mail.MailRefused as error:
        _record_failure(delivery, error, at=at, is_final=error.is_permanent)
    except Exception as error:  # a room's own code or template, which must not stop the others' mail
        logger.exception("Delivery %s could not be written", delivery.pk)
        _record_failure(delivery, error, at=at, is_final=False)
    return None


def _letter(delivery: Delivery, *, at: datetime) -> mail.Letter | None:
    """Return the mail to send, or None when `delivery` was skipped or moved to a decent hour."""
    kind = kind_named(delivery.message.kind)
    recipient = rendering.recipient_of(delivery)
    if preferences.rhythm_of(user=recipient.user, kind=kind) == Rhythm.OFF:
        _skip(delivery, SkipReason.SWITCHED_OFF)
        return None
    if not kind.holds(delivery.message, recipient, at):
        _skip(delivery, SkipReason.NO_LONGER_TRUE)
        return None
    if kind.working_hours and (decent := schedule.decent(at, time_zone=recipient.time_zone)) > at:
        delivery.next_attempt_at = decent
        return None
    words = rendering.render(kind=kind, message=delivery.message, recipient=recipient, at=at)
    secrecy.keep_words(delivery, kind, words)
    return mail.Letter(
        mail_id=delivery.mail_id,
        address=delivery.address,
        language=delivery.language,
        subject=words.subject,
        text=words.text,
        html=words.html,
        unsubscribe_url=words.unsubscribe_url,
        attachments=kind.attachments(delivery.message, recipient),
    )


def _skip(delivery: Delivery, reason: SkipReason) -> None:
    delivery.state = DeliveryState.SKIPPED
    delivery.skipped_because = reason
    delivery.next_attempt_at = None


def _record_sent(delivery: Delivery, *, at: datetime) -> None:
    delivery.state = DeliveryState.SENT
    delivery.sent_at = at
    delivery.attempts += 1
    delivery.next_attempt_at = None
    delivery.last_error = ""


def _record_failure(delivery: Delivery, error: Exception, *, at: datetime, is_final: bool) -> None:
    delivery.attempts += 1
    delivery.last_error = in_words(error)
    if is_final or delivery.attempts > len(BACK_OFF):
        delivery.state = DeliveryState.FAILED
        delivery.next_attempt_at = None
    else:
        delivery.next_attempt_at = at + BACK_OFF[delivery.attempts - 1]
