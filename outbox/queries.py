"""What the broker's delivery log asks of the outbox."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest

from outbox.message_keys import KeyPrefix
from outbox.models import Delivery, DeliveryState, Message
from outbox.post import Fact

ROWS = 50


@dataclass(frozen=True, kw_only=True)
class MailboxPage:
    """One page of the delivery log.

    `counts` has each state, zero included; `stuck` are the messages whose audience could not be
    found, at most `ROWS` of them.
    """

    deliveries: Page[Delivery]
    counts: dict[DeliveryState, int]
    stuck: list[Message]


def mailbox_page(*, search: str = "", state: str = "", page: int = 1) -> MailboxPage:
    """Return the mails that match, latest first, without their words. 4 queries.

    `search` looks in address, name, subject and key; a page past the end gives the last one.
    """
    found = _found(search)
    shown = found.filter(state=state) if state in DeliveryState.values else found
    rows = shown.select_related("message").defer("text", "html").order_by("-created_at", "-pk")
    return MailboxPage(
        deliveries=Paginator(rows, ROWS).get_page(page),
        counts=_counts(found),
        stuck=stuck_messages(),
    )


def mail(delivery_id: UUID) -> Delivery:
    """Return one mail with its words and its message. 1 query. Raises Delivery.DoesNotExist."""
    return Delivery.objects.select_related("message", "user", "carried_by").get(pk=delivery_id)


def stuck_messages() -> list[Message]:
    """Return the messages that could not be handed out and why, oldest first, at most `ROWS`. 1 query."""
    return list(Message.objects.waiting().exclude(last_error="").order_by("due_at", "pk")[:ROWS])


def next_times(*, prefix: KeyPrefix, fact: str, at: datetime) -> dict[Fact, datetime]:
    """Return when somebody next reads a message whose key begins with `prefix`, by one of its facts. 1 query.

    Also of those handed out, whose mail waits: for a decent hour, a digest or another try.
    What should have left already leaves at `at`.
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


def _found(search: str) -> QuerySet[Delivery]:
    found = Delivery.objects.all()
    for word in search.split():
        found = found.filter(
            Q(address__icontains=word)
            | Q(name__icontains=word)
            | Q(subject__icontains=word)
            | Q(message__key__icontains=word)
        )
    return found


def _counts(found: QuerySet[Delivery]) -> dict[DeliveryState, int]:
    counted = dict(found.order_by("state").values_list("state").annotate(Count("pk")))
    return {state: counted.get(state.value, 0) for state in DeliveryState}


def mails_to(user_id: UUID) -> QuerySet[Delivery]:
    """Return every mail written to a person, oldest first, with its words. 1 query."""
    return Delivery.objects.filter(user=user_id).order_by("created_at", "pk")
