"""What stands still with a suspended case, and how it goes on: every open due date moves by the same days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q

from outbox import kinds, post, schedule
from partnerships import message_keys, reminders
from partnerships.case.clock import suspended_since
from partnerships.lifecycle import Edition
from partnerships.meetings.actions import tasks
from partnerships.models import Charter, Evidence, Milestone, Partnership, PartnershipStatus, Postponement

ONE_DAY: Final = timedelta(days=1)


def days_between(started: datetime, ended: datetime) -> int:
    """Return by how many days due dates move: each begun day of 24 hours on the clock of Paris counts."""
    paris = reminders.EVENING.tzinfo
    length = ended.astimezone(paris).replace(tzinfo=None) - started.astimezone(paris).replace(tzinfo=None)
    return max(1, -(-length // ONE_DAY))


def moved_deadline(deadline: datetime, days: int) -> datetime:
    """Return a deadline moved by `days` at least, at the same hour in Paris, on a French working day."""
    local = deadline.astimezone(reminders.EVENING.tzinfo)
    day = schedule.working_day_from(local.date() + timedelta(days=days))
    return datetime.combine(day, local.timetz())


def stop(partnership: Partnership, *, at: datetime) -> None:
    """Cancel the planned reminders of a case; what other mails announce still leaves."""
    names = [kind.name for kind in kinds.all_kinds() if kind.working_hours]
    post.cancel(prefix=message_keys.case_prefix(partnership.pk), at=at, kinds=names)


def go_on(partnership: Partnership, *, started: datetime, days: int, at: datetime) -> list[str]:
    """Move all that was open at `started` by `days`, and plan its reminders again.

    Return the codes of the milestones. A mediation opened since has a clock of its own, which went on.
    """
    milestones = _move_milestones(partnership, days, at)
    _move_postponements(partnership, days)
    _move_evidence(partnership, days, at)
    _move_rounds(partnership, days, at)
    raised = partnership.mediations.filter(answered_at=None, closed_at=None, opened_at__lte=started)
    for mediation in raised.order_by("pk"):
        mediation.answer_until = moved_deadline(mediation.answer_until, days)
        mediation.save(update_fields=["answer_until"])
    tasks.move_tasks(partnership, days=days, at=at)
    _plan_signatures(partnership, at)
    reminders.plan_end(partnership, PartnershipStatus.objects.get(pk=partnership.pk).ends_on, at=at)
    payments = partnership.payments.with_due().filter(Q(is_due=True), declared_at=None, cancelled_at=None)
    for payment in payments.order_by("pk"):
        reminders.plan_payment_again(payment, at=at)
    return [milestone.code for milestone in milestones]


def _move_milestones(partnership: Partnership, days: int, at: datetime) -> list[Milestone]:
    """Move the milestones that are open, or declared done and not accepted yet: they may open again."""
    unsettled = Evidence.objects.filter(milestone=OuterRef("pk"), settlement=None, answer_until__isnull=False)
    rows = partnership.milestones.filter(Q(completed_at=None) | Exists(unsettled), cancelled_at=None)
    milestones = list(rows.select_related("owner").order_by("due_date", "pk"))
    for milestone in milestones:
        milestone.signed_due_date = milestone.signed_due_date or milestone.due_date
        milestone.due_date += timedelta(days=days)
        milestone.suspended_days += days
        milestone.save(update_fields=["signed_due_date", "due_date", "suspended_days"])
        reminders.plan_milestone(milestone, at=at)
    return milestones


def _move_postponements(partnership: Partnership, days: int) -> None:
    asked = Postponement.objects.filter(milestone__partnership=partnership, decided_at=None)
    for request in asked.order_by("pk"):
        request.from_date += timedelta(days=days)
        request.due_date += timedelta(days=days)
        request.save(update_fields=["from_date", "due_date"])


def _move_evidence(partnership: Partnership, days: int, at: datetime) -> None:
    unsettled = Evidence.objects.filter(settlement=None, party__partnership=partnership)
    for evidence in unsettled.order_by("pk"):
        if evidence.answer_until is None:
            continue
        evidence.answer_until = moved_deadline(evidence.answer_until, days)
        evidence.save(update_fields=["answer_until"])
        if not evidence.answers.filter(is_confirmed=False).exists():
            reminders.plan_evidence_again(partnership, evidence, at=at)


def _move_rounds(partnership: Partnership, days: int, at: datetime) -> None:
    for round_ in partnership.rounds.filter(opened_at=None, cancelled_at=None).order_by("asked_at", "pk"):
        round_.deadline_at = moved_deadline(round_.deadline_at, days)
        round_.moved_at = at
        round_.save(update_fields=["deadline_at", "moved_at"])
        reminders.plan_round_again(round_, at=at)


def _plan_signatures(partnership: Partnership, at: datetime) -> None:
    frozen = Charter.objects.filter(partnership=partnership, voided=None, roadmap__state=Edition.SIGNING)
    for charter in frozen.order_by("pk"):
        since = charter.frozen_at + suspended_since(partnership, charter.frozen_at)
        reminders.plan_signatures_again(charter, since=since, at=at)
