"""The meetings of a case with their agenda, tasks and minutes, as their reader sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Prefetch
from django.http import Http404

from partnerships import lifecycle
from partnerships.case.header import CaseHeader
from partnerships.models import (
    AgendaItem,
    Mediation,
    Meeting,
    MeetingTask,
    MinutesAnswer,
    Partnership,
    Party,
)


class MinutesAnswers(NamedTuple):
    """The answers to the present minutes of something, and the parties that have not answered them."""

    given: Sequence[MinutesAnswer]
    waiting: Sequence[Party]

    @property
    def is_refused(self) -> bool:
        return any(not answer.is_agreed for answer in self.given)


class TaskRow(NamedTuple):
    task: MeetingTask
    may_finish: bool
    may_withdraw: bool
    is_late: bool


@dataclass(frozen=True, kw_only=True)
class MeetingRow:
    """A meeting as its reader sees it.

    `state`: "planned" before it starts, "past" while its minutes are not written, "minutes" while the parties
    answer them, "refused" when one refused them, "closed" when all agreed, "cancelled". `may_add`: to the
    agenda; `may_answer`: the minutes, for the reader's party; `may_write`: the reader is the broker.
    """

    meeting: Meeting
    agenda: Sequence[AgendaItem]
    tasks: Sequence[TaskRow]
    answers: MinutesAnswers
    state: str
    decisions: Sequence[str]
    may_add: bool
    may_add_task: bool
    may_answer: bool
    may_write: bool


def answers_prefetch() -> Prefetch[Any]:
    """Return the prefetch of the answers to minutes, for `minutes_answers`."""
    answers = MinutesAnswer.objects.select_related("party__organisation").order_by("pk")
    return Prefetch("answers", queryset=answers)


def minutes_answers(subject: Mediation | Meeting, parties: Sequence[Party]) -> MinutesAnswers:
    """Return the answers to the present minutes of something with its answers loaded. No query."""
    given = [row for row in subject.answers.all() if row.number == subject.minutes_number]
    answered = {row.party_id for row in given}
    is_asked = bool(subject.minutes_number) and subject.closed_at is None
    waiting = [party for party in parties if party.pk not in answered] if is_asked else []
    return MinutesAnswers(given, waiting)


def meetings_of(header: CaseHeader, at: datetime) -> list[MeetingRow]:
    """Return the meetings of a case, the latest first. 4 queries."""
    agenda = AgendaItem.objects.select_related("party__organisation", "added_by").order_by("pk")
    tasks = MeetingTask.objects.select_related("meeting", "owner__organisation", "done_by").order_by("number")
    rows = header.partnership.meetings.select_related("set_by").prefetch_related(
        Prefetch("agenda", queryset=agenda), Prefetch("tasks", queryset=tasks), answers_prefetch()
    )
    return [_row(header, each, at) for each in rows.order_by("-starts_at", "-number")]


def meeting_row(header: CaseHeader, number: int, at: datetime) -> MeetingRow:
    """Return the meeting of that number. 4 queries. Raises Http404."""
    for row in meetings_of(header, at):
        if row.meeting.number == number:
            return row
    raise Http404


def task_row(header: CaseHeader, task_id: int, at: datetime) -> TaskRow:
    """Return a task of a meeting of the case. 1 query. Raises Http404."""
    rows = MeetingTask.objects.select_related("meeting", "owner__organisation", "done_by")
    task = rows.filter(pk=task_id, meeting__partnership=header.partnership).first()
    if task is None:
        raise Http404
    return _task(header, task, at)


def task_owners(header: CaseHeader) -> list[Party]:
    """Return the parties for which the reader may add a task: all for the broker, else their own."""
    if header.reader.is_broker:
        return list(header.parties)
    return [header.reader.party] if header.reader.party else []


def task_of(partnership: Partnership, task_id: int) -> MeetingTask:
    """Return a task of a case, with its owner. 1 query."""
    rows = MeetingTask.objects.select_related("meeting", "owner__organisation")
    return rows.get(pk=task_id, meeting__partnership=partnership)


def _row(header: CaseHeader, meeting: Meeting, at: datetime) -> MeetingRow:
    answers = minutes_answers(meeting, header.parties)
    reader = header.reader
    is_open = header.partnership.state not in lifecycle.FINAL and meeting.cancelled_at is None
    acts = reader.is_broker or (reader.party is not None and not reader.reads_only)
    return MeetingRow(
        meeting=meeting,
        agenda=list(meeting.agenda.all()),
        tasks=[_task(header, each, at) for each in meeting.tasks.all()],
        answers=answers,
        state=_state(meeting, answers, at),
        decisions=[line.strip() for line in meeting.decisions.splitlines() if line.strip()],
        may_add=is_open and acts and not meeting.minutes_number,
        may_add_task=is_open and (reader.is_broker or reader.may_answer),
        may_answer=is_open and reader.may_answer and reader.party in answers.waiting,
        may_write=is_open and reader.is_broker and meeting.closed_at is None,
    )


def _task(header: CaseHeader, task: MeetingTask, at: datetime) -> TaskRow:
    reader = header.reader
    is_open = task.is_open and header.partnership.state not in lifecycle.FINAL
    is_own = reader.is_broker if task.owner is None else reader.may_answer and reader.party == task.owner
    return TaskRow(
        task=task,
        may_finish=is_open and is_own,
        may_withdraw=is_open and reader.is_broker,
        is_late=task.is_open and task.due_date < at.date(),
    )


def _state(meeting: Meeting, answers: MinutesAnswers, at: datetime) -> str:
    if meeting.cancelled_at:
        return "cancelled"
    if meeting.closed_at:
        return "closed"
    if meeting.minutes_number:
        return "refused" if answers.is_refused else "minutes"
    return "past" if meeting.starts_at <= at else "planned"
