"""Messages about postponements: the request to those who answer, then the answer to all."""

from __future__ import annotations

from datetime import datetime

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from outbox.kinds import Recipient, Topic
from outbox.models import Message
from partnerships.case.mail_context import case_details, case_mail_context, page
from partnerships.case.next_step import AwaitedAnswer, Step
from partnerships.case.recipients import (
    SPEAKERS,
    case_of,
    is_broker,
    kind,
    lead_broker,
    members,
    parties_of,
)
from partnerships.lifecycle import Case
from partnerships.models import Partnership, Party, Postponement, PostponementDecision


def _request(message: Message) -> Postponement:
    return Postponement.objects.select_related("milestone", "party__organisation").get(
        pk=message.facts["request"]
    )


def _unanswered(request: Postponement, case: Partnership) -> list[Party]:
    answered = {request.party_id, *request.answers.order_by("pk").values_list("party_id", flat=True)}
    return [party for party in parties_of(case) if party.pk not in answered]


def _asked_audience(message: Message, _at: datetime) -> list[Recipient]:
    """Return the other parties that have not answered, and the broker, who is told."""
    case, request = case_of(message), _request(message)
    if request.decided_at or case.state != Case.ACTIVE:
        return []
    return [*members(_unanswered(request, case), SPEAKERS), *lead_broker(case)]


def _asked_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, request = case_of(message), _request(message)
    unanswered = _unanswered(request, case)
    answer = AwaitedAnswer(
        step=Step.POSTPONE,
        id=request.pk,
        code=request.milestone.code,
        title=request.milestone.title,
        party=request.party.code,
        unanswered=tuple(party.code for party in unanswered),
        until=None,
    )
    reads = is_broker(reader)
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("follow_up", case) if reads else page("answer_postponement", case, request.pk),
        button=_("Voir le suivi") if reads else _("Accepter ou refuser"),
        subject=answer.next_step,
        others=get_text_list([party.organisation.name for party in unanswered], _("et")),
    ) | _words(request)


def _decided_audience(message: Message, _at: datetime) -> list[Recipient]:
    """Return all parties and the broker."""
    case, request = case_of(message), _request(message)
    is_answered = request.decision in (PostponementDecision.ACCEPTED, PostponementDecision.REFUSED)
    return [*members(parties_of(case), SPEAKERS), *lead_broker(case)] if is_answered else []


def _decided_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, request = case_of(message), _request(message)
    last = request.answers.order_by("-pk").first()
    context = case_mail_context(
        case,
        reader,
        at=at,
        path=page("follow_up", case),
        button=_("Voir le suivi"),
        is_accepted=request.decision == PostponementDecision.ACCEPTED,
        answer=last.reason if last else "",
    ) | _words(request)
    # The next step of the case may be another milestone.
    return {**context, "details": [*case_details(case), (_("Jalon"), str(request.milestone))]}


def _words(request: Postponement) -> dict[str, object]:
    return {
        "milestone": str(request.milestone),
        "asker": request.party.organisation.name,
        "reason": request.reason,
        "from_date": request.from_date,
        "due_date": request.due_date,
    }


POSTPONEMENT_KINDS = (
    kind("postponement-asked", Topic.MILESTONES, _asked_audience, _asked_context),
    kind("postponement-decided", Topic.MILESTONES, _decided_audience, _decided_context),
)
