"""The message that a charter ends soon, to all parties and the broker."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from outbox.kinds import Recipient, Topic
from outbox.models import Message
from partnerships.case.mail_context import case_mail_context, page
from partnerships.case.recipients import SPEAKERS, case_of, is_broker, kind, lead_broker, members, parties_of
from partnerships.lifecycle import Case


def _everybody(message: Message, _at: datetime) -> list[Recipient]:
    """Return all parties and the broker while the charter is in force."""
    case = case_of(message)
    if case.state != Case.ACTIVE:
        return []
    return [*members(parties_of(case), SPEAKERS), *lead_broker(case)]


def _context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case = case_of(message)
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("follow_up", case),
        button=_("Voir le suivi"),
        ends_on=date.fromisoformat(message.facts["ends_on"]),
        is_broker=is_broker(reader),
    )


KINDS = (kind("charter-ending", Topic.MILESTONES, _everybody, _context, is_reminder=True),)
