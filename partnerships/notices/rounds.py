"""The negotiation: a question put to all, answers given, the text revised, then agreed."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from outbox.kinds import Recipient, Topic
from outbox.models import Message
from partnerships.lifecycle import Edition
from partnerships.models import Partnership, Party, Roadmap, Round
from partnerships.notices.audience import (
    SPEAKERS,
    askable,
    case_of,
    is_broker,
    kind,
    lead_broker,
    members,
    parties_of,
)
from partnerships.notices.letter import Turn, letter, page
from partnerships.queries import agreement


def _negotiated(case: Partnership) -> Roadmap | None:
    return case.roadmaps.filter(state=Edition.NEGOTIATION).first()


def _running(message: Message, at: datetime) -> Round | None:
    running = Round.objects.filter(pk=message.facts["round"], opened_at=None, deadline_at__gt=at)
    return running.first()


def _awaited(case: Partnership, roadmap: Roadmap) -> list[Party]:
    """Return the parties that have not yet spoken on every clause of the text."""
    clauses, stands = agreement.clauses_of(roadmap), agreement.stands_on(roadmap.pk)
    return [party for party in parties_of(case) if agreement.unanswered(clauses, stands, party.pk)]


def _asked(message: Message, at: datetime) -> list[Recipient]:
    case = case_of(message)
    is_open = _running(message, at) and _negotiated(case)
    return askable(parties_of(case), SPEAKERS) if is_open else []


def _chased(message: Message, at: datetime) -> list[Recipient]:
    case = case_of(message)
    roadmap = _negotiated(case)
    if roadmap is None or _running(message, at) is None:
        return []
    return askable(_awaited(case, roadmap), SPEAKERS)


def _question(message: Message, reader: Recipient) -> dict[str, object]:
    case = case_of(message)
    asked = Round.objects.get(pk=message.facts["round"])
    return letter(
        case,
        reader,
        Turn.YOURS,
        path=page("rounds", case),
        button=_("Répondre à ce tour"),
        number=asked.number,
        deadline=asked.deadline_at,
    )


def _told_of_revision(message: Message, _at: datetime) -> list[Recipient]:
    case = case_of(message)
    roadmap = _negotiated(case)
    return askable(_awaited(case, roadmap), SPEAKERS) if roadmap else []


def _revision(message: Message, reader: Recipient) -> dict[str, object]:
    case = case_of(message)
    running = case.rounds.order_by("-asked_at", "-pk").first()
    return letter(
        case,
        reader,
        Turn.YOURS,
        path=page("rounds", case),
        button=_("Relire le texte"),
        deadline=running.deadline_at if running else None,
    )


def _told_of_answers(message: Message, _at: datetime) -> list[Recipient]:
    case = case_of(message)
    return lead_broker(case) if _negotiated(case) else []


def _answers(message: Message, reader: Recipient) -> dict[str, object]:
    case = case_of(message)
    roadmap = _negotiated(case)
    party = next(each for each in parties_of(case) if each.code == message.facts["party"])
    is_last = roadmap is None or not _awaited(case, roadmap)
    return letter(
        case,
        reader,
        Turn.YOURS if is_last else Turn.PARTIES,
        path=page("rounds", case),
        button=_("Lire les réponses"),
        speaker=party.organisation.name,
        is_last=is_last,
    )


def _told_of_agreement(message: Message, _at: datetime) -> list[Recipient]:
    case = case_of(message)
    state = Roadmap.objects.get(pk=message.facts["roadmap"]).state
    if state not in (Edition.AGREED, Edition.SIGNING):
        return []
    freezer = lead_broker(case) if state == Edition.AGREED else []
    return [*freezer, *members(parties_of(case), SPEAKERS)]


def _agreement(message: Message, reader: Recipient) -> dict[str, object]:
    case = case_of(message)
    if is_broker(reader):
        return letter(case, reader, Turn.YOURS, path=page("rounds", case), button=_("Relire et figer"))
    return letter(
        case, reader, Turn.BROKER, path=case.get_absolute_url(), button=_("Relire le texte convenu")
    )


KINDS = (
    kind("round-opened", Topic.ROUNDS, _asked, _question),
    kind("round-reminder", Topic.ROUNDS, _chased, _question, is_reminder=True),
    kind("clause-revised", Topic.ROUNDS, _told_of_revision, _revision),
    kind("party-answered", Topic.ROUNDS, _told_of_answers, _answers),
    kind("text-agreed", Topic.ROUNDS, _told_of_agreement, _agreement),
)
