"""What is to be done after a meeting: added, done, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refusal
from outbox import post, slots
from outbox.post import Plan
from partnerships import lifecycle, message_keys, reminders
from partnerships.case.transitions import lock, write
from partnerships.meetings.actions.meetings import MeetingIsCancelled, MeetingsAreReadOnly
from partnerships.models import Meeting, MeetingTask, Partnership, Party
from partnerships.permissions import require_answering_party, require_broker
from partnerships.status.actions import refresh_status

# Days from the due date on which the owner of a task is reminded.
REMINDER_DAYS: Final = (-1, 3)


class TaskError(Refusal):
    """The task cannot be added or changed."""


class TaskOfAnotherParty(TaskError):
    """A party adds tasks for itself, and says of its own tasks alone that they are done."""

    sentence = gettext_lazy(
        "Cette tâche n’est pas celle de votre organisation. Demandez au passeur ou à l’autre partie."
    )


class TaskIsOver(TaskError):
    """The task is done or was withdrawn."""

    sentence = gettext_lazy("Cette tâche est déjà faite ou retirée.")


class TaskIsDueInThePast(TaskError):
    """The due date has passed."""

    sentence = gettext_lazy("Cette échéance est passée. Choisissez un jour à partir d’aujourd’hui.")
    field = "due_date"


@transaction.atomic
def add_task(
    *, meeting_id: int, person: User, owner: Party | None, text: str, due_date: date, at: datetime
) -> MeetingTask:
    """Add a task of a party or of the broker (None): the broker for anyone, a party for itself.

    Raises MeetingsAreReadOnly, MeetingIsCancelled, TaskIsDueInThePast, TaskOfAnotherParty and, for anybody
    but a broker, what require_answering_party raises.
    """
    partnership = lock(Meeting.objects.values_list("partnership_id", flat=True).get(pk=meeting_id))
    _require_open(partnership)
    meeting = Meeting.objects.get(pk=meeting_id)
    if meeting.cancelled_at:
        raise MeetingIsCancelled
    if not person.is_broker and require_answering_party(person, partnership) != owner:
        raise TaskOfAnotherParty
    if due_date < at.astimezone(reminders.EVENING.tzinfo).date():
        raise TaskIsDueInThePast
    task = MeetingTask.objects.create(
        meeting=meeting,
        number=meeting.tasks.count() + 1,
        owner=owner,
        text=text,
        due_date=due_date,
        added_by=person,
        added_at=at,
    )
    write(
        partnership,
        "task.add",
        actor=person,
        at=at,
        code=task.code,
        text=text,
        party=owner.code if owner else "",
        due_date=due_date.isoformat(),
    )
    _plan(partnership, task, at=at)
    refresh_status(partnership, at=at)
    return task


@transaction.atomic
def finish_task(*, task_id: int, person: User, at: datetime) -> MeetingTask:
    """Say that a task is done: its owner's, or the broker's own.

    Raises MeetingsAreReadOnly, TaskIsOver, TaskOfAnotherParty and what require_answering_party raises.
    """
    partnership, task = _open(task_id)
    party = None if person.is_broker else require_answering_party(person, partnership)
    if party != task.owner:
        raise TaskOfAnotherParty
    task.done_at, task.done_by = at, person
    task.save(update_fields=["done_at", "done_by"])
    write(partnership, "task.finish", actor=person, at=at, code=task.code, text=task.text)
    _plan(partnership, task, at=at)
    refresh_status(partnership, at=at)
    return task


@transaction.atomic
def withdraw_task(*, task_id: int, broker: User, at: datetime) -> MeetingTask:
    """Withdraw a task that is not done. Raises NotABroker, MeetingsAreReadOnly, TaskIsOver."""
    require_broker(broker)
    partnership, task = _open(task_id)
    task.cancelled_at = at
    task.save(update_fields=["cancelled_at"])
    write(partnership, "task.withdraw", actor=broker, at=at, code=task.code, text=task.text)
    _plan(partnership, task, at=at)
    refresh_status(partnership, at=at)
    return task


def move_tasks(partnership: Partnership, *, days: int, at: datetime) -> None:
    """Move the open tasks of a locked case by `days`; the caller records it."""
    tasks = MeetingTask.objects.filter(meeting__partnership=partnership, done_at=None, cancelled_at=None)
    for task in tasks.select_related("meeting", "owner__organisation").order_by("pk"):
        task.due_date += timedelta(days=days)
        task.save(update_fields=["due_date"])
        _plan(partnership, task, at=at)


def _open(task_id: int) -> tuple[Partnership, MeetingTask]:
    rows = MeetingTask.objects.select_related("meeting", "owner__organisation")
    partnership = lock(MeetingTask.objects.values_list("meeting__partnership_id", flat=True).get(pk=task_id))
    _require_open(partnership)
    task = rows.get(pk=task_id)
    if not task.is_open:
        raise TaskIsOver
    return partnership, task


def _require_open(partnership: Partnership) -> None:
    if partnership.state in lifecycle.FINAL:
        raise MeetingsAreReadOnly


def _plan(partnership: Partnership, task: MeetingTask, *, at: datetime) -> None:
    """Plan the reminders of an open task of a party; of any other there is none."""
    plans: Sequence[Plan] = _reminders(partnership, task, at) if task.is_open and task.owner else ()
    post.replan(prefix=message_keys.task_prefix(partnership.pk, task.pk), plans=plans, at=at)


def _reminders(partnership: Partnership, task: MeetingTask, at: datetime) -> list[Plan]:
    series = slots.series(task.due_date, [task.due_date + timedelta(days=days) for days in REMINDER_DAYS])
    return [
        Plan(
            kind="task-reminder",
            key=message_keys.task_reminder(partnership.pk, task.pk, days=days),
            due_at=slot.due_at,
            facts={
                "partnership": str(partnership.pk),
                "task": task.pk,
                **slot.facts(),
                "collapse": message_keys.task_collapse(task.pk),
            },
        )
        for days, slot in zip(REMINDER_DAYS, series, strict=True)
        if slot.last_leaves_at >= at
    ]
