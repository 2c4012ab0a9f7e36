"""Rendering a signed charter as a sealed PDF, stored once and mailed.

No page imports this module: it loads the PDF renderer, which takes a second.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from outbox import post
from partnerships import lifecycle, message_keys
from partnerships.case.transitions import lock, write
from partnerships.charter import rendering, snapshot
from partnerships.charter import sealing as charter_sealing
from partnerships.charter.sealing import SealIdentity, TimestampRefused, UnusableKey
from partnerships.charter.typography import FontsMissing
from partnerships.models import Charter, Roadmap, SealedCharter, SealObstacle, SealRefusal
from partnerships.signing.actions.signing import LedgerDisagrees, require_agreement_with_ledger
from partnerships.signing.queries import snapshots
from partnerships.status.actions import refresh_status

# The charter is always printed in French.
REASON = "Charte signée par toutes les parties"
SEAL_NOTE = (
    "Le sceau porte un certificat fait par {broker} pour ses propres chartes\u00a0: un lecteur de PDF ne "
    "le connaît pas "
    "de lui-même et peut dire l’identité «\u202finconnue\u202f»."
)


# Between two attempts: a minute, twice as long after each failure, an hour at most.
FIRST_DELAY: Final = timedelta(minutes=1)
LONGEST_DELAY: Final = timedelta(hours=1)
OBSTACLES: Final = {
    LedgerDisagrees: SealObstacle.LEDGER,
    FontsMissing: SealObstacle.FONTS,
    UnusableKey: SealObstacle.KEY,
    TimestampRefused: SealObstacle.TIMESTAMP,
}

logger = logging.getLogger(__name__)


class CharterAlreadySealed(Exception):
    """The charter already has its sealed PDF."""


def unsealed(at: datetime) -> list[UUID]:
    """Return the keys of the signed charters that are to be sealed now, oldest first. 1 query."""
    is_due = Q(seal_refusal=None) | Q(seal_refusal__next_at__lte=at)
    charters = Charter.objects.filter(
        is_due, roadmap__state=lifecycle.Edition.SIGNED, voided=None, sealed=None
    ).order_by("frozen_at", "pk")
    return list(charters.values_list("pk", flat=True))


def try_to_seal(*, charter_id: UUID, at: datetime) -> SealedCharter | None:
    """Seal a signed charter, or write what stands in the way where its case shows it.

    Returns None when it is not sealed.
    """
    try:
        return seal(charter_id=charter_id, at=at)
    except tuple(OBSTACLES) as error:
        logger.exception("The charter %s cannot be sealed.", charter_id)
        record_refusal(charter_id=charter_id, obstacle=OBSTACLES[type(error)], at=at)
        return None


@transaction.atomic
def record_refusal(*, charter_id: UUID, obstacle: SealObstacle, at: datetime) -> SealRefusal:
    """Write that an attempt to seal failed and when the next one is due; the brokers receive one mail."""
    charter = Charter.objects.get(pk=charter_id)
    partnership = lock(charter.partnership_id, while_suspended=True)
    refusal = SealRefusal.objects.filter(pk=charter_id).first() or SealRefusal(charter=charter, first_at=at)
    delay = min(FIRST_DELAY * 2 ** min(refusal.attempts, 10), LONGEST_DELAY)
    refusal.obstacle, refusal.last_at, refusal.next_at = obstacle, at, at + delay
    refusal.attempts += 1
    refusal.save()
    post.post(
        kind="seal-refused",
        key=message_keys.seal_refused(partnership.pk, charter.pk),
        at=at,
        facts={"partnership": str(partnership.pk), "charter": str(charter.pk)},
    )
    refresh_status(partnership, at=at)
    return refusal


@transaction.atomic
def seal(*, charter_id: UUID, at: datetime) -> SealedCharter | None:
    """Render a signed charter from its snapshot and its signatures, seal it and store it.

    Returns None when it is already sealed or locked by another worker.
    Raises LedgerDisagrees, FontsMissing, UnusableKey, TimestampRefused.
    """
    # The edition, not the case, is locked while it is rendered, so that the case stays usable; the charter
    # itself cannot be locked, because the database grants no change of its table.
    editions = Roadmap.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    if not editions.filter(charters=charter_id, state=lifecycle.Edition.SIGNED):
        return None
    charter = Charter.objects.filter(pk=charter_id, voided=None, sealed=None).first()
    if charter is None:
        return None
    require_agreement_with_ledger(charter)
    timestamp_url = settings.TIMESTAMP_URL
    pdf = rendering.render_charter(
        snapshot.from_json(bytes(charter.canonical_json)),
        snapshots.signature_texts(charter),
        verification_code=charter.verification_code,
        verification_url=settings.PUBLIC_URL + reverse("verification_code", args=[charter.verification_code]),
        seal_note=SEAL_NOTE.format(broker=settings.BROKER_NAME),
        timestamped=bool(timestamp_url),
    )
    sealed = charter_sealing.seal(
        pdf, seal_identity(at=at), reason=REASON, at=at, timestamp_url=timestamp_url
    )
    return store(charter_id=charter.pk, pdf=sealed, timestamped=bool(timestamp_url), at=at)


def seal_identity(*, at: datetime) -> SealIdentity:
    """Return the key and the certificate of this installation, created on first use.

    Raises UnusableKey.
    """
    key_file, certificate_file = Path(settings.SEAL_KEY_FILE), Path(settings.SEAL_CERTIFICATE_FILE)
    if not key_file.exists():
        _create_identity(key_file, certificate_file, at)
    return _load_identity(key_file, certificate_file)


def _create_identity(key_file: Path, certificate_file: Path, at: datetime) -> None:
    key_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with key_file.with_suffix(".lock").open("w") as lock_file:
        # Two workers may start at once, and only one pair may ever be created.
        fcntl.flock(lock_file, fcntl.LOCK_EX)
        if key_file.exists():
            return
        key_pem, certificate_pem = charter_sealing.make_seal_identity(settings.BROKER_NAME, at)
        certificate_file.write_bytes(certificate_pem)
        temporary_file = key_file.with_suffix(".new")
        temporary_file.touch(mode=0o600)
        temporary_file.write_bytes(key_pem)
        temporary_file.replace(key_file)


@functools.cache
def _load_identity(key_file: Path, certificate_file: Path) -> SealIdentity:
    return SealIdentity.load(key_pem=key_file.read_bytes(), certificate_pem=certificate_file.read_bytes())


@transaction.atomic
def store(*, charter_id: UUID, pdf: bytes, timestamped: bool, at: datetime) -> SealedCharter:
    """Store the sealed PDF and post the message that mails it to every signatory and broker.

    Raises CharterAlreadySealed.
    """
    charter = Charter.objects.get(pk=charter_id)
    partnership = lock(charter.partnership_id, while_suspended=True)
    if SealedCharter.objects.filter(pk=charter_id).exists():
        raise CharterAlreadySealed
    sealed = SealedCharter.objects.create(
        charter=charter,
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        timestamped=timestamped,
        sealed_at=at,
    )
    SealRefusal.objects.filter(pk=charter_id).delete()
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
        key=message_keys.charter_sealed(partnership.pk, charter.pk),
        at=at,
        facts={"partnership": str(partnership.pk), "charter": str(charter.pk)},
    )
    refresh_status(partnership, at=at)
    return sealed
