"""Mandates, the power to sign for an organisation: recorded, ended."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Document, Mandate, Organisation, User
from accounts.organisations.transitions import lock, present_member, record_act, require_administrator
from accounts.people import reminders
from accounts.people.queries.mandates import PROOF_KINDS
from accounts.refusals import Refusal


class MandateTerms(NamedTuple):
    """`basis` names the source of the power; `document_id` is its proof, None if the mandate is not proved.

    `ceiling_minor` is in cents, None for any amount.
    """

    capacity: str
    basis: str
    valid_from_date: date
    valid_until_date: date | None = None
    ceiling_minor: int | None = None
    document_id: UUID | None = None


class MandateError(Refusal):
    """The mandate cannot be recorded or ended."""


class MemberIsNotSignatory(MandateError):
    """The person is not a present member with the role of signatory."""

    sentence = _(
        "Un mandat se donne à un signataire. Donnez d’abord à cette personne le rôle « Signataire »."
    )


class MandateEndsBeforeStart(MandateError):
    """The last day of the mandate precedes the first."""

    sentence = _("La fin de ce mandat vient avant son début. Corrigez l’une des deux dates.")


class DocumentProvesNothing(MandateError):
    """The document is not a current proof of power of this organisation."""

    sentence = _("Cette pièce ne prouve pas ce mandat : elle a été remplacée. Choisissez-en une autre.")


class MandateNotFound(MandateError):
    """The mandate belongs to another organisation or has ended."""

    sentence = _("Ce mandat est déjà terminé.")


@transaction.atomic
def record_mandate(
    *, organisation_id: UUID, administrator: User, signatory_id: UUID, terms: MandateTerms, at: datetime
) -> Mandate:
    """Record the mandate of a signatory; it ends the running one.

    Raises NotAnAdministrator, MemberIsNotSignatory, MandateEndsBeforeStart, DocumentProvesNothing.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    membership = present_member(organisation, signatory_id)
    if membership is None or not membership.is_signatory:
        raise MemberIsNotSignatory
    if terms.valid_until_date and terms.valid_until_date < terms.valid_from_date:
        raise MandateEndsBeforeStart
    _require_proof(organisation, terms.document_id)
    end_mandate(organisation, signatory_id, actor=administrator, at=at)
    mandate = Mandate.objects.create(
        organisation=organisation, user=membership.user, recorded_at=at, **terms._asdict()
    )
    record_act(
        organisation,
        "mandate-recorded",
        actor=administrator,
        at=at,
        mandate=mandate.pk,
        member=str(signatory_id),
        valid_from=terms.valid_from_date.isoformat(),
        valid_until=terms.valid_until_date.isoformat() if terms.valid_until_date else None,
        ceiling_minor=terms.ceiling_minor,
        document=str(terms.document_id) if terms.document_id else None,
    )
    reminders.plan_mandate(mandate, at=at)
    return mandate


@transaction.atomic
def revoke_mandate(*, organisation_id: UUID, administrator: User, mandate_id: int, at: datetime) -> None:
    """End a running mandate now. Raises NotAnAdministrator, MandateNotFound."""
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    running = organisation.mandates.filter(pk=mandate_id, revoked_at=None).first()
    if running is None:
        raise MandateNotFound
    end_mandate(organisation, running.user_id, actor=administrator, at=at)


@transaction.atomic
def plan_reminders_again(*, at: datetime) -> int:
    """Plan the reminders of every running mandate again; return the number of mandates."""
    running = list(Mandate.objects.filter(revoked_at=None).order_by("pk"))
    for mandate in running:
        reminders.plan_mandate(mandate, at=at)
    return len(running)


def end_mandate(organisation: Organisation, signatory_id: UUID, *, actor: User, at: datetime) -> None:
    """End the running mandate of a person in a locked organisation, if there is one."""
    running = organisation.mandates.filter(user=signatory_id, revoked_at=None)
    for mandate in running.order_by("pk"):
        mandate.revoked_at = at
        mandate.save(update_fields=["revoked_at"])
        reminders.plan_mandate(mandate, at=at)
        record_act(
            organisation,
            "mandate-revoked",
            actor=actor,
            at=at,
            mandate=mandate.pk,
            member=str(signatory_id),
        )


def _require_proof(organisation: Organisation, document_id: UUID | None) -> None:
    if document_id is None:
        return
    current = Document.objects.current().filter(organisation=organisation, kind__in=PROOF_KINDS)
    if not current.filter(pk=document_id).exists():
        raise DocumentProvesNothing
