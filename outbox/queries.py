"""Queries of the delivery log and of personal data."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from outbox import caps, preferences
from outbox.caps import Usage
from outbox.fan_out import departure
from outbox.kinds import Recipient, kind_named
from outbox.message_keys import KeyPrefix
from outbox.models import Delivery, DeliveryState, Message, Rhythm
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


def next_times(
    *,
    prefix: KeyPrefix,
    fact: str,
    at: datetime,
    recipients: Callable[[Message], Sequence[Recipient]],
) -> dict[Fact, datetime]:
    """Return by value of `fact` when the next mail of the messages with `prefix` leaves. At most 4 queries.

    `recipients`: to whom a message not yet fanned out would go now; it counts when it leaves for the first of
    them. Includes fanned-out messages whose mail is pending: for working hours, a digest or another attempt.
    An overdue mail counts as leaving at `at`.
    """
    messages = Message.objects.filter(key__startswith=prefix, cancelled_at=None).order_by("key")
    planned_at = Coalesce("deliveries__next_attempt_at", "deliveries__carried_by__due_at", "due_at")
    pending = messages.filter(deliveries__state=DeliveryState.PENDING)
    times = [
        (max(next_at, at), key, value)
        for key, value, next_at in pending.values_list("key", f"facts__{fact}", planned_at)
    ]
    times += [
        (next_at, message.key, message.facts.get(fact))
        for message, next_at in _departures(messages.filter(fanned_out_at=None), recipients, at)
    ]
    first: dict[Fact, datetime] = {}
    for next_at, _key, value in sorted(times, key=itemgetter(0, 1)):
        first.setdefault(value, next_at)
    return first


def _departures(
    messages: Iterable[Message], recipients: Callable[[Message], Sequence[Recipient]], at: datetime
) -> Iterator[tuple[Message, datetime]]:
    """Yield when each message will leave for each person. 2 queries."""
    people = {message: recipients(message) for message in messages}
    user_ids = {person.user.pk for group in people.values() for person in group if person.user}
    rhythms: Mapping[tuple[UUID | None, str], Rhythm] = preferences.chosen_rhythms(user_ids)
    usages: Mapping[UUID | None, Usage] = {**caps.usages(user_ids, at=at)}
    for message, group in people.items():
        kind = kind_named(message.kind)
        for person in group:
            key = (person.user.pk if person.user else None, str(kind.topic))
            rhythm = Rhythm.AT_ONCE if kind.mandatory else rhythms.get(key, Rhythm.AT_ONCE)
            usage = usages.get(person.user.pk if person.user else None)
            next_at = departure(message, person, rhythm, usage=usage, at=at)
            if next_at is not None:
                yield message, max(next_at, at)


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
