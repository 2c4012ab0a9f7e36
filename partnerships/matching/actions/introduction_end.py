"""The end of an introduction: one same end in every mail and every ledger, whoever brought it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from accounts.models import Organisation, User
from accounts.organisations import transitions
from accounts.organisations.transitions import lock
from outbox import post
from partnerships import message_keys
from partnerships.matching.queries.introductions import running_with
from partnerships.models import Introduction, Invitee


def lock_invited(brief_id: UUID, *, at: datetime) -> None:
    """Lock every organisation that an introduction which rests on a brief invites, always in one order."""
    running = running_with([brief_id], at=at)
    lock_all(Invitee.objects.filter(introduction__in=running).values_list("brief__organisation", flat=True))


def lock_all(keys: Iterable[UUID]) -> dict[UUID, Organisation]:
    """Return organisations locked, by key; two who want the same ones wait for each other."""
    return {key: lock(key) for key in sorted(set(keys))}


def end(introduction: Introduction, *, actor: User | None, at: datetime) -> None:
    """Write the end in the ledger of each locked organisation and tell all of them.

    `actor`: the broker who withdrew it; None otherwise, so that no ledger says which organisation did.
    """
    invited = Invitee.objects.filter(introduction=introduction)
    keys = invited.order_by("brief__organisation").values_list("brief__organisation", flat=True)
    for organisation in lock_all(keys).values():
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
