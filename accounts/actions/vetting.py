"""What a broker decides about an organisation."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import lifecycle
from accounts.actions.advance import Refusal, advance, lock
from accounts.models import Decision, User, Vetting
from outbox import post


class VettingError(Refusal):
    """The decision cannot be taken."""


class NotABroker(VettingError):
    """Only a broker vets."""

    sentence = _("Seul le passeur vérifie une organisation.")


class ReasonIsMissing(VettingError):
    """A decision against has a reason."""

    sentence = _("Dites pourquoi : l’organisation ne peut rien corriger sans raison.")


class DecisionNotOpen(VettingError):
    """The organisation does not stand where this can be decided."""

    sentence = _("Cette décision n’est plus possible : l’organisation a changé d’état. Rechargez la page.")


@transaction.atomic
def decide(*, organisation_id: UUID, broker: User, decision: Decision, reason: str, at: datetime) -> Vetting:
    """Write what the broker decides, move the organisation and tell its administrators.

    Raises NotABroker, ReasonIsMissing, DecisionNotOpen.
    """
    if not (broker.is_broker and broker.is_active):
        raise NotABroker
    organisation = lock(organisation_id)
    reason = reason.strip()
    if decision != Decision.VERIFIED and not reason:
        raise ReasonIsMissing
    vetting = Vetting.objects.create(
        organisation=organisation, decision=decision, reason=reason, decided_by=broker, decided_at=at
    )
    try:
        advance(
            organisation, lifecycle.Step(decision), actor=broker, at=at, vetting=vetting.pk, reason=reason
        )
    except lifecycle.TransitionNotAllowed as error:
        raise DecisionNotOpen from error
    prefix = f"organisation:{organisation.pk}:vetting:"
    post.cancel(prefix=prefix, at=at)
    post.post(
        kind=f"organisation-{decision.replace('_', '-')}",
        key=f"{prefix}{vetting.pk}",
        at=at,
        facts={"organisation": str(organisation.pk), "vetting": vetting.pk},
    )
    return vetting
