"""What the broker's delivery log asks of the outbox."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from outbox.models import Delivery, DeliveryState, Message

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


def planned(*, prefixes: Iterable[str]) -> QuerySet[Message]:
    """Return what is still to be told under any of the key `prefixes`, soonest first."""
    wanted = Q(pk__in=[])
    for prefix in prefixes:
        wanted |= Q(key__startswith=prefix)
    return Message.objects.waiting().filter(wanted).order_by("due_at", "pk")


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
