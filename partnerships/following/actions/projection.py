"""Following a signed charter: its milestones and commitments as rows, with their reminders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from partnerships import lifecycle, reminders
from partnerships.case.transitions import lock, write
from partnerships.charter import snapshot as charter_snapshot
from partnerships.charter.texts import BROKER, CommitmentText, MilestoneText
from partnerships.following.actions.payments import project_payments
from partnerships.following.actions.postponement import lapse_postponements
from partnerships.models import Charter, Commitment, Milestone, Partnership, Party
from partnerships.status.actions import refresh_status


def project(partnership: Partnership, charter: Charter, *, at: datetime) -> None:
    """Write the milestones, commitments and payments of a signed text as rows, and plan their reminders.

    Rows are matched by code: new codes create rows, known codes update and if necessary restore them, rows
    whose code is missing are cancelled. What is completed is never changed.
    """
    text = charter_snapshot.from_json(bytes(charter.canonical_json))
    parties = {party.code: party for party in partnership.parties.order_by("rank")}
    _project_milestones(partnership, charter, text.milestones, parties, at)
    _project_commitments(partnership, charter, text.commitments, parties, at)
    project_payments(partnership, charter, text, parties, at)
    reminders.plan_end(partnership, text.ends_on, at=at)


def cases_without_payments() -> list[UUID]:
    """Return the keys of the cases with a signed charter and no payment, oldest first. 1 query.

    Some of them have a text without payments.
    """
    signed = Partnership.objects.filter(payments=None, charters__sealed__isnull=False)
    return list(signed.order_by("activated_at", "pk").distinct().values_list("pk", flat=True))


@transaction.atomic
def project_missing_payments(*, partnership_id: UUID, at: datetime) -> int:
    """Write the payments of the text in force of a case that has none; return how many those are.

    For a charter that was signed before payments were followed. In a closed case they are listed, and nobody
    is reminded of them.
    """
    partnership = lock(partnership_id)
    in_force = partnership.charters.filter(voided=None, roadmap__state=lifecycle.Edition.SIGNED)
    charter = in_force.order_by("-roadmap__edition").first()
    if charter is None or partnership.payments.exists():
        return 0
    text = charter_snapshot.from_json(bytes(charter.canonical_json))
    parties = {party.code: party for party in partnership.parties.order_by("rank")}
    project_payments(partnership, charter, text, parties, at)
    written = partnership.payments.count()
    if written:
        write(partnership, "payment.project", actor=None, at=at, number=written)
    refresh_status(partnership, at=at)
    return written


@transaction.atomic
def plan_reminders_again(*, at: datetime) -> int:
    """Plan the reminders of every open case again; return the number of their milestones."""
    cases = Partnership.objects.filter(state=lifecycle.Case.ACTIVE).order_by("pk")
    return sum(reminders.plan_milestones(partnership, at=at) for partnership in cases)


def _project_milestones(
    partnership: Partnership,
    charter: Charter,
    milestones: Iterable[MilestoneText],
    parties: Mapping[str, Party],
    at: datetime,
) -> None:
    current = {row.code: row for row in partnership.milestones.order_by("pk")}
    texts = list(milestones)
    for text in texts:
        row = current.pop(text.code, None) or Milestone(partnership=partnership, code=text.code)
        if row.completed_at:
            continue
        row.charter = charter
        row.title = text.title
        row.owner = parties.get(text.owner)
        row.indicator = text.indicator
        is_moved = _set_due_date(row, text.due_date)
        row.cancelled_at = None
        row.save()
        if is_moved:
            lapse_postponements(row, at=at)
    _project_dependencies(partnership, texts)
    for row in current.values():
        if row.completed_at or row.cancelled_at:
            continue
        row.cancelled_at = at
        row.save(update_fields=["cancelled_at"])
        lapse_postponements(row, at=at)
    reminders.plan_milestones(partnership, at=at)


def _set_due_date(row: Milestone, signed: date) -> bool:
    """Give a milestone the day of the signed text; return whether an amendment moves it.

    A postponement that the parties agreed to, and a suspension, hold until an amendment changes the day they
    moved.
    """
    if signed == row.signed_due_date:
        return False
    is_moved = row.pk is not None and row.due_date != signed
    row.due_date, row.signed_due_date, row.suspended_days = signed, None, 0
    return is_moved


def _project_dependencies(partnership: Partnership, texts: Iterable[MilestoneText]) -> None:
    """Write on which milestone each one depends, once all of them have a row."""
    rows = {row.code: row for row in partnership.milestones.order_by("pk")}
    for text in texts:
        row, first = rows[text.code], rows.get(text.depends_on or "")
        if row.depends_on_id != (first.pk if first else None):
            row.depends_on = first
            row.save(update_fields=["depends_on"])


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
        if row.completed_at:
            continue
        row.charter = charter
        row.party = None if text.party_key == BROKER else parties[text.party_key]
        row.text = text.text
        row.hours = text.hours or 0
        row.amount_minor = text.amount_minor or 0
        row.cancelled_at = None
        row.save()
    for row in current.values():
        if row.cancelled_at is None and row.completed_at is None:
            row.cancelled_at = at
            row.save(update_fields=["cancelled_at"])
