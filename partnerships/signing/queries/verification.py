"""Verification of a PDF or a code: the sealed charter it belongs to, and its public summary."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import Max, Q
from django.db.models.functions import Length

from accounts.inspection import sandbox
from partnerships.charter import sealing, snapshot
from partnerships.charter import verification as charter_verification
from partnerships.charter.texts import PartyText
from partnerships.charter.verification import KnownCharter, SealReading, VerificationVerdict
from partnerships.lifecycle import Edition
from partnerships.models import SealedCharter
from partnerships.signing.queries.ledger_agreement import disagreements

SEAL_READER: Final = "partnerships.charter.seal_reader"
MEGABYTE: Final = 1024 * 1024
MIN_MEGABYTES: Final = 2
# Readers accept a header that other bytes precede.
HEADER_REACH: Final = 1024


@dataclass(frozen=True, kw_only=True)
class SealedCharterSummary:
    """Public facts of a sealed charter. `is_amended`: a later edition of it has been signed."""

    charter: KnownCharter
    parties: Sequence[PartyText]
    signed_at: datetime
    sealed_at: datetime
    timestamped: bool
    is_amended: bool


def largest_upload() -> int:
    """Return how many bytes a file to verify may have, in whole megabytes. 1 query.

    No charter sealed here is larger than half of it.
    """
    largest = SealedCharter.objects.aggregate(largest=Max(Length("pdf")))["largest"] or 0
    return max(MIN_MEGABYTES, math.ceil(2 * largest / MEGABYTE)) * MEGABYTE


def is_stored(pdf: bytes) -> bool:
    """Return whether the file is, byte for byte, a sealed charter. 1 query."""
    return SealedCharter.objects.filter(sha256=hashlib.sha256(pdf).hexdigest()).exists()


def verdict_on(pdf: bytes, *, is_public: bool = True) -> VerificationVerdict:
    """Return the verdict on a file, judged by the certificates of this installation. 8 queries at most.

    The PDF is read in a child process; `is_public`: for somebody who is not signed in. Raises
    TooManyInspections, FileTooComplex, InspectionUnavailable.
    """
    pem_file = Path(settings.SEAL_CERTIFICATE_FILE)
    trusted = sealing.certificates_in(pem_file.read_bytes()) if pem_file.exists() else ()
    options = {"trusted_certificates": charter_verification.certificates_as_hex(trusted)}
    if is_stored(pdf):
        reading = SealReading(**sandbox.inspect_own(SEAL_READER, pdf, options=options).facts)
    elif b"%PDF-" in pdf[:HEADER_REACH]:
        inspection = sandbox.inspect(SEAL_READER, pdf, is_public=is_public, options=options)
        reading = SealReading(**inspection.facts)
    else:
        reading = SealReading()
    return charter_verification.verdict(
        pdf, reading=reading, trusted_certificates=trusted, known=known_charter
    )


def summary_for_code(code: str) -> SealedCharterSummary | None:
    """Return the sealed charter that bears this code; None for any other string. 8 queries at most."""
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
    text = snapshot.from_json(bytes(sealed.charter.canonical_json))
    amendments = sealed.charter.successors.filter(roadmap__state=Edition.SIGNED, voided=None)
    last_signed_at = sealed.charter.signatures.order_by("-signed_at", "-pk").values_list(
        "signed_at", flat=True
    )[:1]
    return SealedCharterSummary(
        charter=_known_charter(sealed),
        parties=text.parties,
        signed_at=last_signed_at.get(),
        sealed_at=sealed.sealed_at,
        timestamped=sealed.timestamped,
        is_amended=amendments.exists(),
    )


def known_charter(*, sha256: str, fingerprint: str | None) -> KnownCharter | None:
    """Return the charter whose sealed PDF has this SHA-256, or else this fingerprint. 7 queries at most."""
    return _sealed_where(Q(sha256=sha256)) or (
        _sealed_where(Q(charter__fingerprint=fingerprint)) if fingerprint else None
    )


def _sealed_where(condition: Q) -> KnownCharter | None:
    sealed = SealedCharter.objects.select_related("charter").filter(condition).order_by("pk").first()
    return _known_charter(sealed) if sealed else None


def _known_charter(sealed: SealedCharter) -> KnownCharter:
    text = snapshot.from_json(bytes(sealed.charter.canonical_json))
    return KnownCharter(
        reference=text.reference,
        edition=text.edition,
        title=text.title,
        fingerprint=sealed.charter.fingerprint,
        sha256=sealed.sha256,
        verification_code=sealed.charter.verification_code,
        disagreements=tuple(disagreements(sealed.charter)),
    )
