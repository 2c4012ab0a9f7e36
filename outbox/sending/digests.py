"""Digests: the messages of a day or a week to one person, in one mail, itself a message."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from outbox import message_keys, preferences, schedule
from outbox.kinds import Kind, Recipient, kind_named
from outbox.models import Delivery, DeliveryState, Message, Rhythm, SkipReason
from outbox.post import post
from outbox.sending import rendering


def digest_for(delivery: Delivery, rhythm: Rhythm, *, at: datetime) -> Message:
    """Return the next digest not yet fanned out, which will carry `delivery`; its row stays locked."""
    # Only a person with an account has a rhythm.
    assert delivery.user_id is not None  # noqa: S101
    slot = at
    while True:
        slot = next_digest_time(rendering.recipient_of(delivery), rhythm, after=slot)
        key = message_keys.digest(user_id=delivery.user_id, rhythm=rhythm.value, day=slot.date())
        facts = {"rhythm": rhythm.value}
        posted = post(kind=preferences.DIGEST, key=key, at=at, due_at=slot, facts=facts)
        digest = Message.objects.select_for_update(of=("self",)).get(pk=posted.pk)
        # Locked, so that nothing joins a digest while it is fanned out, or after.
        if not (digest.fanned_out_at or digest.cancelled_at):
            return digest


def is_digest(message: Message) -> bool:
    """Return whether the mail of `message` carries other mails."""
    return message.kind == preferences.DIGEST


def next_digest_time(recipient: Recipient, rhythm: Rhythm, *, after: datetime) -> datetime:
    """Return when the next digest of a person leaves after a moment."""
    next_time = schedule.next_week if rhythm == Rhythm.WEEKLY else schedule.next_morning
    return next_time(after, time_zone=recipient.time_zone, territory=recipient.territory)


def copy_outcome(delivery: Delivery) -> None:
    """Copy the outcome of the mail of a digest to the mails it carries; does nothing for other mails."""
    if not is_digest(delivery.message):
        return
    outcome = {
        "state": delivery.state,
        "attempts": delivery.attempts,
        "last_error": delivery.last_error,
        "server_answer": delivery.server_answer,
        "sent_at": delivery.sent_at,
    }
    shared_states = [DeliveryState.PENDING, DeliveryState.FAILED]
    if delivery.state in (*shared_states, DeliveryState.SENT):
        delivery.message.carried.filter(state__in=shared_states).update(**outcome)


def _carried(message: Message) -> QuerySet[Delivery]:
    return message.carried.pending().select_related("message", "user").order_by("created_at", "pk")


def _recipients(message: Message, at: datetime) -> Iterable[Recipient]:  # noqa: ARG001
    latest = _carried(message).last()
    return [rendering.recipient_of(latest)] if latest else []


def _holds(message: Message, recipient: Recipient, at: datetime) -> bool:
    """Skip the items that no longer apply or are switched off; return whether any is left."""
    remaining = 0
    for item in _carried(message):
        kind = kind_named(item.message.kind)
        if preferences.rhythm_of(user=recipient.user, kind=kind) == Rhythm.OFF:
            _skip(item, SkipReason.SWITCHED_OFF)
        elif not kind.holds(item.message, recipient, at):
            _skip(item, SkipReason.NO_LONGER_TRUE)
        else:
            remaining += 1
    return remaining > 0


def _skip(item: Delivery, reason: SkipReason) -> None:
    item.state = DeliveryState.SKIPPED
    item.skipped_because = reason
    item.save(update_fields=["state", "skipped_because"])


def _context(message: Message, recipient: Recipient, at: datetime) -> dict[str, object]:
    with translation.override(recipient.language):
        carried = list(_carried(message))
        lines = [
            rendering.render_line(
                kind=kind_named(item.message.kind),
                message=item.message,
                recipient=recipient,
                at=at,
            )
            for item in carried
        ]
        weekly = message.facts["rhythm"] == Rhythm.WEEKLY
        return {
            "lines": list(dict.fromkeys(lines)),
            "weekly": weekly,
            "button_path": "/accueil/",
            "button_label": _("Ouvrir mon espace"),
            "why": _reason(carried, recipient, weekly=weekly),
        }


def _reason(carried: Iterable[Delivery], recipient: Recipient, *, weekly: bool) -> str:
    if not weekly:
        return _("Vous recevez ce résumé parce que vous avez choisi un message par jour.")
    kinds = [kind_named(item.message.kind) for item in carried]
    if any(preferences.rhythm_of(user=recipient.user, kind=kind) == Rhythm.WEEKLY for kind in kinds):
        return _("Vous recevez ce résumé parce que vous avez choisi un message par semaine.")
    return _(
        "Vous recevez ce résumé parce que le nombre de messages par mois que vous avez choisi est atteint."
    )


KIND = Kind(
    name=preferences.DIGEST,
    topic=preferences.DIGEST,
    recipients=_recipients,
    holds=_holds,
    context=_context,
)
