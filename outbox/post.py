"""Posts, cancels and replans messages, in the transaction of the fact they are about."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q

from outbox.message_keys import KeyPrefix, MessageKey
from outbox.models import Delivery, DeliveryState, Message
from outbox.wake import wake_on_commit

type Fact = str | int | bool | Sequence[Fact] | Mapping[str, Fact] | None


# What a plan decides of a message.
MOVED_FIELDS: Final = ("kind", "due_at", "facts", "cancelled_at", "fanned_out_at", "postponed_until")


class MessageOutsideTransaction(Exception):
    """A message must be posted in the transaction of the fact it is about."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A message in the future. Put the date in `key` if people must be told of a moved date again."""

    kind: str
    key: MessageKey
    due_at: datetime
    facts: Mapping[str, Fact] = field(default_factory=dict)


def post(
    *,
    kind: str,
    key: MessageKey,
    at: datetime,
    due_at: datetime | None = None,
    facts: Mapping[str, Fact] | None = None,
) -> Message:
    """Create a message of `kind`, due at `due_at` (`at` by default), and return it.

    For a key that exists, return its message unchanged. Of the messages with the same fact "collapse" only
    the latest due is sent. Raises MessageOutsideTransaction.
    """
    _require_transaction(key)
    due_at = due_at or at
    message, _created = Message.objects.get_or_create(
        key=key,
        defaults={"kind": kind, "facts": dict(facts or {}), "due_at": due_at, "created_at": at},
    )
    if due_at <= at:
        wake_on_commit()
    return message


def cancel(*, prefix: KeyPrefix, at: datetime, kinds: Collection[str] | None = None) -> int:
    """Cancel the undelivered messages whose key starts with `prefix`; return their number.

    `kinds`: of these kinds alone. Of a message already fanned out, the pending mails are cancelled.
    Raises MessageOutsideTransaction.
    """
    _require_transaction(prefix)
    of_kinds = Q() if kinds is None else Q(kind__in=kinds)
    return _cancel(Q(key__startswith=prefix) & of_kinds, at=at)


def cancel_one(*, key: MessageKey, at: datetime) -> int:
    """Cancel one message in the same way; return 1, or 0 when nothing of it was undelivered.

    Raises MessageOutsideTransaction.
    """
    _require_transaction(key)
    return _cancel(Q(key=key), at=at)


def replan(*, prefix: KeyPrefix, plans: Iterable[Plan], at: datetime) -> None:
    """Make `plans` the only undelivered messages whose key starts with `prefix`. At most 6 queries.

    Messages of `plans` are created, moved or, if cancelled, made undelivered again; whoever got a mail
    under a key gets no other under the same key. Raises MessageOutsideTransaction.
    """
    _require_transaction(prefix)
    plans_by_key: dict[str, Plan] = {plan.key: plan for plan in plans}
    _cancel(Q(key__startswith=prefix) & ~Q(key__in=plans_by_key), at=at)
    existing = Message.objects.filter(key__in=plans_by_key).select_for_update(of=("self",)).order_by("pk")
    moved = [message for message in existing if _is_moved(message, plans_by_key.pop(message.key))]
    new = [
        Message(kind=plan.kind, key=key, facts=dict(plan.facts), due_at=plan.due_at, created_at=at)
        for key, plan in plans_by_key.items()
    ]
    Message.objects.bulk_create(
        [*moved, *new], update_conflicts=True, unique_fields=["key"], update_fields=MOVED_FIELDS
    )
    wake_on_commit()


def _cancel(which: Q, *, at: datetime) -> int:
    # Messages first: a fan-out in progress ends before the second statement runs.
    unsent = Message.objects.waiting().filter(which).update(cancelled_at=at)
    pending = Delivery.objects.pending().filter(message__in=Message.objects.filter(which))
    stopped = list(pending.order_by("pk").values_list("message_id", flat=True))
    if not stopped:
        return unsent
    pending.update(state=DeliveryState.CANCELLED, next_attempt_at=None)
    return unsent + Message.objects.filter(pk__in=stopped).update(cancelled_at=at)


def _is_moved(message: Message, plan: Plan) -> bool:
    """Give a message what is planned now, unless it was sent; return whether that changes it."""
    if message.fanned_out_at and not message.cancelled_at:
        return False
    before = [getattr(message, name) for name in MOVED_FIELDS]
    message.kind = plan.kind
    message.due_at = plan.due_at
    message.facts = dict(plan.facts)
    message.cancelled_at = None
    message.fanned_out_at = None
    message.postponed_until = None
    return before != [getattr(message, name) for name in MOVED_FIELDS]


def _require_transaction(what: str) -> None:
    if not transaction.get_connection().in_atomic_block:
        raise MessageOutsideTransaction(what)
