"""From a signed charter to its sealed PDF, stored once and mailed."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import transaction

from outbox import post
from partnerships.actions.advance import lock, write
from partnerships.models import Charter, SealedCharter


class AlreadySealed(Exception):
    """The charter has its sealed PDF."""


@transaction.atomic
def store(*, charter_id: UUID, pdf: bytes, timestamped: bool, at: datetime) -> SealedCharter:
    """Keep the sealed bytes for ever and mail them to every signatory and broker.

    Raises AlreadySealed.
    """
    charter = Charter.objects.get(pk=charter_id)
    partnership = lock(charter.partnership_id)
    if SealedCharter.objects.filter(pk=charter_id).exists():
        raise AlreadySealed
    sealed = SealedCharter.objects.create(
        charter=charter,
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        timestamped=timestamped,
        sealed_at=at,
    )
    write(
        partnership,
        "charter.seal",
        actor=None,
        at=at,
        fingerprint=charter.fingerprint,
        sha256=sealed.sha256,
        timestamped=timestamped,
    )
    post.post(
        kind="charter-sealed",
        key=f"case:{partnership.pk}:sealed:{charter.pk}",
        at=at,
        facts={"partnership": str(partnership.pk), "charter": str(charter.pk)},
    )
    return sealed
