"""Messages about signatures: request, reminder, delay, refusal, countersignature, sealed charter."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.lifecycle import READ_ONLY
from accounts.people.queries.account import active_brokers
from accounts.people.queries.mandates import valid_mandates
from accounts.recipients import recipient_for
from outbox.kinds import Attachment, Recipient, Topic
from outbox.models import Message
from partnerships.case.mail_context import case_mail_context, page
from partnerships.case.recipients import (
    SIGNATORIES,
    SPEAKERS,
    case_of,
    kind,
    lead_broker,
    members,
    parties_of,
)
from partnerships.lifecycle import Edition
from partnerships.models import Charter, Party, SealedCharter, SealObstacle, SealRefusal
from partnerships.signing.queries.ledger_agreement import disagreements


def _charter(message: Message) -> Charter:
    return Charter.objects.select_related("roadmap", "voided", "partnership").get(pk=message.facts["charter"])


def _text_name(charter: Charter) -> str:
    number = charter.roadmap.edition - 1
    return _("l’avenant n° %(number)s") % {"number": number} if number else _("la charte")


def _unsigned(charter: Charter) -> list[Party]:
    """Return the parties that have not signed: none once the text is signed or voided."""
    if hasattr(charter, "voided") or charter.roadmap.state != Edition.SIGNING:
        return []
    signed = set(charter.signatures.filter(party__isnull=False).values_list("party_id", flat=True))
    return [party for party in parties_of(charter.partnership) if party.pk not in signed]


def _request_audience(message: Message, at: datetime) -> list[Recipient]:
    """Return who may sign for the parties that have not; where nobody may, their signatories."""
    charter = _charter(message)
    parties = [party for party in _unsigned(charter) if party.organisation.is_verified]
    mandates = valid_mandates(
        [party.organisation_id for party in parties], amount_minor=charter.amount_minor, at=at
    )
    mandated = {mandate.organisation_id for mandate in mandates}
    without_mandate = [party for party in parties if party.organisation_id not in mandated]
    return [*(recipient_for(mandate.user) for mandate in mandates), *members(without_mandate, SIGNATORIES)]


def _request_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, charter = case_of(message), _charter(message)
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("sign", case),
        button=_("Lire, puis signer"),
        text_name=_text_name(charter),
        requested_at=charter.frozen_at,
    )


def _delay_audience(message: Message, _at: datetime) -> list[Recipient]:
    return lead_broker(case_of(message)) if _unsigned(_charter(message)) else []


def _delay_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, charter = case_of(message), _charter(message)
    names = [party.organisation.name for party in _unsigned(charter)]
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("charter", case),
        button=_("Voir qui doit signer"),
        text_name=_text_name(charter),
        requested_at=charter.frozen_at,
        awaited=get_text_list(names, _("et")),
    )


def _refusal_audience(message: Message, _at: datetime) -> list[Recipient]:
    case = case_of(message)
    recipients = [*lead_broker(case), *members(parties_of(case), SPEAKERS)]
    actor_id = _charter(message).voided.voided_by_id
    return [person for person in recipients if person.user is not None and person.user.pk != actor_id]


def _refusal_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, charter = case_of(message), _charter(message)
    code = message.facts["party"]
    decliner = next((party for party in parties_of(case) if party.code == code), None)
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("charter", case),
        button=_("Lire le motif"),
        text_name=_text_name(charter),
        decliner=decliner.organisation.name if decliner else "",
        is_taken_back=message.facts.get("is_taken_back", False),
    )


def _stop_audience(message: Message, _at: datetime) -> list[Recipient]:
    """Return all parties and the broker, without those who are mailed the suspension, which says it too."""
    case = case_of(message)
    parties = parties_of(case)
    suspended = [party for party in parties if party.organisation.state in READ_ONLY]
    others = [party for party in parties if party not in suspended]
    informed = members(suspended, SPEAKERS & Q(is_administrator=False))
    return [*lead_broker(case), *members(others, SPEAKERS), *informed]


def _stop_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, charter = case_of(message), _charter(message)
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("charter", case),
        button=_("Lire le motif"),
        text_name=_text_name(charter),
        reason=charter.voided.reason,
    )


def _countersign_audience(message: Message, _at: datetime) -> list[Recipient]:
    charter = _charter(message)
    is_open = charter.roadmap.state == Edition.SIGNING and not hasattr(charter, "voided")
    return lead_broker(case_of(message)) if is_open else []


def _countersign_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, charter = case_of(message), _charter(message)
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("charter", case),
        button=_("Contresigner"),
        text_name=_text_name(charter),
    )


def _sealed_audience(message: Message, _at: datetime) -> list[Recipient]:
    """Return those who signed, the signatories of the parties, and the broker."""
    case, charter = case_of(message), _charter(message)
    signatures = charter.signatures.filter(signatory__is_active=True).select_related("signatory")
    signers = [recipient_for(signature.signatory) for signature in signatures.order_by("pk")]
    return [*signers, *members(parties_of(case), SIGNATORIES), *lead_broker(case)]


def _sealed_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, charter = case_of(message), _charter(message)
    sealed = SealedCharter.objects.only("timestamped").get(pk=charter.pk)
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("charter", case),
        button=_("Voir la charte"),
        text_name=_text_name(charter),
        code=charter.verification_code,
        verification_path=reverse("verification"),
        is_timestamped=sealed.timestamped,
    )


def _seal_refused_audience(message: Message, _at: datetime) -> list[Recipient]:
    """Return all brokers, as long as the charter is not sealed."""
    is_refused = SealRefusal.objects.filter(pk=message.facts["charter"]).exists()
    return [recipient_for(broker) for broker in active_brokers()] if is_refused else []


def _seal_refused_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, charter = case_of(message), _charter(message)
    obstacle = SealRefusal.objects.get(pk=charter.pk).obstacle
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("charter", case),
        button=_("Voir ce qui l’empêche"),
        text_name=_text_name(charter),
        obstacle=obstacle,
        differences=disagreements(charter) if obstacle == SealObstacle.LEDGER else [],
    )


def _sealed_pdf(message: Message, _reader: Recipient) -> list[Attachment]:
    charter = _charter(message)
    number = charter.roadmap.edition - 1
    stem = f"{charter.partnership.reference}-avenant-{number}" if number else charter.partnership.reference
    sealed = SealedCharter.objects.get(pk=charter.pk)
    return [Attachment(f"{stem}.pdf", "application/pdf", bytes(sealed.pdf))]


KINDS = (
    kind("signature-requested", Topic.SIGNATURES, _request_audience, _request_context, is_legal=True),
    kind(
        "signature-reminder",
        Topic.SIGNATURES,
        _request_audience,
        _request_context,
        is_legal=True,
        is_reminder=True,
    ),
    kind(
        "signature-overdue",
        Topic.SIGNATURES,
        _delay_audience,
        _delay_context,
        is_legal=True,
        is_reminder=True,
    ),
    kind("signature-declined", Topic.SIGNATURES, _refusal_audience, _refusal_context, is_legal=True),
    kind("signature-stopped", Topic.SIGNATURES, _stop_audience, _stop_context, is_legal=True),
    kind(
        "ready-to-countersign", Topic.SIGNATURES, _countersign_audience, _countersign_context, is_legal=True
    ),
    kind("seal-refused", Topic.SIGNATURES, _seal_refused_audience, _seal_refused_context, is_legal=True),
    replace(
        kind("charter-sealed", Topic.SIGNATURES, _sealed_audience, _sealed_context, is_legal=True),
        attachments=_sealed_pdf,
    ),
)
