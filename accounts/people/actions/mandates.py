"""The proved power to sign for an organisation: given, ended."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import reminders
from accounts.models import Document, Mandate, Organisation, User
from accounts.organisations.transitions import lock, present_member, require_administrator, write
from accounts.people.queries.desk import PROOFS
from accounts.refusals import Refusal


class Terms(NamedTuple):
    """`basis` names the paper that gives the power, `document_id` is that paper among those brought.

    `ceiling_minor` in cents, None for any amount; without a document the power is not proved.
    """

    capacity: str
    basis: str
    valid_from_date: date
    valid_until_date: date | None = None
    ceiling_minor: int | None = None
    document_id: UUID | None = None


class MandateError(Refusal):
    """The mandate cannot be given or ended."""


class NotASignatory(MandateError):
    """A mandate goes to a present member who has the role of signatory."""

    sentence = _("Un mandat se donne à un membre qui signe. Donnez-lui d’abord le rôle « Signe ».")


class EndsBeforeItBegins(MandateError):
    """The last day of the mandate lies before the first."""

    sentence = _("Ce mandat finirait avant de commencer. Corrigez l’une des deux dates.")


class NotAProof(MandateError):
    """The paper is not a current one of this organisation that gives a power."""

    sentence = _("Cette pièce ne prouve pas ce mandat : elle a été remplacée. Choisissez-en une autre.")


class NoSuchMandate(MandateError):
    """The mandate is not this organisation's, or has ended."""

    sentence = _("Ce mandat est déjà terminé.")


@transaction.atomic
def record_mandate(
    *, organisation_id: UUID, administrator: User, signatory_id: UUID, terms: Terms, at: datetime
) -> Mandate:
    """Record that a signatory may bind the organisation; a running mandate of theirs ends with it.

    Raises NotAnAdministrator, NotASignatory, EndsBeforeItBegins, NotAProof.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    membership = present_member(organisation, signatory_id)
    if membership is None or not membership.is_signatory:
        raise NotASignatory
    if terms.valid_until_date and terms.valid_until_date < terms.valid_from_date:
        raise EndsBeforeItBegins
    _require_proof(organisation, terms.document_id)
    end_mandate(organisation, signatory_id, actor=administrator, at=at)
    mandate = Mandate.objects.create(
        organisation=organisation, user=membership.user, recorded_at=at, **terms._asdict()
    )
    write(
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
    """End a running mandate now. Raises NotAnAdministrator, NoSuchMandate."""
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    running = organisation.mandates.filter(pk=mandate_id, revoked_at=None).first()
    if running is None:
        raise NoSuchMandate
    end_mandate(organisation, running.user_id, actor=administrator, at=at)


def end_mandate(organisation: Organisation, signatory_id: UUID, *, actor: User, at: datetime) -> None:
    """End the running mandate of a person in a locked organisation, if there is one."""
    running = organisation.mandates.filter(user=signatory_id, revoked_at=None)
    for mandate in running.order_by("pk"):
        mandate.revoked_at = at
        mandate.save(update_fields=["revoked_at"])
        reminders.plan_mandate(mandate, at=at)
        write(
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
    current = Document.objects.current().filter(organisation=organisation, kind__in=PROOFS)
    if not current.filter(pk=document_id).exists():
        raise NotAProof
