"""Queries of the delivery log and of personal data."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest

from outbox.message_keys import KeyPrefix
from outbox.models import Delivery, DeliveryState, Message
from outbox.post import Fact

PAGE_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class MailboxPage:
    """One page of the delivery log.

    `counts`: by state, zero included. `stuck`: messages whose recipients could not be determined, at most
    `PAGE_SIZE`.
    """

    deliveries: Page[Delivery]
    counts: dict[DeliveryState, int]
    stuck: list[Message]


def mailbox_page(*, search: str = "", state: str = "", page: int = 1) -> MailboxPage:
    """Return the mails that match, latest first, without their text. 4 queries.

    `search`: words in address, name, subject or key. A page past the end gives the last one.
    """
    deliveries = _matching_deliveries(search)
    in_state = deliveries.filter(state=state) if state in DeliveryState.values else deliveries
    rows = in_state.select_related("message").defer("text", "html").order_by("-created_at", "-pk")
    return MailboxPage(
        deliveries=Paginator(rows, PAGE_SIZE).get_page(page),
        counts=_counts(deliveries),
        stuck=stuck_messages(),
    )


def mail(delivery_id: UUID) -> Delivery:
    """Return one mail with its text and its message. 1 query. Raises Delivery.DoesNotExist."""
    return Delivery.objects.select_related("message", "user", "carried_by").get(pk=delivery_id)


def stuck_messages() -> list[Message]:
    """Return the messages whose fan-out failed, oldest first, at most `PAGE_SIZE`. 1 query."""
    return list(Message.objects.waiting().exclude(last_error="").order_by("due_at", "pk")[:PAGE_SIZE])


def next_times(*, prefix: KeyPrefix, fact: str, at: datetime) -> dict[Fact, datetime]:
    """Return by value of `fact` when the next mail of the messages with `prefix` is due. 1 query.

    Includes fanned-out messages whose mail is pending: for working hours, a digest or another attempt.
    An overdue mail counts as due at `at`.
    """
    waiting = Q(fanned_out_at=None) | Q(deliveries__state=DeliveryState.PENDING)
    messages = Message.objects.filter(waiting, key__startswith=prefix, cancelled_at=None).annotate(
        next_at=Greatest(
            Coalesce(
                "deliveries__next_attempt_at", "deliveries__carried_by__due_at", "postponed_until", "due_at"
            ),
            Value(at),
        )
    )
    times: dict[Fact, datetime] = {}
    for value, next_at in messages.order_by("next_at", "key").values_list(f"facts__{fact}", "next_at"):
        times.setdefault(value, next_at)
    return times


def _matching_deliveries(search: str) -> QuerySet[Delivery]:
    deliveries = Delivery.objects.all()
    for word in search.split():
        deliveries = deliveries.filter(
            Q(address__folded__contains=word)
            | Q(name__folded__contains=word)
            | Q(subject__folded__contains=word)
            | Q(message__key__folded__contains=word)
        )
    return deliveries


def _counts(deliveries: QuerySet[Delivery]) -> dict[DeliveryState, int]:
    counts = dict(deliveries.order_by("state").values_list("state").annotate(Count("pk")))
    return {state: counts.get(state.value, 0) for state in DeliveryState}


def mails_to(user_id: UUID) -> QuerySet[Delivery]:
    """Return every mail to a person, oldest first, with its text. 1 query."""
    return Delivery.objects.filter(user=user_id).order_by("created_at", "pk")
