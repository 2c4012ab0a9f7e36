"""Taking away the words and the addresses of mails that have served; that a mail left, and when, stays."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from outbox.models import Delivery, DeliveryState, Message, Preference

# RFC 2606: a mail to this domain reaches nobody, ever.
NOWHERE = "efface.invalid"
WORDS = {"text": "", "html": ""}


def forget_person(*, user_id: UUID, addresses: Iterable[str], at: datetime) -> None:
    """Stop what waits for a person and blank what they were sent. 5 queries.

    `addresses` in small letters. The caller has opened the transaction.
    """
    addresses = list(addresses)
    theirs = Delivery.objects.filter(Q(user=user_id) | Q(address__in=addresses))
    _blank(theirs)
    unsent = theirs.filter(state__in=[DeliveryState.PENDING, DeliveryState.FAILED])
    unsent.update(state=DeliveryState.CANCELLED, next_attempt_at=None)
    letters = Message.objects.filter(facts__address__in=addresses)
    letters.waiting().update(cancelled_at=at)
    letters.update(facts={})
    Preference.objects.filter(user=user_id).delete()


def old_words(*, before: datetime) -> QuerySet[Delivery]:
    """Return the mails written before a moment that still hold their words; none that will leave."""
    done = Delivery.objects.exclude(state=DeliveryState.PENDING).filter(created_at__lt=before)
    return done.exclude(**WORDS)


def blank_old_words(*, before: datetime) -> int:
    """Take the words out of the mails of `old_words` and of the letters they came from; return how many."""
    told = Message.objects.filter(facts__has_key="text", created_at__lt=before)
    told.exclude(fanned_out_at=None, cancelled_at=None).update(facts={})
    return old_words(before=before).update(**WORDS)


def addresses_left(*, kind: str, before: datetime) -> QuerySet[Message]:
    """Return the messages of a kind written before a moment that still know their address."""
    return Message.objects.filter(kind=kind, created_at__lt=before, facts__has_key="address")


def blank_addresses(*, kind: str, before: datetime) -> int:
    """Take the address out of the messages of `addresses_left` and of their mails; return how many."""
    messages = addresses_left(kind=kind, before=before)
    _blank(Delivery.objects.filter(message__in=messages))
    return messages.update(facts={})


def _blank(deliveries: QuerySet[Delivery]) -> None:
    nowhere = Concat(Cast("pk", models.CharField()), Value(f"@{NOWHERE}"))
    deliveries.update(address=nowhere, name="", subject="", last_error="", **WORDS)
