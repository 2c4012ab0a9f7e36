"""The envelopes of a round: what is asked, who has sealed (never what), more time for all, opened for all."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from outbox.kinds import Recipient, Topic
from outbox.models import Message
from partnerships import lifecycle
from partnerships.case.mail_context import letter, page
from partnerships.case.recipients import (
    SPEAKERS,
    askable,
    case_of,
    kind,
    lead_broker,
    members,
    membership_of,
    parties_of,
)
from partnerships.models import Party, Question, Round
from partnerships.rounds.queries.envelopes import states_of

PAGES = {Question.EXPECTATIONS: "expectations"}


def _round(message: Message) -> Round:
    return Round.objects.defer("key").get(pk=message.facts["round"])


def _is_running(asked: Round, at: datetime) -> bool:
    return not (asked.opened_at or asked.cancelled_at) and at < asked.deadline_at


def _silent(asked: Round, parties: list[Party]) -> list[Party]:
    """Return the parties that have not sealed. 1 query; what is closed is not fetched."""
    unsealed = set(asked.envelopes.filter(sealed_at=None).order_by("pk").values_list("party_id", flat=True))
    return [party for party in parties if party.pk in unsealed]


def _asked(message: Message, at: datetime) -> list[Recipient]:
    case = case_of(message)
    return askable(parties_of(case), SPEAKERS) if _is_running(_round(message), at) else []


def _chased(message: Message, at: datetime) -> list[Recipient]:
    case, asked = case_of(message), _round(message)
    return askable(_silent(asked, parties_of(case)), SPEAKERS) if _is_running(asked, at) else []


def _question(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, asked = case_of(message), _round(message)
    return letter(
        case,
        reader,
        at=at,
        path=page("expectations", case),
        button=_("Ouvrir votre enveloppe"),
        words=asked.words,
        deadline=asked.deadline_at,
    )


def _told_of_extension(message: Message, at: datetime) -> list[Recipient]:
    case = case_of(message)
    if not _is_running(_round(message), at):
        return []
    return [*members(parties_of(case), SPEAKERS), *lead_broker(case)]


def _extension(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, asked = case_of(message), _round(message)
    parties = parties_of(case)
    belonging = membership_of(reader, parties)
    awaited = belonging is not None and belonging[1] in _silent(asked, parties)
    return letter(
        case,
        reader,
        at=at,
        path=page(PAGES.get(Question(asked.question), "rounds"), case),
        button=_("Ouvrir votre enveloppe") if awaited else _("Voir le tour"),
        is_awaited=awaited,
        deadline=asked.deadline_at,
    )


def _told_of_sealing(message: Message, at: datetime) -> list[Recipient]:
    case, asked = case_of(message), _round(message)
    # Taken back or opened meanwhile: there is nothing left to tell.
    sealed = asked.envelopes.filter(party__code=message.facts["party"], sealed_at__isnull=False)
    if not (_is_running(asked, at) and sealed.exists()):
        return []
    others = [party for party in parties_of(case) if party.code != message.facts["party"]]
    return [*members(others, SPEAKERS), *lead_broker(case)]


def _sealing(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, asked = case_of(message), _round(message)
    parties = parties_of(case)
    sealer = next(party for party in parties if party.code == message.facts["party"])
    silent = _silent(asked, parties)
    belonging = membership_of(reader, parties)
    is_awaited = belonging is not None and belonging[1] in silent
    return letter(
        case,
        reader,
        at=at,
        path=page(PAGES.get(Question(asked.question), "rounds"), case),
        button=_("Ouvrir votre enveloppe") if is_awaited else _("Voir le tour"),
        sealer=sealer.organisation.name,
        is_awaited=is_awaited,
        deadline=asked.deadline_at,
    )


def _told_of_opening(message: Message, _at: datetime) -> list[Recipient]:
    case, asked = case_of(message), _round(message)
    if asked.opened_at is None or case.state in lifecycle.FINAL:
        return []
    return [*members(parties_of(case), SPEAKERS), *lead_broker(case)]


def _opening(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, asked = case_of(message), _round(message)
    parties = parties_of(case)
    is_of_text = asked.question == Question.CRITICISM
    return letter(
        case,
        reader,
        at=at,
        path=page(PAGES.get(Question(asked.question), "rounds"), case),
        button=_("Lire les réponses") if is_of_text else _("Lire les attentes"),
        is_of_text=is_of_text,
        missing=[party.organisation.name for party in _silent(asked, parties)],
        changed=[
            state.party.organisation.name for state in states_of(asked, parties) if state.state == "changed"
        ],
    )


KINDS = (
    kind("expectations-asked", Topic.ROUNDS, _asked, _question),
    kind("expectations-reminder", Topic.ROUNDS, _chased, _question, is_reminder=True),
    kind("round-extended", Topic.ROUNDS, _told_of_extension, _extension),
    kind("envelope-sealed", Topic.ROUNDS, _told_of_sealing, _sealing),
    kind("round-read", Topic.ROUNDS, _told_of_opening, _opening),
)
