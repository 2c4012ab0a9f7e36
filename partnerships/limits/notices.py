"""Messages about limits: an alert, a declared action, an answer to one."""

from __future__ import annotations

from datetime import datetime

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from outbox.kinds import Recipient, Topic
from outbox.models import Message
from partnerships.case.mail_context import case_mail_context, page
from partnerships.case.recipients import (
    SPEAKERS,
    case_of,
    kind,
    lead_broker,
    members,
    parties_of,
)
from partnerships.models import DeclaredAction, DeclaredActionAnswer, LimitAlert

QUOTED_CHARS = 600


def _alert(message: Message) -> LimitAlert:
    rows = LimitAlert.objects.select_related("party__organisation", "raised_by", "mediation")
    return rows.get(pk=message.facts["alert"])


def _action(message: Message) -> DeclaredAction:
    return DeclaredAction.objects.select_related("party__organisation").get(pk=message.facts["action"])


def _everybody(message: Message, _at: datetime) -> list[Recipient]:
    """Return all parties and the broker."""
    case = case_of(message)
    return [*members(parties_of(case), SPEAKERS), *lead_broker(case)]


def _alert_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, alert = case_of(message), _alert(message)
    mediation = alert.mediation
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("alert", case, alert.number),
        button=_("Lire et répondre"),
        raiser=alert.party.organisation.name if alert.party else str(alert.raised_by),
        alert=f"{alert.code}, {alert.title}",
        point=alert.subject,
        quote=Truncator(alert.quote).chars(QUOTED_CHARS),
        raised=alert.text,
        deadline=mediation.answer_until if mediation else None,
    )


def _others(message: Message, _at: datetime) -> list[Recipient]:
    """Return the parties that did not declare the action, and the broker."""
    case, action = case_of(message), _action(message)
    others = [party for party in parties_of(case) if party.pk != action.party_id]
    return [*members(others, SPEAKERS), *lead_broker(case)]


def _declarer(message: Message, _at: datetime) -> list[Recipient]:
    return members([_action(message).party], SPEAKERS)


def _action_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, action = case_of(message), _action(message)
    answers = DeclaredActionAnswer.objects.filter(action=action, party__code=message.facts["party"])
    answer = answers.select_related("party__organisation").order_by("pk").first()
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("declared_action", case, action.number),
        button=_("Lire la déclaration"),
        declarer=action.party.organisation.name,
        action=f"{action.code}, {action.title}",
        kind_label=action.get_kind_display(),
        planned=action.text,
        planned_on=action.planned_on,
        asked=", ".join(point["code"] for point in action.points if not point["respects"]),
        answerer=answer.party.organisation.name if answer else "",
        answer=answer.text if answer else "",
    )


KINDS = (
    kind("alert-raised", Topic.MILESTONES, _everybody, _alert_context),
    kind("action-declared", Topic.MILESTONES, _others, _action_context),
    kind("action-answered", Topic.MILESTONES, _declarer, _action_context),
)
