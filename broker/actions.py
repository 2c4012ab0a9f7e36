"""What a broker does in the console: decisions that reach into the cases, and mails sent again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Decision, User, Vetting
from accounts.templatetags import wording
from accounts.vetting.actions import vetting
from outbox import delivery
from partnerships.signing.actions import suspension


class NothingToSend(Exception):
    """The mail did not fail, so there is nothing to send again."""


class TextIsGone(Exception):
    """The mail bore a secret that was not kept, so it cannot be written again."""


def send_again(*, delivery_id: UUID, at: datetime) -> None:
    """Send a failed mail again, now. Raises NothingToSend, TextIsGone."""
    try:
        delivery.retry(delivery_id=delivery_id, at=at)
    except delivery.NotFailed as error:
        raise NothingToSend from error
    except delivery.Forgotten as error:
        raise TextIsGone from error


@transaction.atomic
def decide(*, organisation_id: UUID, broker: User, decision: Decision, reason: str, at: datetime) -> Vetting:
    """Take a decision on an organisation, and stop the signatures that it makes worthless.

    Suspended or refused, the organisation acts on nothing; verified under another identity, it is no
    longer the one that the frozen texts name. Raises VettingError.
    """
    taken = vetting.decide(
        organisation_id=organisation_id, broker=broker, decision=decision, reason=reason, at=at
    )
    why = _why_stopped(taken)
    if why:
        suspension.stop_signatures(organisation_id=organisation_id, broker=broker, reason=why, at=at)
    return taken


def _why_stopped(taken: Vetting) -> str:
    name = taken.organisation.name
    told = {"name": name, "of_name": wording.of(name), "reason": taken.reason}
    if taken.decision == Decision.SUSPENDED:
        return _("%(name)s est suspendue par le passeur\u00a0: %(reason)s") % told
    if taken.decision == Decision.REFUSED:
        return _("L’inscription %(of_name)s est refusée\u00a0: %(reason)s") % told
    if taken.decision == Decision.VERIFIED and taken.identity_changes.exists():
        return (
            _(
                "%(name)s a changé d’identité, et le passeur l’a vérifiée. Le texte figé la nommait comme "
                "avant\u00a0: il est à figer de nouveau."
            )
            % told
        )
    return ""
