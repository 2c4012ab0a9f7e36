"""Erasure of the texts and addresses of old mails; that a mail was sent, and when, stays."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from outbox.models import UNDELIVERED, Delivery, DeliveryState, Message, MonthlyCap, Preference

# Reserved by RFC 2606: no mail reaches this domain.
ERASED_DOMAIN = "efface.invalid"
EMPTY_TEXTS = {"text": "", "html": ""}


def erase_person(*, user_id: UUID, addresses: Iterable[str], at: datetime) -> None:
    """Cancel the pending mails of a person and erase the text of all their mails. 6 queries.

    `addresses`: in lower case. The caller opens the transaction.
    """
    addresses = list(addresses)
    deliveries = Delivery.objects.filter(Q(user=user_id) | Q(address__in=addresses))
    _erase(deliveries)
    unsent = deliveries.filter(state__in=[*UNDELIVERED, DeliveryState.FAILED])
    unsent.update(state=DeliveryState.CANCELLED, next_attempt_at=None)
    messages = Message.objects.filter(facts__address__in=addresses)
    messages.waiting().update(cancelled_at=at)
    messages.update(facts={})
    Preference.objects.filter(user=user_id).delete()
    MonthlyCap.objects.filter(user=user_id).delete()


def mails_with_old_text(*, before: datetime) -> QuerySet[Delivery]:
    """Return the mails created before a moment that still have their text, except pending ones."""
    done = Delivery.objects.exclude(state__in=UNDELIVERED).filter(created_at__lt=before)
    return done.exclude(**EMPTY_TEXTS)


def erase_old_texts(*, before: datetime) -> int:
    """Erase the text of `mails_with_old_text` and of their messages; return the number of mails."""
    with_text = Message.objects.filter(facts__has_key="text", created_at__lt=before)
    with_text.exclude(fanned_out_at=None, cancelled_at=None).update(facts={})
    return mails_with_old_text(before=before).update(**EMPTY_TEXTS)


def messages_with_address(*, kind: str, before: datetime) -> QuerySet[Message]:
    """Return the messages of a kind created before a moment whose facts hold an address."""
    return Message.objects.filter(kind=kind, created_at__lt=before, facts__has_key="address")


def erase_addresses(*, kind: str, before: datetime) -> int:
    """Erase the address from `messages_with_address` and their mails; return the number of messages."""
    messages = messages_with_address(kind=kind, before=before)
    _erase(Delivery.objects.filter(message__in=messages))
    return messages.update(facts={})


def _erase(deliveries: QuerySet[Delivery]) -> None:
    erased_address = Concat(Cast("pk", models.CharField()), Value(f"@{ERASED_DOMAIN}"))
    deliveries.update(
        address=erased_address, name="", subject="", last_error="", server_answer="", **EMPTY_TEXTS
    )
