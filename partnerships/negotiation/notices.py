"""The negotiation: a question put to all, answers given, the text revised, then agreed."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from outbox.kinds import Recipient, Topic
from outbox.models import Message
from partnerships.case.mail_context import letter, page
from partnerships.case.recipients import (
    SPEAKERS,
    askable,
    case_of,
    is_broker,
    kind,
    lead_broker,
    members,
    parties_of,
)
from partnerships.lifecycle import Edition
from partnerships.models import Partnership, Party, Roadmap, Round


def _negotiated(case: Partnership) -> Roadmap | None:
    return case.roadmaps.filter(state=Edition.NEGOTIATION).first()


def _running(message: Message, at: datetime) -> Round | None:
    closed = Round.objects.filter(pk=message.facts["round"], opened_at=None, cancelled_at=None)
    return closed.filter(deadline_at__gt=at).first()


def _awaited(case: Partnership, asked: Round) -> list[Party]:
    """Return the parties that have not sealed their answer to a round."""
    silent = set(asked.envelopes.filter(sealed_at=None).order_by("pk").values_list("party_id", flat=True))
    return [party for party in parties_of(case) if party.pk in silent]


def _asked(message: Message, at: datetime) -> list[Recipient]:
    case = case_of(message)
    is_open = _running(message, at) and _negotiated(case)
    return askable(parties_of(case), SPEAKERS) if is_open else []


def _chased(message: Message, at: datetime) -> list[Recipient]:
    case = case_of(message)
    asked = _running(message, at)
    return askable(_awaited(case, asked), SPEAKERS) if asked and _negotiated(case) else []


def _question(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case = case_of(message)
    asked = Round.objects.get(pk=message.facts["round"])
    return letter(
        case,
        reader,
        at=at,
        path=page("rounds", case),
        button=_("Répondre à ce tour"),
        number=asked.number,
        deadline=asked.deadline_at,
        words=asked.words,
    )


def _told_of_revision(message: Message, _at: datetime) -> list[Recipient]:
    case = case_of(message)
    return members(parties_of(case), SPEAKERS) if _negotiated(case) else []


def _revision(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case = case_of(message)
    return letter(case, reader, at=at, path=page("rounds", case), button=_("Relire le texte"))


def _told_of_cancelling(message: Message, _at: datetime) -> list[Recipient]:
    return members(parties_of(case_of(message)), SPEAKERS)


def _cancelling(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case = case_of(message)
    asked = Round.objects.get(pk=message.facts["round"])
    return letter(
        case,
        reader,
        at=at,
        path=page("rounds", case),
        button=_("Voir le dossier"),
        number=asked.number,
        reason=asked.cancel_reason,
    )


def _told_of_agreement(message: Message, _at: datetime) -> list[Recipient]:
    case = case_of(message)
    state = Roadmap.objects.get(pk=message.facts["roadmap"]).state
    if state not in (Edition.AGREED, Edition.SIGNING):
        return []
    freezer = lead_broker(case) if state == Edition.AGREED else []
    return [*freezer, *members(parties_of(case), SPEAKERS)]


def _agreement(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case = case_of(message)
    if is_broker(reader):
        return letter(case, reader, at=at, path=page("rounds", case), button=_("Relire et figer"))
    return letter(case, reader, at=at, path=case.get_absolute_url(), button=_("Relire le texte convenu"))


KINDS = (
    kind("round-opened", Topic.ROUNDS, _asked, _question),
    kind("round-reminder", Topic.ROUNDS, _chased, _question, is_reminder=True),
    kind("clause-revised", Topic.ROUNDS, _told_of_revision, _revision),
    kind("round-cancelled", Topic.ROUNDS, _told_of_cancelling, _cancelling),
    kind("text-agreed", Topic.ROUNDS, _told_of_agreement, _agreement),
)
