"""Messages about suspensions: asked, declined, begun, prolonged, ready, planned end passed, over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from outbox.kinds import Recipient, Topic
from outbox.models import Message
from partnerships.case.mail_context import case_mail_context, page
from partnerships.case.recipients import SPEAKERS, case_of, kind, lead_broker, members, parties_of
from partnerships.models import Party, Suspension, SuspensionDecision, SuspensionQuestion, planned_end


def _suspension(message: Message) -> Suspension:
    related = ("party__organisation", "asked_by", "decided_by", "ended_by")
    return Suspension.objects.select_related(*related).get(pk=message.facts["suspension"])


def _everybody(message: Message, _at: datetime) -> list[Recipient]:
    """Return all parties and the broker."""
    case = case_of(message)
    return [*members(parties_of(case), SPEAKERS), *lead_broker(case)]


def _asked_audience(message: Message, at: datetime) -> list[Recipient]:
    """Return everybody while the request has no answer."""
    return _everybody(message, at) if _suspension(message).decision == "" else []


def _running_audience(message: Message, at: datetime) -> list[Recipient]:
    """Return everybody while the suspension runs."""
    return _everybody(message, at) if _suspension(message).is_running else []


def _planned_audience(message: Message, at: datetime) -> list[Recipient]:
    """Return everybody while the suspension runs until the day of the message."""
    is_same_day = _suspension(message).until.isoformat() == message.facts["until"]
    return _running_audience(message, at) if is_same_day else []


def _over_audience(message: Message, _at: datetime) -> list[Recipient]:
    """Return at the planned end the parties that did not say that they are ready, and the broker."""
    suspension, case = _suspension(message), case_of(message)
    if not suspension.is_running or suspension.until.isoformat() != message.facts["until"]:
        return []
    ready = suspension.answers.filter(question=SuspensionQuestion.RESUME).order_by("pk")
    codes = set(ready.values_list("party_id", flat=True))
    unready = [party for party in parties_of(case) if party.pk not in codes]
    return [*members(unready, SPEAKERS), *lead_broker(case)]


def _context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, suspension = case_of(message), _suspension(message)
    ready = Party.objects.filter(partnership=case, code=message.facts["party"] or None)
    party = ready.select_related("organisation").order_by("pk").first()
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("suspensions", case),
        button=_("Lire la suspension"),
        suspension=suspension.code,
        asker=suspension.party.organisation.name if suspension.party else str(suspension.asked_by),
        is_proposal=suspension.party is None,
        is_withdrawn=suspension.decision == SuspensionDecision.WITHDRAWN,
        ground=suspension.get_ground_display(),
        words=suspension.text,
        until=planned_end(suspension.until),
        reason=message.facts["reason"] or suspension.decision_reason,
        decider=str(suspension.decided_by or ""),
        ready=party.organisation.name if party else "",
        days=suspension.days,
        moved=_moved(suspension),
    )


def _moved(suspension: Suspension) -> list[tuple[str, object]]:
    """Return the open milestones with their new due dates once the suspension is over. 1 query at most."""
    if suspension.ended_at is None:
        return []
    rows = suspension.partnership.milestones.filter(completed_at=None, cancelled_at=None)
    return [(f"{row.code}. {row.title}", row.due_date) for row in rows.order_by("due_date", "pk")]


KINDS = (
    kind("suspension-asked", Topic.NEWS, _asked_audience, _context),
    kind("suspension-declined", Topic.NEWS, _everybody, _context),
    kind("suspension-started", Topic.NEWS, _running_audience, _context),
    kind("suspension-prolonged", Topic.NEWS, _planned_audience, _context),
    kind("suspension-ready", Topic.NEWS, _running_audience, _context),
    # It leaves at a decent hour as reminders do, and while the case is suspended as none of them does.
    replace(kind("suspension-overdue", Topic.NEWS, _over_audience, _context), working_hours=True),
    kind("suspension-ended", Topic.NEWS, _everybody, _context),
)
