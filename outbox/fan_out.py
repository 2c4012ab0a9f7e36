"""Fan-out: one delivery for each recipient of a due message, determined when it is due."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from outbox import digests, preferences, schedule
from outbox.kinds import Kind, Recipient, kind_named
from outbox.mail import mail_id_for
from outbox.models import Delivery, DeliveryState, Message, Rhythm, SkipReason

logger = logging.getLogger(__name__)

RETRY_DELAY = timedelta(minutes=5)
COLLAPSE = "collapse"


@transaction.atomic
def fan_out_next(*, at: datetime) -> Message | None:
    """Fan out the oldest due message and return it, or None when none is due.

    A message whose recipients cannot be determined keeps its error and is tried again later.
    """
    due = Message.objects.due(at).order_by("due_at", "pk")
    message = due.select_for_update(skip_locked=True, of=("self",)).first()
    if message is None:
        return None
    try:
        with transaction.atomic():
            _fan_out(message, at=at)
    except Exception as error:  # code of an app, which must not stop other messages
        logger.exception("Message %s could not be fanned out", message.key)
        message.attempts += 1
        message.last_error = describe_error(error)
        message.postponed_until = at + RETRY_DELAY
    message.save()
    return message


def _fan_out(message: Message, *, at: datetime) -> None:
    if _is_superseded(message, at=at):
        message.cancelled_at = at
        return
    kind = kind_named(message.kind)
    # Sorted, so that two fan-outs to the same people take their locks in one order.
    people = {recipient.address.lower(): recipient for recipient in kind.recipients(message, at)}
    known = {delivery.address: delivery for delivery in message.deliveries.order_by("pk")}
    new = []
    for address in sorted(people):
        delivery = known.get(address)
        if delivery is None:
            delivery = _new_delivery(message, address, at=at)
            new.append(delivery)
            _set_recipient(delivery, kind, people[address], at=at)
        elif delivery.state == DeliveryState.CANCELLED:
            _set_recipient(delivery, kind, people[address], at=at)
            delivery.save()
    Delivery.objects.bulk_create(new)
    message.fanned_out_at = at
    message.last_error = ""


def _is_superseded(message: Message, *, at: datetime) -> bool:
    """Return whether a later message with this "collapse" is due; cancel pending mails of earlier ones."""
    collapse = message.facts.get(COLLAPSE)
    if not collapse:
        return False
    siblings = Message.objects.filter(facts__collapse=collapse, cancelled_at=None).exclude(pk=message.pk)
    if siblings.filter(
        Q(due_at__gt=message.due_at) | Q(due_at=message.due_at, pk__gt=message.pk), due_at__lte=at
    ).exists():
        return True
    stale = Delivery.objects.pending().filter(message__in=siblings.filter(due_at__lte=message.due_at))
    stale.update(state=DeliveryState.CANCELLED, next_attempt_at=None)
    return False


def _new_delivery(message: Message, address: str, *, at: datetime) -> Delivery:
    delivery = Delivery(message=message, address=address, created_at=at)
    delivery.mail_id = mail_id_for(delivery.pk)
    return delivery


def _set_recipient(delivery: Delivery, kind: Kind, recipient: Recipient, *, at: datetime) -> None:
    delivery.user_id = recipient.user.pk if recipient.user else None
    delivery.name = recipient.name
    delivery.language = recipient.language
    delivery.time_zone = recipient.time_zone
    delivery.state = DeliveryState.PENDING
    _plan(delivery, kind, preferences.rhythm_of(user=recipient.user, kind=kind), at=at)


def _plan(delivery: Delivery, kind: Kind, rhythm: Rhythm, *, at: datetime) -> None:
    delivery.carried_by = None
    delivery.next_attempt_at = None
    if rhythm == Rhythm.OFF:
        delivery.state = DeliveryState.SKIPPED
        delivery.skipped_because = SkipReason.SWITCHED_OFF
    elif rhythm != Rhythm.AT_ONCE:
        delivery.carried_by = digests.digest_for(delivery, rhythm, at=at)
    elif kind.working_hours:
        delivery.next_attempt_at = schedule.next_working_time(at, time_zone=delivery.time_zone)
    else:
        delivery.next_attempt_at = at


def describe_error(error: Exception) -> str:
    """Return the text that the delivery log shows for `error`."""
    return f"{type(error).__name__}: {error}"[:1000]
