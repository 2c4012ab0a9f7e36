"""Ending an introduction, with the same mails and ledger entries whoever caused it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from accounts.models import Organisation, User
from accounts.organisations import transitions
from accounts.organisations.transitions import lock
from outbox import post
from partnerships import message_keys
from partnerships.matching.queries.introductions import open_introductions
from partnerships.models import Introduction, Invitee


def lock_invited_organisations(brief_id: UUID, *, at: datetime) -> None:
    """Lock every organisation invited by an open introduction of a brief, in the order of their keys."""
    running = open_introductions([brief_id], at=at)
    lock_organisations(
        Invitee.objects.filter(introduction__in=running).values_list("brief__organisation", flat=True)
    )


def lock_organisations(keys: Iterable[UUID]) -> dict[UUID, Organisation]:
    """Return the locked organisations by key; they are locked in key order, which avoids deadlocks."""
    return {key: lock(key) for key in sorted(set(keys))}


def end_introduction(introduction: Introduction, *, actor: User | None, at: datetime) -> None:
    """Record the end in the ledger of each locked organisation and notify all of them.

    `actor`: the broker who withdrew it; None otherwise, so that no ledger says which organisation did.
    """
    invited = Invitee.objects.filter(introduction=introduction)
    keys = invited.order_by("brief__organisation").values_list("brief__organisation", flat=True)
    for organisation in lock_organisations(keys).values():
        transitions.record_act(
            organisation, "introduction-ended", actor=actor, at=at, introduction=str(introduction.pk)
        )
    post.cancel(prefix=message_keys.introduction_prefix(introduction.pk), at=at)
    post.post(
        kind="introduction-ended",
        key=message_keys.introduction_ended(introduction.pk),
        at=at,
        facts={"introduction": str(introduction.pk)},
    )
