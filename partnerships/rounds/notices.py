"""Messages about rounds of envelopes: question, reminder, extension, sealing (never the content), opening."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from outbox.kinds import Recipient, Topic
from outbox.models import Message
from partnerships import lifecycle
from partnerships.case.mail_context import case_mail_context, page
from partnerships.case.recipients import (
    SPEAKERS,
    active_members,
    case_of,
    is_broker,
    kind,
    lead_broker,
    members,
    membership_of,
    parties_of,
)
from partnerships.models import QUESTIONNAIRES, ExtensionRequest, Party, Question, Round
from partnerships.rounds.queries import envelope_states

PAGES = {
    Question.EXPECTATIONS: "expectations",
    **dict.fromkeys(QUESTIONNAIRES, "questionnaires"),
}


def _round(message: Message) -> Round:
    return Round.objects.defer("key").get(pk=message.facts["round"])


def _is_running(round_: Round, at: datetime) -> bool:
    return not (round_.opened_at or round_.cancelled_at) and at < round_.deadline_at


def _unsealed_parties(round_: Round, parties: list[Party]) -> list[Party]:
    """Return the parties that have not sealed. 1 query."""
    unsealed = set(round_.envelopes.filter(sealed_at=None).order_by("pk").values_list("party_id", flat=True))
    return [party for party in parties if party.pk in unsealed]


def _question_audience(message: Message, at: datetime) -> list[Recipient]:
    case = case_of(message)
    return active_members(parties_of(case), SPEAKERS) if _is_running(_round(message), at) else []


def _reminder_audience(message: Message, at: datetime) -> list[Recipient]:
    case, round_ = case_of(message), _round(message)
    return (
        active_members(_unsealed_parties(round_, parties_of(case)), SPEAKERS)
        if _is_running(round_, at)
        else []
    )


def _question_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, round_ = case_of(message), _round(message)
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page(PAGES.get(Question(round_.question), "rounds"), case),
        question=round_.get_question_display(),
        button=_("Ouvrir votre enveloppe"),
        words=round_.words,
        deadline=round_.deadline_at,
    )


def _extension_audience(message: Message, at: datetime) -> list[Recipient]:
    case = case_of(message)
    if not _is_running(_round(message), at):
        return []
    return [*members(parties_of(case), SPEAKERS), *lead_broker(case)]


def _extension_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, round_ = case_of(message), _round(message)
    parties = parties_of(case)
    membership = membership_of(reader, parties)
    is_awaited = membership is not None and membership[1] in _unsealed_parties(round_, parties)
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page(PAGES.get(Question(round_.question), "rounds"), case),
        button=_("Ouvrir votre enveloppe") if is_awaited else _("Voir le tour"),
        is_awaited=is_awaited,
        is_granted=message.facts.get("is_granted", False),
        deadline=round_.deadline_at,
    )


def _lapse_audience(message: Message, _at: datetime) -> list[Recipient]:
    case, round_ = case_of(message), _round(message)
    if round_.cancelled_at is None or case.state in lifecycle.FINAL:
        return []
    return [*members(parties_of(case), SPEAKERS), *lead_broker(case)]


def _lapse_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, round_ = case_of(message), _round(message)
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page(PAGES.get(Question(round_.question), "rounds"), case),
        button=_("Voir le tour"),
        is_broker=is_broker(reader),
        missing=[party.organisation.name for party in _unsealed_parties(round_, parties_of(case))],
    )


def _request(message: Message) -> ExtensionRequest:
    related = ExtensionRequest.objects.select_related("party__organisation", "round", "asked_by")
    return related.defer("round__key").get(pk=message.facts["request"])


def _request_audience(message: Message, at: datetime) -> list[Recipient]:
    request = _request(message)
    is_due = request.decided_at is None and _is_running(request.round, at)
    return lead_broker(case_of(message)) if is_due else []


def _refusal_audience(message: Message, at: datetime) -> list[Recipient]:
    case = case_of(message)
    return members(parties_of(case), SPEAKERS) if _is_running(_round(message), at) else []


def _request_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, request = case_of(message), _request(message)
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page(PAGES.get(Question(request.round.question), "rounds"), case),
        button=_("Répondre à la demande") if is_broker(reader) else _("Voir le tour"),
        asker=request.party.organisation.name,
        reason=request.reason,
        answer=request.answer,
        deadline=request.round.deadline_at,
    )


def _sealing_audience(message: Message, at: datetime) -> list[Recipient]:
    case, round_ = case_of(message), _round(message)
    # The envelope may have been taken back or opened meanwhile.
    sealed = round_.envelopes.filter(party__code=message.facts["party"], sealed_at__isnull=False)
    if not (_is_running(round_, at) and sealed.exists()):
        return []
    others = [party for party in parties_of(case) if party.code != message.facts["party"]]
    return [*members(others, SPEAKERS), *lead_broker(case)]


def _sealing_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, round_ = case_of(message), _round(message)
    parties = parties_of(case)
    sealer = next(party for party in parties if party.code == message.facts["party"])
    membership = membership_of(reader, parties)
    is_awaited = membership is not None and membership[1] in _unsealed_parties(round_, parties)
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page(PAGES.get(Question(round_.question), "rounds"), case),
        button=_("Ouvrir votre enveloppe") if is_awaited else _("Voir le tour"),
        sealer=sealer.organisation.name,
        is_awaited=is_awaited,
        deadline=round_.deadline_at,
    )


def _opening_audience(message: Message, _at: datetime) -> list[Recipient]:
    case, round_ = case_of(message), _round(message)
    if round_.opened_at is None or case.state in lifecycle.FINAL:
        return []
    return [*members(parties_of(case), SPEAKERS), *lead_broker(case)]


def _opening_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, round_ = case_of(message), _round(message)
    parties = parties_of(case)
    is_of_expectations = round_.question == Question.EXPECTATIONS
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page(PAGES.get(Question(round_.question), "rounds"), case),
        button=_("Lire les attentes") if is_of_expectations else _("Lire les réponses"),
        is_of_expectations=is_of_expectations,
        missing=[party.organisation.name for party in _unsealed_parties(round_, parties)],
        changed=[
            state.party.organisation.name
            for state in envelope_states(round_, parties)
            if state.state == "changed"
        ],
    )


KINDS = (
    kind("expectations-asked", Topic.ROUNDS, _question_audience, _question_context),
    kind("expectations-reminder", Topic.ROUNDS, _reminder_audience, _question_context, is_reminder=True),
    kind("questionnaire-asked", Topic.ROUNDS, _question_audience, _question_context),
    kind("questionnaire-reminder", Topic.ROUNDS, _reminder_audience, _question_context, is_reminder=True),
    kind("round-extended", Topic.ROUNDS, _extension_audience, _extension_context),
    kind("round-lapsed", Topic.ROUNDS, _lapse_audience, _lapse_context),
    kind("extension-asked", Topic.ROUNDS, _request_audience, _request_context),
    kind("extension-refused", Topic.ROUNDS, _refusal_audience, _request_context),
    kind("envelope-sealed", Topic.ROUNDS, _sealing_audience, _sealing_context),
    kind("round-read", Topic.ROUNDS, _opening_audience, _opening_context),
)
