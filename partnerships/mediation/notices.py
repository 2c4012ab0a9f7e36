"""Messages about mediations: opened, answered, minutes to agree to, refused, closed."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from outbox.kinds import Recipient, Topic
from outbox.models import Message
from partnerships.case.mail_context import case_mail_context, page
from partnerships.case.recipients import (
    SPEAKERS,
    case_of,
    is_broker,
    kind,
    lead_broker,
    members,
    parties_of,
)
from partnerships.models import Mediation, MinutesAnswer, Party


def _mediation(message: Message) -> Mediation:
    return Mediation.objects.select_related("party__organisation", "opened_by").get(
        pk=message.facts["mediation"]
    )


def _everybody(message: Message, _at: datetime) -> list[Recipient]:
    """Return all parties and the broker."""
    case = case_of(message)
    return [*members(parties_of(case), SPEAKERS), *lead_broker(case)]


def _parties(message: Message, _at: datetime) -> list[Recipient]:
    return members(parties_of(case_of(message)), SPEAKERS)


def _unanswered(message: Message, mediation: Mediation) -> list[Party]:
    answers = mediation.answers.filter(number=mediation.minutes_number).order_by("pk")
    answered = set(answers.values_list("party_id", flat=True))
    return [party for party in parties_of(case_of(message)) if party.pk not in answered]


def _minutes_audience(message: Message, _at: datetime) -> list[Recipient]:
    """Return the parties that have not answered; nobody once the minutes were written again."""
    mediation = _mediation(message)
    if mediation.closed_at or mediation.minutes_number != message.facts["number"]:
        return []
    return members(_unanswered(message, mediation), SPEAKERS)


def _broker(message: Message, _at: datetime) -> list[Recipient]:
    """Return the broker, unless the minutes were written again."""
    mediation = _mediation(message)
    is_current = mediation.minutes_number == message.facts["number"]
    return lead_broker(case_of(message)) if is_current else []


def _context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, mediation = case_of(message), _mediation(message)
    refusals = MinutesAnswer.objects.filter(
        mediation=mediation, number=message.facts["number"], party__code=message.facts["party"]
    ).select_related("party__organisation")
    refusal = refusals.order_by("pk").first()
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("mediation", case, mediation.number),
        button=_("Lire et répondre") if is_broker(reader) else _("Lire la médiation"),
        opener=mediation.party.organisation.name if mediation.party else str(mediation.opened_by),
        mediation=f"{mediation.code}, {mediation.title}",
        quote=mediation.quote,
        raised=mediation.text,
        deadline=mediation.answer_until,
        answer=mediation.answer,
        outcome=mediation.get_outcome_display() if mediation.outcome else "",
        refuser=refusal.party.organisation.name if refusal else "",
        reason=refusal.reason if refusal else "",
    )


KINDS = (
    kind("mediation-opened", Topic.MILESTONES, _everybody, _context),
    kind("mediation-answered", Topic.MILESTONES, _parties, _context),
    kind("minutes-written", Topic.MILESTONES, _minutes_audience, _context),
    kind("minutes-refused", Topic.MILESTONES, _broker, _context),
    kind("mediation-closed", Topic.MILESTONES, _everybody, _context),
)
