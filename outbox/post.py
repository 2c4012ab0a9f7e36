"""Posting, cancelling and re-planning messages, in the transaction of the fact that they tell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from outbox.message_keys import KeyPrefix, MessageKey
from outbox.models import Delivery, DeliveryState, Message
from outbox.wake import wake_on_commit

type Fact = str | int | bool | Sequence[Fact] | Mapping[str, Fact] | None


class NotInTransaction(Exception):
    """A message must be written in the transaction of the fact that it tells."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A message in the future. Put the date in `key` if a moved date must be told again."""

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
    """Write down that `kind` must be told from `due_at` on (now by default) and return the message.

    The same key twice gives the first message, untouched. The fact "collapse" ties messages of
    which only the latest due is told. Raises NotInTransaction.
    """
    _require_transaction(key)
    due_at = due_at or at
    message, _made = Message.objects.get_or_create(
        key=key,
        defaults={"kind": kind, "facts": dict(facts or {}), "due_at": due_at, "created_at": at},
    )
    if due_at <= at:
        wake_on_commit()
    return message


def cancel(*, prefix: KeyPrefix, at: datetime) -> int:
    """Cancel what is undelivered among the messages whose key starts with `prefix`; return how many.

    A message already handed out keeps what was sent and loses what was pending. Raises NotInTransaction.
    """
    _require_transaction(prefix)
    return _cancel(Q(key__startswith=prefix), at=at)


def cancel_one(*, key: MessageKey, at: datetime) -> int:
    """Cancel one message in the same way; return 1, or 0 when nothing of it was undelivered.

    Raises NotInTransaction.
    """
    _require_transaction(key)
    return _cancel(Q(key=key), at=at)


def replan(*, prefix: KeyPrefix, plans: Iterable[Plan], at: datetime) -> None:
    """Make `plans` the only undelivered messages whose key starts with `prefix`.

    Named messages are created, moved or, if cancelled, revived; who was already written to under
    a key is not written to again under the same key. Raises NotInTransaction.
    """
    _require_transaction(prefix)
    named: dict[str, Plan] = {plan.key: plan for plan in plans}
    _cancel(Q(key__startswith=prefix) & ~Q(key__in=named), at=at)
    known = Message.objects.filter(key__in=named).select_for_update(of=("self",)).order_by("pk")
    for message in known:
        _move(message, named.pop(message.key))
    for plan in named.values():
        post(kind=plan.kind, key=plan.key, at=at, due_at=plan.due_at, facts=plan.facts)
    wake_on_commit()


def _cancel(which: Q, *, at: datetime) -> int:
    # Messages first: a hand-out that is under way ends before the second statement looks.
    unsent = Message.objects.waiting().filter(which).update(cancelled_at=at)
    pending = Delivery.objects.pending().filter(message__in=Message.objects.filter(which))
    stopped = list(pending.order_by("pk").values_list("message_id", flat=True))
    if not stopped:
        return unsent
    pending.update(state=DeliveryState.CANCELLED, next_attempt_at=None)
    return unsent + Message.objects.filter(pk__in=stopped).update(cancelled_at=at)


def _move(message: Message, plan: Plan) -> None:
    if message.fanned_out_at and not message.cancelled_at:
        return
    message.kind = plan.kind
    message.due_at = plan.due_at
    message.facts = dict(plan.facts)
    message.cancelled_at = None
    message.fanned_out_at = None
    message.postponed_until = None
    message.save()


def _require_transaction(what: str) -> None:
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction(what)
