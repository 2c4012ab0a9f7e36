"""The proved power to sign for an organisation: given, ended."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions.advance import Refusal, lock, present_member, require_administrator, write
from accounts.models import Mandate, Organisation, User


class Terms(NamedTuple):
    """`basis` is the paper that gives the power; `ceiling_minor` in cents, None for any amount."""

    capacity: str
    basis: str
    valid_from_date: date
    valid_until_date: date | None = None
    ceiling_minor: int | None = None


class MandateError(Refusal):
    """The mandate cannot be given or ended."""


class NotASignatory(MandateError):
    """A mandate goes to a present member who has the role of signatory."""

    sentence = _("Un mandat se donne à un membre qui signe. Donnez-lui d’abord le rôle « Signe ».")


class EndsBeforeItBegins(MandateError):
    """The last day of the mandate lies before the first."""

    sentence = _("Ce mandat finirait avant de commencer. Corrigez l’une des deux dates.")


class NoSuchMandate(MandateError):
    """The mandate is not this organisation's, or has ended."""

    sentence = _("Ce mandat est déjà terminé.")


@transaction.atomic
def record_mandate(
    *, organisation_id: UUID, administrator: User, signatory_id: UUID, terms: Terms, at: datetime
) -> Mandate:
    """Record that a signatory may bind the organisation; a running mandate of theirs ends with it.

    Raises NotAnAdministrator, NotASignatory, EndsBeforeItBegins.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    membership = present_member(organisation, signatory_id)
    if membership is None or not membership.is_signatory:
        raise NotASignatory
    if terms.valid_until_date and terms.valid_until_date < terms.valid_from_date:
        raise EndsBeforeItBegins
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
    )
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
        write(
            organisation,
            "mandate-revoked",
            actor=actor,
            at=at,
            mandate=mandate.pk,
            member=str(signatory_id),
        )
