"""After the signature: milestones reached, with their evidence."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refusal
from outbox import post
from partnerships import lifecycle, reminders
from partnerships.case.transitions import lock, write
from partnerships.charter import snapshot as charter_snapshot
from partnerships.charter.texts import BROKER
from partnerships.models import Charter, Commitment, Evidence, Milestone, Partnership
from partnerships.permissions import speaker_party


class FollowingError(Refusal):
    """The act on a milestone cannot be taken."""


class NotYours(FollowingError):
    """The milestone belongs to another party, whose name is the message."""

    sentence = gettext_lazy("Ce jalon est celui de %(what)s : elle seule en dépose la preuve.")


class AlreadyDone(FollowingError):
    """The milestone is done or cancelled."""

    sentence = gettext_lazy("Ce jalon est déjà fait ou annulé.")


class NotFollowed(FollowingError):
    """The case is not, or no longer, in its active time."""

    sentence = gettext_lazy("Le dossier n’est pas en cours : aucun jalon ne s’y déclare.")


def project(partnership: Partnership, charter: Charter, *, at: datetime) -> None:
    """Write the milestones and commitments of a signed text as rows, and plan their reminders.

    An amendment changes those it names by code, adds the new ones, cancels the milestones it drops.
    """
    text = charter_snapshot.from_json(bytes(charter.canonical_json))
    parties = {party.code: party for party in partnership.parties.order_by("rank")}
    kept = set()
    for each in text.milestones:
        kept.add(each.code)
        milestone, _made = Milestone.objects.update_or_create(
            partnership=partnership,
            code=each.code,
            defaults={
                "charter": charter,
                "title": each.title,
                "owner": parties.get(each.owner),
                "indicator": each.indicator,
                "due_date": each.due_date,
            },
        )
        reminders.plan_milestone(milestone, at=at)
    dropped = partnership.milestones.exclude(code__in=kept).filter(completed_at=None, cancelled_at=None)
    for milestone in dropped.order_by("due_date", "pk"):
        milestone.cancelled_at = at
        milestone.save(update_fields=["cancelled_at"])
        reminders.plan_milestone(milestone, at=at)
    for promise in text.commitments:
        Commitment.objects.update_or_create(
            partnership=partnership,
            code=promise.code,
            defaults={
                "charter": charter,
                "party": None if promise.party_key == BROKER else parties[promise.party_key],
                "text": promise.text,
                "hours": promise.hours or 0,
                "amount_minor": promise.amount_minor or 0,
            },
        )


@transaction.atomic
def complete_milestone(
    *, milestone_id: int, partnership_id: UUID, speaker: User, text: str, link: str, at: datetime
) -> Evidence:
    """Declare a milestone reached, with its evidence, and stop its reminders.

    Raises BrokerHasNoVoice, NotOfAParty, OfBothSides, NotAReferent, NotYours, AlreadyDone,
    NotFollowed, Milestone.DoesNotExist.
    """
    partnership = lock(partnership_id)
    party = speaker_party(speaker, partnership)
    if partnership.state != lifecycle.Case.ACTIVE:
        raise NotFollowed
    milestone = Milestone.objects.select_related("owner__organisation").get(
        pk=milestone_id, partnership=partnership
    )
    if milestone.owner is not None and milestone.owner != party:
        raise NotYours(milestone.owner.organisation.name)
    if milestone.completed_at or milestone.cancelled_at:
        raise AlreadyDone
    milestone.completed_at = at
    milestone.save(update_fields=["completed_at"])
    evidence = Evidence.objects.create(
        milestone=milestone, party=party, text=text, link=link, given_by=speaker, given_at=at
    )
    write(partnership, "milestone.complete", actor=speaker, at=at, code=milestone.code, party=party.code)
    reminders.plan_milestone(milestone, at=at)
    post.post(
        kind="milestone-completed",
        key=f"case:{partnership.pk}:completed:{milestone.pk}",
        at=at,
        facts={"partnership": str(partnership.pk), "milestone": milestone.pk, "party": party.code},
    )
    return evidence
