"""Messages about milestones: reminders to owners, delays to the broker."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from outbox.kinds import Recipient, Topic
from outbox.models import Message
from partnerships.case.mail_context import case_mail_context, page
from partnerships.case.next_step import NextStep, OpenMilestone, Step
from partnerships.case.recipients import case_of, kind, lead_broker, parties_of, reached, reminded
from partnerships.lifecycle import Case
from partnerships.models import Milestone, Partnership, Party


def _milestone(message: Message) -> Milestone:
    related = ("partnership", "owner__organisation", "depends_on")
    return Milestone.objects.select_related(*related).get(pk=message.facts["milestone"])


def _is_open(message: Message, milestone: Milestone, at: datetime) -> bool:
    """Return whether the milestone is open, due on the day of the message, and waits for no late one."""
    if milestone.waits_on(timezone.localdate(at)):
        return False
    is_closed = milestone.completed_at is not None or milestone.cancelled_at is not None
    is_same_day = milestone.due_date.isoformat() == message.facts["due_date"]
    return not is_closed and is_same_day and milestone.partnership.state == Case.ACTIVE


def _owners(milestone: Milestone) -> list[Party]:
    return [milestone.owner] if milestone.owner else parties_of(milestone.partnership)


def _reminder_audience(message: Message, at: datetime) -> list[Recipient]:
    """Return the referents of each owner, or its signatories where it has no referent.

    Without those who want none before a day; of the reminder of that day, that person alone.
    """
    milestone = _milestone(message)
    if not _is_open(message, milestone, at):
        return []
    everybody = [each for group in reminded(_owners(milestone)).values() for each in group]
    return reached(message, milestone.snoozes.order_by("pk"), everybody)


def _reminder_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, milestone = case_of(message), _milestone(message)
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("evidence", case, milestone.pk),
        button=_("Déposer la preuve"),
        subject=_delivery_of(case, milestone),
        postpone_path=page("postpone", case, milestone.pk),
    ) | _milestone_context(milestone)


def _delay_audience(message: Message, at: datetime) -> list[Recipient]:
    milestone = _milestone(message)
    return lead_broker(case_of(message)) if _is_open(message, milestone, at) else []


def _delay_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, milestone = case_of(message), _milestone(message)
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("follow_up", case),
        button=_("Voir le suivi"),
        subject=_delivery_of(case, milestone),
    ) | _milestone_context(milestone)


def _delivery_of(case: Partnership, milestone: Milestone) -> NextStep:
    """Return the step that the mail is about, whichever milestone the case waits for first."""
    owner = milestone.owner.code if milestone.owner else None
    return NextStep(
        step=Step.DELIVER,
        parties=tuple(party.code for party in parties_of(case)) if owner is None else (owner,),
        deadline=milestone.due_date,
        milestone=OpenMilestone(
            id=milestone.pk,
            code=milestone.code,
            title=milestone.title,
            owner=owner,
            due_date=milestone.due_date,
        ),
    )


def _milestone_context(milestone: Milestone) -> dict[str, object]:
    owners = [owner.organisation.name for owner in _owners(milestone)]
    return {
        "milestone": str(milestone),
        "indicator": milestone.indicator,
        "due_date": milestone.due_date,
        "is_shared": milestone.owner is None,
        "owners": get_text_list(owners, _("et")),
    }


MILESTONE_KINDS = (
    kind("milestone-reminder", Topic.MILESTONES, _reminder_audience, _reminder_context, is_reminder=True),
    kind("milestone-overdue", Topic.MILESTONES, _delay_audience, _delay_context, is_reminder=True),
)
