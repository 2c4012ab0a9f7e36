"""Queries of the delivery log and of personal data."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from outbox import caps, preferences, slots
from outbox.kinds import Recipient, kind_named
from outbox.message_keys import KeyPrefix
from outbox.models import Delivery, DeliveryState, Message, Rhythm
from outbox.post import Fact
from outbox.sending.fan_out import Departure, departure

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


@dataclass(frozen=True, kw_only=True)
class FutureMail:
    """A mail that a person will get as things stand: when it leaves, and whether in a digest.

    `is_ready`: it was addressed, and waits for a digest, a working hour or another attempt.
    """

    message: Message
    leaves_at: datetime
    in_digest: bool
    is_ready: bool = False


def future_mails(
    *,
    recipient: Recipient,
    candidates: Q,
    addressed: Callable[[Sequence[Message]], Iterable[Message]],
    at: datetime,
) -> list[FutureMail]:
    """Return the mails to a person with an account that have not left, the next one first. 5 queries.

    `candidates`: the messages that may be addressed to the person; `addressed`: those of some messages not
    yet fanned out that would be, if they were now.
    """
    assert recipient.user is not None  # noqa: S101
    user_id = recipient.user.pk
    pending = Delivery.objects.pending().filter(user=user_id).exclude(message__kind=preferences.DIGEST)
    mails = [
        FutureMail(
            message=each.message,
            leaves_at=max(_leaves_at(each) or at, at),
            in_digest=each.carried_by is not None,
            is_ready=True,
        )
        for each in pending.select_related("message", "carried_by").order_by("pk")
    ]
    known = Delivery.objects.filter(user=user_id, message__in=_waiting(candidates))
    done = set(known.exclude(state=DeliveryState.CANCELLED).values_list("message_id", flat=True))
    # What is due leaves within seconds, but for the slots that still wait for their hour.
    waiting = [
        message
        for message in _waiting(candidates).order_by("due_at", "key")
        if message.pk not in done and (message.due_at > at or slots.FACT in message.facts)
    ]
    people = {message: [recipient] for message in addressed(waiting)}
    mails += [
        FutureMail(message=message, leaves_at=max(departure_.moment, at), in_digest=departure_.in_digest)
        for message, departure_ in _planned(people, at)
    ]
    return sorted(mails, key=lambda mail: (mail.leaves_at, mail.message.key))


def _leaves_at(delivery: Delivery) -> datetime | None:
    return delivery.carried_by.due_at if delivery.carried_by else delivery.next_attempt_at


def _waiting(candidates: Q) -> QuerySet[Message]:
    return Message.objects.waiting().filter(candidates).exclude(kind=preferences.DIGEST)


def _departures(
    messages: Iterable[Message], recipients: Callable[[Message], Sequence[Recipient]], at: datetime
) -> Iterator[tuple[Message, datetime]]:
    """Yield when each message will leave for each person. 2 queries."""
    people = {message: recipients(message) for message in messages}
    for message, planned in _planned(people, at):
        yield message, max(planned.moment, at)


def _planned(
    people: Mapping[Message, Sequence[Recipient]], at: datetime
) -> Iterator[tuple[Message, Departure]]:
    """Yield when each message will leave for each of its people. 2 queries."""
    user_ids = {person.user.pk for group in people.values() for person in group if person.user}
    rhythms: Mapping[tuple[UUID | None, str], Rhythm] = preferences.chosen_rhythms(user_ids)
    usages = caps.usages(user_ids, at=at)
    for message, group in people.items():
        kind = kind_named(message.kind)
        for person in group:
            key = (person.user.pk if person.user else None, str(kind.topic))
            rhythm = Rhythm.AT_ONCE if kind.mandatory else rhythms.get(key, Rhythm.AT_ONCE)
            planned = departure(message, person, rhythm, usage=usages.get(key[0]) if key[0] else None, at=at)
            if planned is not None:
                yield message, planned


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
