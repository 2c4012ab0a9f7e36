"""Messages about the hand-over of a case: asked, declined or withdrawn, done."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.recipients import recipient_for
from outbox.kinds import Recipient, Topic
from outbox.models import Message
from partnerships.case.mail_context import case_mail_context, page
from partnerships.case.recipients import RESPONSIBLE, case_of, kind, members, parties_of
from partnerships.models import CaseHandover, HandoverDecision


def _handover(message: Message) -> CaseHandover:
    related = ("from_broker", "to_broker", "asked_by")
    return CaseHandover.objects.select_related(*related).get(pk=message.facts["handover"])


def _brokers(*users: User) -> list[Recipient]:
    """Return the brokers among them who are still there, each once."""
    return [recipient_for(user) for user in dict.fromkeys(users) if user.is_active and user.is_broker]


def _asked_audience(message: Message, _at: datetime) -> list[Recipient]:
    handover = _handover(message)
    return _brokers(handover.to_broker) if handover.decision == "" else []


def _declined_audience(message: Message, _at: datetime) -> list[Recipient]:
    """Return who asked and the broker of the case; who was asked as well where the request was withdrawn."""
    handover = _handover(message)
    is_withdrawn = handover.decision == HandoverDecision.WITHDRAWN
    asked = [handover.to_broker] if is_withdrawn else []
    return _brokers(handover.asked_by, handover.from_broker, *asked)


def _done_audience(message: Message, _at: datetime) -> list[Recipient]:
    """Return all parties and both brokers."""
    handover = _handover(message)
    parties = members(parties_of(case_of(message)), RESPONSIBLE)
    return [*parties, *_brokers(handover.to_broker, handover.from_broker)]


def _context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, handover = case_of(message), _handover(message)
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("handover", case),
        button=_("Lire la transmission"),
        asker=str(handover.asked_by),
        from_broker=str(handover.from_broker),
        to_broker=str(handover.to_broker),
        reason=handover.decision_reason or handover.reason,
        interests=handover.interests,
        is_withdrawn=handover.decision == HandoverDecision.WITHDRAWN,
    )


KINDS = (
    kind("case-handover-asked", Topic.NEWS, _asked_audience, _context),
    kind("case-handover-declined", Topic.NEWS, _declined_audience, _context),
    kind("case-handed-over", Topic.NEWS, _done_audience, _context, is_legal=True),
)
