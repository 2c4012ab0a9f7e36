"""Signatures that stop because of who was to sign."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from partnerships import lifecycle
from partnerships.models import Partnership
from partnerships.scoping.actions.scoping import require_broker
from partnerships.signing.actions.signing import Stop, give_up


@transaction.atomic
def stop_signatures(*, organisation_id: UUID, broker: User, reason: str, at: datetime) -> list[Partnership]:
    """Take back every frozen text that an organisation has to sign, saying why to all; return their cases.

    Every running case is locked first, so that a text frozen meanwhile is seen. Raises NotABroker.
    """
    require_broker(broker)
    running = Partnership.objects.filter(parties__organisation=organisation_id)
    running = running.exclude(state__in=lifecycle.FINAL).order_by("pk")
    stopped = []
    for partnership in running.select_for_update(of=("self",)):
        if partnership.roadmaps.filter(state=lifecycle.Edition.SIGNING).exists():
            party = partnership.parties.get(organisation=organisation_id)
            stop = Stop(reason, party.code, kind="signature-stopped")
            give_up(partnership, lifecycle.Action.WITHDRAW, stop, actor=broker, at=at)
            stopped.append(partnership)
    return stopped
