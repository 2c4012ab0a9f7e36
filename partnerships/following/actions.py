"""Following a signed charter: projecting it into rows, completing milestones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refusal
from outbox import post
from partnerships import lifecycle, message_keys, reminders
from partnerships.case.transitions import lock, write
from partnerships.charter import snapshot as charter_snapshot
from partnerships.charter.texts import BROKER, CommitmentText, MilestoneText
from partnerships.models import Charter, Commitment, Evidence, Milestone, Partnership, Party
from partnerships.permissions import require_answering_party
from partnerships.status.actions import refresh_status


class FollowingError(Refusal):
    """The milestone cannot be completed."""


class MilestoneOfAnotherParty(FollowingError):
    """The milestone belongs to another party, whose name is the argument."""

    sentence = gettext_lazy("Seule l’organisation responsable peut déposer cette preuve : %(what)s.")


class MilestoneIsClosed(FollowingError):
    """The milestone is completed or cancelled."""

    sentence = gettext_lazy("Ce jalon est déjà fait ou annulé.")


class CaseIsNotActive(FollowingError):
    """The case is not active."""

    sentence = gettext_lazy(
        "Ce dossier n’est pas en cours : vous ne pouvez pas y déposer de preuve. Écrivez au passeur."
    )


def project(partnership: Partnership, charter: Charter, *, at: datetime) -> None:
    """Write the milestones and commitments of a signed text as rows, and plan their reminders.

    Rows are matched by code: new codes create rows, known codes update and if necessary restore them, rows
    whose code is missing are cancelled. A completed milestone is never changed.
    """
    text = charter_snapshot.from_json(bytes(charter.canonical_json))
    parties = {party.code: party for party in partnership.parties.order_by("rank")}
    _project_milestones(partnership, charter, text.milestones, parties, at)
    _project_commitments(partnership, charter, text.commitments, parties, at)


@transaction.atomic
def plan_reminders_again(*, at: datetime) -> int:
    """Plan the reminders of every open milestone again; return the number of milestones."""
    still_open = Milestone.objects.filter(
        completed_at=None, cancelled_at=None, partnership__state=lifecycle.Case.ACTIVE
    )
    milestones = list(still_open.select_related("owner").order_by("pk"))
    for milestone in milestones:
        reminders.plan_milestone(milestone, at=at)
    return len(milestones)


def _project_milestones(
    partnership: Partnership,
    charter: Charter,
    milestones: Iterable[MilestoneText],
    parties: Mapping[str, Party],
    at: datetime,
) -> None:
    current = {row.code: row for row in partnership.milestones.order_by("pk")}
    for text in milestones:
        row = current.pop(text.code, None) or Milestone(partnership=partnership, code=text.code)
        if row.completed_at:
            continue
        row.charter = charter
        row.title = text.title
        row.owner = parties.get(text.owner)
        row.indicator = text.indicator
        row.due_date = text.due_date
        row.cancelled_at = None
        row.save()
        reminders.plan_milestone(row, at=at)
    for row in current.values():
        if row.completed_at or row.cancelled_at:
            continue
        row.cancelled_at = at
        row.save(update_fields=["cancelled_at"])
        reminders.plan_milestone(row, at=at)


def _project_commitments(
    partnership: Partnership,
    charter: Charter,
    commitments: Iterable[CommitmentText],
    parties: Mapping[str, Party],
    at: datetime,
) -> None:
    current = {row.code: row for row in partnership.commitments.order_by("pk")}
    for text in commitments:
        row = current.pop(text.code, None) or Commitment(partnership=partnership, code=text.code)
        row.charter = charter
        row.party = None if text.party_key == BROKER else parties[text.party_key]
        row.text = text.text
        row.hours = text.hours or 0
        row.amount_minor = text.amount_minor or 0
        row.cancelled_at = None
        row.save()
    for row in current.values():
        if row.cancelled_at is None:
            row.cancelled_at = at
            row.save(update_fields=["cancelled_at"])


@transaction.atomic
def complete_milestone(
    *, milestone_id: int, partnership_id: UUID, speaker: User, text: str, link: str, at: datetime
) -> Evidence:
    """Complete a milestone with its evidence, and cancel its reminders.

    Raises BrokerHasNoVoice, NotOfAParty, OfBothSides, NotAReferent, NotYours, AlreadyDone,
    NotFollowed, Milestone.DoesNotExist.
    """
    partnership = lock(partnership_id)
    party = require_answering_party(speaker, partnership)
    if partnership.state != lifecycle.Case.ACTIVE:
        raise CaseIsNotActive
    milestone = Milestone.objects.select_related("owner__organisation").get(
        pk=milestone_id, partnership=partnership
    )
    if milestone.owner is not None and milestone.owner != party:
        raise MilestoneOfAnotherParty(milestone.owner.organisation.name)
    if milestone.completed_at or milestone.cancelled_at:
        raise MilestoneIsClosed
    milestone.completed_at = at
    milestone.save(update_fields=["completed_at"])
    evidence = Evidence.objects.create(
        milestone=milestone, party=party, text=text, link=link, given_by=speaker, given_at=at
    )
    write(partnership, "milestone.complete", actor=speaker, at=at, code=milestone.code, party=party.code)
    reminders.plan_milestone(milestone, at=at)
    post.post(
        kind="milestone-completed",
        key=message_keys.milestone_completed(partnership.pk, milestone.pk),
        at=at,
        facts={"partnership": str(partnership.pk), "milestone": milestone.pk, "party": party.code},
    )
    refresh_status(partnership, at=at)
    return evidence
