"""Fan-out: one delivery for each recipient of a due message, determined when it is due."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from outbox import caps, preferences, schedule, slots
from outbox.caps import Usage
from outbox.kinds import Kind, Recipient, kind_named
from outbox.models import Delivery, DeliveryState, Message, Rhythm, SkipReason
from outbox.sending import digests
from outbox.sending.mail import mail_id_for
from outbox.slots import Slot

logger = logging.getLogger(__name__)

RETRY_DELAY = timedelta(minutes=5)
COLLAPSE = "collapse"


class Departure(NamedTuple):
    """When a mail leaves, by itself or in a digest."""

    moment: datetime
    in_digest: bool = False


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
    slot = slots.slot_in(message.facts)
    if slot is None and _is_superseded(message, at=at):
        message.cancelled_at = at
        return
    kind = kind_named(message.kind)
    # Sorted, so that two fan-outs to the same people take their locks in one order.
    people = {recipient.address.lower(): recipient for recipient in kind.recipients(message, at)}
    message.postponed_until = None
    if slot is not None:
        message.postponed_until = _next_departure(slot, people.values(), at)
        people = _reached(message, slot, people, at)
        _cancel_overtaken(message, people)
    _deliver_to(message, kind, people, at=at)
    message.fanned_out_at = None if message.postponed_until else at
    message.last_error = ""


def _deliver_to(message: Message, kind: Kind, people: Mapping[str, Recipient], *, at: datetime) -> None:
    """Create a delivery for each address, or restore the cancelled one."""
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


def _next_departure(slot: Slot, people: Iterable[Recipient], at: datetime) -> datetime | None:
    """Return when the deliveries to those are created for whom it is too early at `at`, None for nobody."""
    moments = [_leaves_at(slot, recipient) - slots.LEAD for recipient in people]
    return min((moment for moment in moments if moment > at), default=None)


def _reached(
    message: Message, slot: Slot, people: Mapping[str, Recipient], at: datetime
) -> dict[str, Recipient]:
    """Return those to whom the slot is to be delivered at `at`, by address."""
    return {
        address: recipient
        for address, recipient in people.items()
        if _is_reached(slot, recipient, at=at, planned_at=message.created_at)
    }


def _is_reached(slot: Slot, recipient: Recipient, *, at: datetime, planned_at: datetime) -> bool:
    """Return whether a slot is to be delivered to a person at `at`.

    It is not when it is too early, when a later slot is due as well, or when the moment of a slot before the
    due date had passed before the slot was planned.
    """
    leaves_at = _leaves_at(slot, recipient)
    is_stale = slot.is_before_due and leaves_at < planned_at
    overtaken = slot.is_overtaken(at, time_zone=recipient.time_zone, territory=recipient.territory)
    return leaves_at - slots.LEAD <= at and not (is_stale or overtaken)


def _leaves_at(slot: Slot, recipient: Recipient) -> datetime:
    return slot.leaves_at(time_zone=recipient.time_zone, territory=recipient.territory)


def _cancel_overtaken(message: Message, people: Mapping[str, Recipient]) -> None:
    """Cancel the pending mails of the earlier slots of a series to those whom this one reaches."""
    collapse = message.facts.get(COLLAPSE)
    if people and collapse:
        earlier = Message.objects.filter(facts__collapse=collapse, due_at__lte=message.due_at)
        stale = Delivery.objects.pending().filter(message__in=earlier.exclude(pk=message.pk))
        stale.filter(address__in=people).update(state=DeliveryState.CANCELLED, next_attempt_at=None)


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
    _plan(delivery, kind, recipient, at=at)


def _plan(delivery: Delivery, kind: Kind, recipient: Recipient, *, at: datetime) -> None:
    slot = slots.slot_in(delivery.message.facts)
    rhythm = _capped(
        preferences.rhythm_of(user=recipient.user, kind=kind),
        kind,
        slot,
        _usage(recipient, kind, slot, at),
        at,
    )
    delivery.carried_by = None
    delivery.next_attempt_at = None
    if rhythm == Rhythm.OFF:
        delivery.state = DeliveryState.SKIPPED
        delivery.skipped_because = SkipReason.SWITCHED_OFF
    elif _leaves_alone(slot, recipient, rhythm, at):
        delivery.next_attempt_at = _first_attempt(kind, slot, recipient, at)
    else:
        delivery.carried_by = digests.digest_for(delivery, rhythm, at=at)


def _usage(recipient: Recipient, kind: Kind, slot: Slot | None, at: datetime) -> Usage | None:
    """Return what a person has used of the month, None for a mail that leaves whatever the cap."""
    if recipient.user is None or caps.is_exempt(kind, slot):
        return None
    return caps.usages([recipient.user.pk], at=at)[recipient.user.pk]


def _capped(rhythm: Rhythm, kind: Kind, slot: Slot | None, usage: Usage | None, at: datetime) -> Rhythm:
    """Return the rhythm of a mail created at `at`: beyond the cap of the month, that of a weekly digest."""
    if rhythm != Rhythm.AT_ONCE or usage is None or caps.is_exempt(kind, slot):
        return rhythm
    return Rhythm.WEEKLY if usage.is_reached(at) else rhythm


def departure(
    message: Message,
    recipient: Recipient,
    rhythm: Rhythm,
    *,
    usage: Usage | None = None,
    at: datetime,
) -> Departure | None:
    """Return when a message not yet fanned out at `at` will leave for a person with a rhythm.

    `usage`: what the person has used of the month of `at`, None for no cap. Returns None when it will not
    leave: switched off, due before it was planned, or overtaken by a later slot.
    """
    kind, slot = kind_named(message.kind), slots.slot_in(message.facts)
    created_at = max(at, _leaves_at(slot, recipient) - slots.LEAD if slot else message.due_at)
    if message.postponed_until and slot is None:
        created_at = max(created_at, message.postponed_until)
    if rhythm == Rhythm.OFF or (
        slot and not _is_reached(slot, recipient, at=created_at, planned_at=message.created_at)
    ):
        return None
    rhythm = _capped(rhythm, kind, slot, usage, created_at)
    if _leaves_alone(slot, recipient, rhythm, created_at):
        return Departure(_first_attempt(kind, slot, recipient, created_at))
    digest_at = digests.next_digest_time(recipient, rhythm, after=created_at)
    if slot and slot.is_overtaken(digest_at, time_zone=recipient.time_zone, territory=recipient.territory):
        return None
    return Departure(digest_at, in_digest=True)


def _leaves_alone(slot: Slot | None, recipient: Recipient, rhythm: Rhythm, at: datetime) -> bool:
    """Return whether a mail leaves by itself: at once, or because the next digest would come too late.

    Too late is after the due date, for the last slot until then; the earlier ones that still wait for a
    digest are cancelled with it.
    """
    if rhythm == Rhythm.AT_ONCE:
        return True
    if slot is None or slot.target > slot.due or slot.has_successor_until_due:
        return False
    digest_at = digests.next_digest_time(recipient, rhythm, after=at)
    return not slot.is_in_time(digest_at, time_zone=recipient.time_zone)


def _first_attempt(kind: Kind, slot: Slot | None, recipient: Recipient, at: datetime) -> datetime:
    moment = max(at, _leaves_at(slot, recipient)) if slot else at
    if not kind.working_hours:
        return moment
    return schedule.next_working_time(moment, time_zone=recipient.time_zone, territory=recipient.territory)


def describe_error(error: Exception) -> str:
    """Return the text that the delivery log shows for `error`."""
    return f"{type(error).__name__}: {error}"[:1000]
