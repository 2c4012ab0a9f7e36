"""Messages about meetings: set, changed or cancelled, minutes to agree to, minutes refused, tasks."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from outbox.kinds import Recipient, Topic
from outbox.models import Message
from partnerships import lifecycle
from partnerships.case.mail_context import case_mail_context, page
from partnerships.case.recipients import (
    SPEAKERS,
    case_of,
    kind,
    lead_broker,
    members,
    parties_of,
    reminded,
)
from partnerships.meetings.queries import answers_prefetch, minutes_answers, task_of
from partnerships.models import Meeting, MinutesAnswer


def _meeting(message: Message) -> Meeting:
    rows = Meeting.objects.select_related("set_by").prefetch_related(answers_prefetch())
    return rows.get(pk=message.facts["meeting"])


def _everybody(message: Message) -> list[Recipient]:
    case = case_of(message)
    return [] if case.state in lifecycle.FINAL else members(parties_of(case), SPEAKERS)


def _invited(message: Message, at: datetime) -> list[Recipient]:
    """Return all parties, unless the meeting was moved, cancelled or has begun since."""
    meeting = _meeting(message)
    is_current = meeting.set_at.isoformat() == message.facts["set_at"] and not meeting.cancelled_at
    return _everybody(message) if is_current and meeting.starts_at > at else []


def _told_of_the_end(message: Message, _at: datetime) -> list[Recipient]:
    return _everybody(message)


def _asked(message: Message, _at: datetime) -> list[Recipient]:
    """Return the parties that have not answered; nobody once the minutes were written again."""
    meeting, case = _meeting(message), case_of(message)
    if meeting.minutes_number != message.facts["number"] or case.state in lifecycle.FINAL:
        return []
    return members(minutes_answers(meeting, parties_of(case)).waiting, SPEAKERS)


def _broker(message: Message, _at: datetime) -> list[Recipient]:
    """Return the broker, unless the minutes were written again."""
    is_current = _meeting(message).minutes_number == message.facts["number"]
    return lead_broker(case_of(message)) if is_current else []


def _context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, meeting = case_of(message), _meeting(message)
    refusals = MinutesAnswer.objects.filter(
        meeting=meeting, number=message.facts["number"], party__code=message.facts["party"]
    ).select_related("party__organisation")
    refusal = refusals.order_by("pk").first()
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("meeting", case, meeting.number),
        button=_("Lire le compte rendu") if meeting.minutes_number else _("Voir la réunion"),
        meeting=meeting.title,
        starts_at=meeting.starts_at,
        place=meeting.place,
        link=meeting.link,
        cancel_reason=meeting.cancel_reason,
        refuser=refusal.party.organisation.name if refusal else "",
        reason=refusal.reason if refusal else "",
    )


def _reminded(message: Message, _at: datetime) -> list[Recipient]:
    """Return whom to remind of a task that is not done."""
    case = case_of(message)
    task = task_of(case, message.facts["task"])
    if not task.is_open or task.owner is None or case.state in lifecycle.FINAL:
        return []
    return reminded([task.owner])[task.owner.pk]


def _task_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case = case_of(message)
    task = task_of(case, message.facts["task"])
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("task", case, task.pk),
        button=_("Voir la tâche"),
        task=task.text,
        meeting=task.meeting.title,
        due_date=task.due_date,
    )


KINDS = (
    kind("meeting-set", Topic.NEWS, _invited, _context),
    kind("meeting-cancelled", Topic.NEWS, _told_of_the_end, _context),
    kind("meeting-minutes", Topic.NEWS, _asked, _context),
    kind("meeting-refused", Topic.NEWS, _broker, _context),
    kind("task-reminder", Topic.MILESTONES, _reminded, _task_context, is_reminder=True),
)
