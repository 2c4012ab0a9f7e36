"""Mails about an amendment: given up, a correction to confirm, a correction contested."""

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
    kind,
    lead_broker,
    members,
    parties_of,
)
from partnerships.lifecycle import Edition
from partnerships.models import AmendmentKind, Roadmap
from partnerships.text import agreement
from partnerships.text.prior_agreement import confirming_parties


def _roadmap(message: Message) -> Roadmap:
    return Roadmap.objects.get(pk=message.facts["roadmap"])


def _speakers(message: Message, _at: datetime) -> list[Recipient]:
    return members(parties_of(case_of(message)), SPEAKERS)


def _ending_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, roadmap = case_of(message), _roadmap(message)
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("roadmap", case),
        button=_("Lire le texte signé"),
        number=roadmap.edition - 1,
        reason=roadmap.void_reason,
    )


def _correction_recipients(message: Message, _at: datetime) -> list[Recipient]:
    """Return who may confirm for the parties that have not; nobody once it is no correction any more."""
    case, roadmap = case_of(message), _roadmap(message)
    if roadmap.state != Edition.NEGOTIATION or roadmap.amendment_kind != AmendmentKind.CLERICAL:
        return []
    confirmed = confirming_parties(roadmap, agreement.asked_of(roadmap))
    return active_members([party for party in parties_of(case) if party.pk not in confirmed], SPEAKERS)


def _correction_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, roadmap = case_of(message), _roadmap(message)
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("amendment", case),
        button=_("Lire la correction"),
        purpose=roadmap.purpose,
    )


def _contest_recipients(message: Message, _at: datetime) -> list[Recipient]:
    case = case_of(message)
    return [*lead_broker(case), *members(parties_of(case), SPEAKERS)]


def _contest_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case = case_of(message)
    names = {party.code: party.organisation.name for party in parties_of(case)}
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("amendment", case),
        button=_("Voir l’avenant"),
        name=names.get(message.facts["party"], ""),
        reason=message.facts["reason"],
    )


KINDS = (
    kind("amendment-given-up", Topic.SIGNATURES, _speakers, _ending_context, is_legal=True),
    kind(
        "correction-to-confirm", Topic.SIGNATURES, _correction_recipients, _correction_context, is_legal=True
    ),
    kind("correction-contested", Topic.SIGNATURES, _contest_recipients, _contest_context, is_legal=True),
)
