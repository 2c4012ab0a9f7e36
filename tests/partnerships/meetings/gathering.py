"""Meetings set, written up and followed by tasks, by the real actions."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from accounts.models import User
from partnerships.meetings.actions import meetings, tasks
from partnerships.meetings.actions.meetings import MeetingPlan
from partnerships.meetings.actions.minutes import MinutesReply
from partnerships.models import Meeting, MeetingTask, Partnership, Party

LINK = "https://visio.example/souffle"


def set_meeting(
    case: Partnership, broker: User, *, starts_at: datetime | None = None, at: datetime
) -> Meeting:
    """Have a broker set a meeting, in two days unless said otherwise."""
    plan = MeetingPlan("Point du trimestre", starts_at or at + timedelta(days=2), "", LINK)
    return meetings.set_meeting(partnership_id=case.pk, broker=broker, plan=plan, at=at)


def file_minutes(meeting: Meeting, broker: User, *, decisions: str = "", at: datetime) -> Meeting:
    """Have a broker write the minutes of a meeting."""
    return meetings.file_minutes(
        meeting_id=meeting.pk, broker=broker, minutes="Tous étaient là.", decisions=decisions, at=at
    )


def answer(meeting: Meeting, speaker: User, *, number: int = 1, is_agreed: bool = True, at: datetime) -> None:
    """Have somebody answer the minutes for their party."""
    reply = MinutesReply(number, is_agreed, "" if is_agreed else "La date manque.")
    meetings.answer_meeting(meeting_id=meeting.pk, speaker=speaker, reply=reply, at=at)


def add_task(
    meeting: Meeting, person: User, owner: Party | None, *, due_date: date | None = None, at: datetime
) -> MeetingTask:
    """Have somebody add a task, due in ten days unless said otherwise."""
    due_date = due_date or at.date() + timedelta(days=10)
    return tasks.add_task(
        meeting_id=meeting.pk, person=person, owner=owner, text="Relire l’affiche", due_date=due_date, at=at
    )
