"""Finding the sealed charter behind a PDF or a code, and what anybody may know of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from partnerships.charter import sealing, snapshot
from partnerships.charter import verification as charter_verification
from partnerships.charter.texts import PartyText
from partnerships.charter.verification import KnownCharter, Verdict
from partnerships.lifecycle import Edition
from partnerships.models import SealedCharter


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the holder of a charter may check: whose it is, when it was sealed, whether it was amended."""

    charter: KnownCharter
    parties: Sequence[PartyText]
    signed_at: datetime
    sealed_at: datetime
    timestamped: bool
    is_amended: bool


def verdict_on(pdf: bytes) -> Verdict:
    """Return what these bytes are, measured with the certificates of this installation. 2 queries at most."""
    pem_file = Path(settings.SEAL_CERTIFICATE_FILE)
    trusted = sealing.certificates_in(pem_file.read_bytes()) if pem_file.exists() else ()
    return charter_verification.examine(pdf, trusted_certificates=trusted, known=known_charter)


def found_with_code(code: str) -> Found | None:
    """Return the sealed charter that prints this code, whatever was typed for one. 3 queries at most."""
    if not code.replace("-", "").isalnum():
        return None
    sealed = (
        SealedCharter.objects.select_related("charter")
        .defer("pdf")
        .filter(charter__verification_code=code)
        .first()
    )
    if sealed is None:
        return None
    signed = snapshot.from_json(bytes(sealed.charter.canonical_json))
    later = sealed.charter.successors.filter(roadmap__state=Edition.SIGNED, voided=None)
    last = sealed.charter.signatures.order_by("-signed_at", "-pk").values_list("signed_at", flat=True)[:1]
    return Found(
        charter=_named(sealed),
        parties=signed.parties,
        signed_at=last.get(),
        sealed_at=sealed.sealed_at,
        timestamped=sealed.timestamped,
        is_amended=later.exists(),
    )


def known_charter(*, sha256: str, fingerprint: str | None) -> KnownCharter | None:
    """Return the charter whose sealed PDF has this SHA-256, or else this fingerprint. 2 queries at most."""
    return _known(Q(sha256=sha256)) or (_known(Q(charter__fingerprint=fingerprint)) if fingerprint else None)


def _known(where: Q) -> KnownCharter | None:
    sealed = SealedCharter.objects.select_related("charter").filter(where).order_by("pk").first()
    return _named(sealed) if sealed else None


def _named(sealed: SealedCharter) -> KnownCharter:
    signed = snapshot.from_json(bytes(sealed.charter.canonical_json))
    return KnownCharter(
        reference=signed.reference,
        edition=signed.edition,
        title=signed.title,
        fingerprint=sealed.charter.fingerprint,
        sha256=sealed.sha256,
        verification_code=sealed.charter.verification_code,
    )
