"""Delivery: claims a due mail, checks that it still applies, renders it, sends it, records the outcome."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from outbox import digests, mail, preferences, rendering, schedule, secrecy
from outbox.fan_out import describe_error, fan_out_next
from outbox.kinds import kind_named
from outbox.models import Delivery, DeliveryState, Rhythm, SkipReason
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


class NotFailed(Exception):
    """The mail did not fail, so it is not sent again."""


class SecretsErased(Exception):
    """The secrets of the mail were erased, so it cannot be rendered again."""


@dataclass(frozen=True, kw_only=True)
class DeliverySweep:
    """Outcome of a sweep: number of rows handled, and whether it stopped because no server answers."""

    handled: int
    server_is_away: bool


def deliver_due(*, at: datetime, limit: int = 50) -> DeliverySweep:
    """Fan out at most `limit` due messages, then deliver at most `limit` due mails, over one connection.

    Opens one transaction for each; sweeps may run concurrently. `handled` below `limit` means that
    nothing more is due.
    """
    fanned_out = 0
    while fanned_out < limit and fan_out_next(at=at):
        fanned_out += 1
    delivered = 0
    with mail.open_mailer() as mailer:
        try:
            while delivered < limit and deliver_next(mailer=mailer, at=at):
                delivered += 1
        except mail.ServerUnavailable:
            return DeliverySweep(handled=fanned_out + delivered, server_is_away=True)
    return DeliverySweep(handled=max(fanned_out, delivered), server_is_away=False)


def deliver_next(*, mailer: BaseEmailBackend, at: datetime) -> Delivery | None:
    """Attempt the oldest due mail and return it, or None when none is due; one transaction.

    A worker that dies meanwhile leaves the row unchanged: the mail is sent again with the same
    Message-ID. Raises ServerUnavailable, after the failure is recorded.
    """
    with transaction.atomic():
        delivery = claim_next(at=at)
        if delivery is None:
            return None
        server_error = _attempt(delivery, mailer=mailer, at=at)
        delivery.save()
        secrecy.erase_secrets(delivery)
        digests.copy_outcome(delivery)
    if server_error:
        raise server_error
    return delivery


def claim_next(*, at: datetime) -> Delivery | None:
    """Return the oldest due delivery, locked until the caller's transaction ends, or None."""
    due = Delivery.objects.due(at).select_related("message", "user").order_by("next_attempt_at", "pk")
    return due.select_for_update(skip_locked=True, of=("self",)).first()


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


def _attempt(delivery: Delivery, *, mailer: BaseEmailBackend, at: datetime) -> mail.ServerUnavailable | None:
    """Set the outcome of one attempt on `delivery`; return the error when no server answers."""
    try:
        # A savepoint: the row can still be saved after a query fails in the code of an app.
        with transaction.atomic():
            outgoing = _outgoing_mail(delivery, at=at)
        if outgoing:
            mail.send(outgoing, mailer=mailer)
            _record_sent(delivery, at=at)
    except mail.ServerUnavailable as error:
        delivery.last_error = describe_error(error)
        delivery.next_attempt_at = at + SERVER_RETRY_DELAY
        return error
    except mail.MailRefused as error:
        _record_failure(delivery, error, at=at, is_final=error.is_permanent)
    except Exception as error:  # code or template of an app, which must not stop other mails
        logger.exception("Delivery %s could not be rendered", delivery.pk)
        _record_failure(delivery, error, at=at, is_final=False)
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
            delivery.next_attempt_at = working_time
            return None
    rendered = rendering.render(kind=kind, message=delivery.message, recipient=recipient, at=at)
    secrecy.store_text(delivery, kind, rendered)
    return mail.OutgoingMail(
        mail_id=delivery.mail_id,
        address=delivery.address,
        language=delivery.language,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        unsubscribe_url=rendered.unsubscribe_url,
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
    delivery.last_error = describe_error(error)
    if is_final or delivery.attempts > len(BACK_OFF):
        delivery.state = DeliveryState.FAILED
        delivery.next_attempt_at = None
    else:
        delivery.next_attempt_at = at + BACK_OFF[delivery.attempts - 1]
