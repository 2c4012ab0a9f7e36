"""A person goes; what they alone held passes to an administrator, who is told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts import message_keys
from accounts.models import Handover, Membership, Organisation, User
from accounts.organisations.transitions import lock, write
from accounts.people.actions.mandates import end_mandate
from accounts.permissions import keep_groups_in_step
from outbox import post


def end_membership(membership: Membership, *, actor: User, at: datetime) -> None:
    """End a membership of a locked organisation and hand over what the person alone held.

    Reminders and requests are addressed when they leave, so they follow the roles by themselves.
    """
    organisation, leaver = membership.organisation, membership.user
    membership.left_at = at
    membership.save(update_fields=["left_at"])
    keep_groups_in_step(membership)
    write(organisation, "left", actor=actor, at=at, member=str(leaver.pk))
    end_mandate(organisation, leaver.pk, actor=actor, at=at)
    heir = _heir(organisation, actor)
    if heir is not None:
        _hand_over(membership, heir, at=at)


@transaction.atomic
def acknowledge(*, organisation_id: UUID, administrator: User, handover_id: int, at: datetime) -> None:
    """Take note of what passed to this administrator; a second time changes nothing."""
    organisation = lock(organisation_id)
    mine = organisation.handovers.filter(pk=handover_id, heir=administrator, seen_at=None)
    if mine.update(seen_at=at):
        write(organisation, "handover-seen", actor=administrator, at=at, handover=handover_id)


def _hand_over(leaving: Membership, heir: Membership, *, at: datetime) -> None:
    organisation = leaving.organisation
    others = Membership.objects.present().filter(organisation=organisation)
    handover = Handover(
        organisation=organisation,
        leaver=leaving.user,
        heir=heir.user,
        letter_count=_pass_letters(leaving, heir, at=at),
        was_only_referent=leaving.is_referent and not others.filter(is_referent=True).exists(),
        was_only_signatory=leaving.is_signatory and not others.filter(is_signatory=True).exists(),
        handed_at=at,
    )
    if not (handover.letter_count or handover.was_only_referent or handover.was_only_signatory):
        return
    handover.save(force_insert=True)
    held = {
        name: getattr(handover, name) for name in ("letter_count", "was_only_referent", "was_only_signatory")
    }
    write(
        organisation,
        "handed-over",
        actor=None,
        at=at,
        handover=handover.pk,
        member=str(leaving.user_id),
        heir=str(heir.user_id),
        **held,
    )
    if handover.was_only_referent:
        _answer_from_now_on(heir, at=at)
    post.post(
        kind="handover",
        key=message_keys.handover(organisation.pk, handover.pk),
        at=at,
        facts={"handover": handover.pk},
    )


def _heir(organisation: Organisation, actor: User) -> Membership | None:
    """Return the administrator who acts, else the one who joined first; None if none can sign in."""
    present = Membership.objects.present().filter(organisation=organisation, is_administrator=True)
    found = list(present.select_related("user", "organisation").order_by("joined_at", "pk"))
    return next((each for each in found if each.user_id == actor.pk), found[0] if found else None)


def _pass_letters(leaving: Membership, heir: Membership, *, at: datetime) -> int:
    """Make the heir the writer of the open letters of who leaves; return how many."""
    open_ones = leaving.organisation.invitations.filter(
        invited_by=leaving.user, accepted_at=None, revoked_at=None, expires_at__gt=at
    )
    return open_ones.update(invited_by=heir.user)


def _answer_from_now_on(heir: Membership, *, at: datetime) -> None:
    """Let the heir answer for the organisation: a round must not wait for nobody."""
    heir.is_referent = True
    heir.save(update_fields=["is_referent"])
    keep_groups_in_step(heir)
    roles = {name: getattr(heir, name) for name in ("is_administrator", "is_referent", "is_signatory")}
    write(heir.organisation, "roles-changed", actor=None, at=at, member=str(heir.user_id), **roles)
