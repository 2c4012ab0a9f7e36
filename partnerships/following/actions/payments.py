"""Payments of the signed text: due, declared paid by the payer, confirmed by another party."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import Side, User
from accounts.organisations.file_kinds import CheckedFile
from outbox import post
from partnerships import lifecycle, message_keys, reminders
from partnerships.case.files import store_file
from partnerships.case.transitions import lock, write
from partnerships.charter.snapshot import CharterSnapshot
from partnerships.following.actions.refusals import FollowingError
from partnerships.models import Charter, Milestone, Partnership, Party, Payment
from partnerships.permissions import require_answering_party
from partnerships.status.actions import refresh_status

# The accounts are settled until the case is closed.
OPEN_CASES = (lifecycle.Case.ACTIVE, lifecycle.Case.REVIEW)


class CaseIsOver(FollowingError):
    """The case is closed, or not active yet."""

    sentence = gettext_lazy(
        "Ce dossier n’est pas en cours\u00a0: ses versements ne changent plus. Écrivez au passeur."
    )


class PaymentOfAnotherParty(FollowingError):
    """Another party pays; its name is the argument."""

    sentence = gettext_lazy("Seule l’organisation qui verse peut l’indiquer\u00a0: %(what)s.")


class PaymentOfOwnParty(FollowingError):
    """The party of the speaker pays."""

    sentence = gettext_lazy(
        "Votre organisation verse cet argent\u00a0: l’autre partie en confirme la réception."
    )


class PaymentIsDeclared(FollowingError):
    """The payment is declared paid, or cancelled."""

    sentence = gettext_lazy("Ce versement est déjà déclaré, ou annulé par un avenant.")


class PaymentIsNotDeclared(FollowingError):
    """The payer has not declared the payment, or its reception is confirmed."""

    sentence = gettext_lazy("Ce versement n’est pas encore déclaré, ou sa réception est déjà confirmée.")


class PaidInTheFuture(FollowingError):
    """The day of the payment has not come."""

    sentence = gettext_lazy("Ce jour n’est pas encore venu. Déclarez le versement une fois l’ordre passé.")
    field = "paid_on"


class PaymentProof(NamedTuple):
    """The day of a payment, its reference ("" for none) and a checked file."""

    paid_on: date
    reference: str = ""
    file: CheckedFile | None = None


def project_payments(
    partnership: Partnership,
    charter: Charter,
    text: CharterSnapshot,
    parties: Mapping[str, Party],
    at: datetime,
) -> None:
    """Write the payments of a signed text as rows, matched by label and payer; a declared one never changes.

    A payment without a payer is that of the only one who brings cash, else of the first company.
    """
    open_rows = {
        (row.label, row.payer_id): row for row in partnership.payments.filter(declared_at=None).order_by("pk")
    }
    declared = set(
        partnership.payments.exclude(declared_at=None).order_by("pk").values_list("label", "payer_id")
    )
    milestones = {row.code: row for row in partnership.milestones.order_by("pk")}
    for line in text.payments:
        payer = _payer(line.payer_key, text, parties)
        if payer is None or (line.label, payer.pk) in declared:
            continue
        row = open_rows.pop((line.label, payer.pk), None) or Payment(
            partnership=partnership, label=line.label, payer=payer
        )
        row.charter, row.amount_minor, row.cancelled_at = charter, line.amount_minor, None
        row.milestone = milestones.get(line.milestone_code or "")
        row.save()
        if row.milestone is None:
            _remind(partnership, row, at)
    for row in open_rows.values():
        row.cancelled_at = row.cancelled_at or at
        row.save(update_fields=["cancelled_at"])


def remind_of_due_payments(partnership: Partnership, milestone: Milestone, *, at: datetime) -> None:
    """Plan a reminder to the payers of what an accepted milestone makes due."""
    for payment in milestone.payments.filter(declared_at=None, cancelled_at=None).order_by("pk"):
        _remind(partnership, payment, at)


@transaction.atomic
def declare_paid(
    *, payment_id: int, partnership_id: UUID, speaker: User, proof: PaymentProof, at: datetime
) -> Payment:
    """Declare a payment of the speaker's party paid, with its day.

    Raises CaseIsOver, PaymentOfAnotherParty, PaymentIsDeclared, PaidInTheFuture, Payment.DoesNotExist and
    what require_answering_party raises.
    """
    partnership, party, payment = _locked(payment_id, partnership_id, speaker)
    if payment.payer != party:
        raise PaymentOfAnotherParty(payment.payer.organisation.name)
    if payment.declared_at or payment.cancelled_at:
        raise PaymentIsDeclared
    if proof.paid_on > timezone.localdate(at, reminders.EVENING.tzinfo):
        raise PaidInTheFuture
    payment.paid_on, payment.reference = proof.paid_on, proof.reference
    payment.proof = store_file(partnership, proof.file, giver=speaker, at=at) if proof.file else None
    payment.declared_by, payment.declared_at = speaker, at
    payment.save(update_fields=["paid_on", "reference", "proof", "declared_by", "declared_at"])
    write(
        partnership,
        "payment.pay",
        actor=speaker,
        at=at,
        payment=payment.label,
        amount_minor=payment.amount_minor,
        party=payment.payer.code,
        paid_on=proof.paid_on.isoformat(),
    )
    _announce(partnership, payment, at, kind="payment-declared")
    refresh_status(partnership, at=at)
    return payment


@transaction.atomic
def confirm_received(*, payment_id: int, partnership_id: UUID, speaker: User, at: datetime) -> Payment:
    """Confirm, for another party than the payer, that a declared payment came.

    Raises CaseIsOver, PaymentOfOwnParty, PaymentIsNotDeclared, Payment.DoesNotExist and what
    require_answering_party raises.
    """
    partnership, party, payment = _locked(payment_id, partnership_id, speaker)
    if payment.payer == party:
        raise PaymentOfOwnParty
    if payment.declared_at is None or payment.received_at:
        raise PaymentIsNotDeclared
    payment.received_by, payment.received_at = speaker, at
    payment.save(update_fields=["received_by", "received_at"])
    write(
        partnership,
        "payment.receive",
        actor=speaker,
        at=at,
        payment=payment.label,
        amount_minor=payment.amount_minor,
        party=payment.payer.code,
    )
    _announce(partnership, payment, at, kind="payment-received")
    refresh_status(partnership, at=at)
    return payment


def _payer(key: str | None, text: CharterSnapshot, parties: Mapping[str, Party]) -> Party | None:
    if key is not None:
        return parties.get(key)
    payers = {line.payer_key for line in text.budget if line.contribution == "cash"} & set(parties)
    if len(payers) == 1:
        return parties[payers.pop()]
    return next((party for party in parties.values() if party.side == Side.COMPANY), None)


def _locked(payment_id: int, partnership_id: UUID, speaker: User) -> tuple[Partnership, Party, Payment]:
    partnership = lock(partnership_id)
    party = require_answering_party(speaker, partnership)
    if partnership.state not in OPEN_CASES:
        raise CaseIsOver
    rows = Payment.objects.select_related("payer__organisation", "milestone")
    return partnership, party, rows.get(pk=payment_id, partnership=partnership)


def _remind(partnership: Partnership, payment: Payment, at: datetime) -> None:
    """Remind the payer of a payment a day after it became due, unless it is declared by then."""
    _announce(partnership, payment, at, kind="payment-reminder", due_at=at + reminders.PAYMENT_REMINDER)


def _announce(
    partnership: Partnership, payment: Payment, at: datetime, *, kind: str, due_at: datetime | None = None
) -> None:
    post.post(
        kind=kind,
        key=message_keys.payment(partnership.pk, payment.pk, kind=kind),
        at=at,
        due_at=due_at,
        facts={"partnership": str(partnership.pk), "payment": payment.pk},
    )
