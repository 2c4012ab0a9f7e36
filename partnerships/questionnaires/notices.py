"""The mail to the other brokers when a party doubts the neutrality of the broker of a case."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.people.queries.account import active_brokers
from accounts.recipients import recipient_for
from outbox.kinds import Recipient, Topic
from outbox.models import Message
from partnerships.case.mail_context import case_mail_context, page
from partnerships.case.recipients import case_of, kind


def _audience(message: Message, _at: datetime) -> list[Recipient]:
    case = case_of(message)
    return [recipient_for(broker) for broker in active_brokers() if broker.pk != case.broker_id]


def _context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case = case_of(message)
    return case_mail_context(
        case, reader, at=at, path=page("questionnaires", case), button=_("Lire le baromètre")
    )


KINDS = (kind("neutrality-alert", Topic.ROUNDS, _audience, _context),)
