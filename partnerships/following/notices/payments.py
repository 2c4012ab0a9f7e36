"""Messages about payments: due to the payer, declared to the others, received to the payer."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.templatetags import wording
from outbox.kinds import Recipient, Topic
from outbox.models import Message
from partnerships.case.mail_context import case_details, case_mail_context, page
from partnerships.case.recipients import (
    SPEAKERS,
    case_of,
    is_broker,
    kind,
    lead_broker,
    members,
    parties_of,
)
from partnerships.models import Payment


def _payment(message: Message) -> Payment:
    return Payment.objects.select_related("payer__organisation").get(pk=message.facts["payment"])


def _due_audience(message: Message, _at: datetime) -> list[Recipient]:
    payment = _payment(message)
    is_open = payment.declared_at is None and payment.cancelled_at is None
    return members([payment.payer], SPEAKERS) if is_open else []


def _declared_audience(message: Message, _at: datetime) -> list[Recipient]:
    case, payment = case_of(message), _payment(message)
    if payment.received_at:
        return []
    others = [party for party in parties_of(case) if party.pk != payment.payer_id]
    return [*members(others, SPEAKERS), *lead_broker(case)]


def _received_audience(message: Message, _at: datetime) -> list[Recipient]:
    case, payment = case_of(message), _payment(message)
    return [*members([payment.payer], SPEAKERS), *lead_broker(case)]


def _due_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, payment = case_of(message), _payment(message)
    return _context(message, reader, at, page("pay", case, payment.pk), _("Indiquer le versement"))


def _declared_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, payment = case_of(message), _payment(message)
    if is_broker(reader):
        return _context(message, reader, at, page("follow_up", case), _("Voir le suivi"))
    return _context(message, reader, at, page("receive", case, payment.pk), _("Confirmer la réception"))


def _received_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    return _context(message, reader, at, page("follow_up", case_of(message)), _("Voir le suivi"))


def _context(message: Message, reader: Recipient, at: datetime, path: str, button: str) -> dict[str, object]:
    case, payment = case_of(message), _payment(message)
    context = case_mail_context(
        case,
        reader,
        at=at,
        path=path,
        button=button,
        payment=payment.label,
        payer=payment.payer.organisation.name,
        amount=wording.euros(payment.amount_minor),
        paid_on=payment.paid_on,
        reference=payment.reference,
    )
    # The next step of the case may be another one.
    return {**context, "details": [*case_details(case), (_("Versement"), payment.label)]}


PAYMENT_KINDS = (
    kind("payment-reminder", Topic.MILESTONES, _due_audience, _due_context, is_reminder=True),
    kind("payment-declared", Topic.MILESTONES, _declared_audience, _declared_context),
    kind("payment-received", Topic.MILESTONES, _received_audience, _received_context),
)
