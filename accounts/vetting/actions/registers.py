"""Asking a public register about an organisation, and keeping its answer as evidence."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import registers
from accounts.models import Organisation, RegisterEvidence, User
from accounts.organisations.transitions import lock, write
from accounts.refusals import Refusal
from accounts.vetting.actions.vetting import NotABroker


class RegisterError(Refusal):
    """No register can be asked."""


class LookupIsOff(RegisterError):
    """The operator did not switch this register on."""

    sentence = _("L’interrogation de ce registre n’est pas activée sur ce serveur.")


class NoRegisterNumber(RegisterError):
    """The organisation has no number that an open register knows."""

    sentence = _("Aucun registre ouvert ne connaît cette inscription. Demandez un extrait au tribunal.")


def look_up(*, organisation_id: UUID, broker: User, at: datetime) -> RegisterEvidence:
    """Ask the register that knows the organisation, then keep what it answered.

    The register is asked before the transaction, so that a slow one holds no row.
    Raises NotABroker, NoRegisterNumber, LookupIsOff.
    """
    if not (broker.is_broker and broker.is_active):
        raise NotABroker
    known = Organisation.objects.get(pk=organisation_id)
    asked = registers.question(rna=known.rna, siren=known.siren, siret=known.siret)
    if asked is None:
        raise NoRegisterNumber
    base_url = settings.REGISTER_LOOKUP_URLS[asked.source]
    if not base_url:
        raise LookupIsOff
    reply = registers.look_up(asked, base_url=base_url)
    return _keep(organisation_id=organisation_id, broker=broker, asked=asked, reply=reply, at=at)


@transaction.atomic
def _keep(
    *,
    organisation_id: UUID,
    broker: User,
    asked: registers.Question,
    reply: registers.Reply,
    at: datetime,
) -> RegisterEvidence:
    organisation = lock(organisation_id)
    evidence = RegisterEvidence.objects.create(
        organisation=organisation,
        source=asked.source,
        number=asked.number,
        outcome=reply.outcome,
        answer=reply.answer,
        asked_by=broker,
        asked_at=at,
    )
    told = {"evidence": evidence.pk, "source": asked.source, "outcome": reply.outcome}
    write(organisation, "register-asked", actor=broker, at=at, **told)
    return evidence
