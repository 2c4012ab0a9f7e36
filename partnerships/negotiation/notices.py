"""Mails about the negotiation: rounds opened and cancelled, text revised and agreed."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from outbox.kinds import Recipient, Topic
from outbox.models import Message
from partnerships.case.mail_context import case_mail_context, page
from partnerships.case.recipients import (
    SPEAKERS,
    active_members,
    case_of,
    is_broker,
    kind,
    lead_broker,
    members,
    parties_of,
)
from partnerships.lifecycle import Edition
from partnerships.models import QUESTIONNAIRES, Partnership, Party, Roadmap, Round


def _negotiated_roadmap(case: Partnership) -> Roadmap | None:
    return case.roadmaps.filter(state=Edition.NEGOTIATION).first()


def _running_round(message: Message, at: datetime) -> Round | None:
    closed = Round.objects.filter(pk=message.facts["round"], opened_at=None, cancelled_at=None)
    return closed.filter(deadline_at__gt=at).first()


def _unsealed_parties(case: Partnership, round_: Round) -> list[Party]:
    """Return the parties that have not sealed their envelope of a round."""
    silent = set(round_.envelopes.filter(sealed_at=None).order_by("pk").values_list("party_id", flat=True))
    return [party for party in parties_of(case) if party.pk in silent]


def _opening_recipients(message: Message, at: datetime) -> list[Recipient]:
    case = case_of(message)
    is_open = _running_round(message, at) and _negotiated_roadmap(case)
    return active_members(parties_of(case), SPEAKERS) if is_open else []


def _reminder_recipients(message: Message, at: datetime) -> list[Recipient]:
    case = case_of(message)
    round_ = _running_round(message, at)
    return (
        active_members(_unsealed_parties(case, round_), SPEAKERS)
        if round_ and _negotiated_roadmap(case)
        else []
    )


def _question_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case = case_of(message)
    round_ = Round.objects.get(pk=message.facts["round"])
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("rounds", case),
        button=_("Répondre à ce tour"),
        number=round_.number,
        deadline=round_.deadline_at,
        words=round_.words,
    )


def _revision_recipients(message: Message, _at: datetime) -> list[Recipient]:
    case = case_of(message)
    return members(parties_of(case), SPEAKERS) if _negotiated_roadmap(case) else []


def _revision_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case = case_of(message)
    return case_mail_context(case, reader, at=at, path=page("rounds", case), button=_("Relire le texte"))


def _cancelling_recipients(message: Message, _at: datetime) -> list[Recipient]:
    return members(parties_of(case_of(message)), SPEAKERS)


def _cancelling_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case = case_of(message)
    round_ = Round.objects.get(pk=message.facts["round"])
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("questionnaires" if round_.question in QUESTIONNAIRES else "rounds", case),
        button=_("Voir le dossier"),
        question=round_.get_question_display() if round_.question in QUESTIONNAIRES else "",
        number=round_.number,
        reason=round_.cancel_reason,
    )


def _agreement_recipients(message: Message, _at: datetime) -> list[Recipient]:
    case = case_of(message)
    state = Roadmap.objects.get(pk=message.facts["roadmap"]).state
    if state not in (Edition.AGREED, Edition.SIGNING):
        return []
    freezer = lead_broker(case) if state == Edition.AGREED else []
    return [*freezer, *members(parties_of(case), SPEAKERS)]


def _agreement_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case = case_of(message)
    if is_broker(reader):
        return case_mail_context(
            case, reader, at=at, path=page("rounds", case), button=_("Relire et figer le texte")
        )
    return case_mail_context(
        case, reader, at=at, path=case.get_absolute_url(), button=_("Relire le texte convenu")
    )


KINDS = (
    kind("round-opened", Topic.ROUNDS, _opening_recipients, _question_context),
    kind("round-reminder", Topic.ROUNDS, _reminder_recipients, _question_context, is_reminder=True),
    kind("clause-revised", Topic.ROUNDS, _revision_recipients, _revision_context),
    kind("round-cancelled", Topic.ROUNDS, _cancelling_recipients, _cancelling_context),
    kind("text-agreed", Topic.ROUNDS, _agreement_recipients, _agreement_context),
)
