"""Verification whether a PDF is a charter exactly as it was sealed here; accepts any bytes."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final, Literal, Protocol

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext_lazy as _
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    SignatureCoverageLevel,
    validate_pdf_signature,
)
from pyhanko_certvalidator import ValidationContext

from accounts import canonical

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_TEXT_BYTES: Final = 8 * 1024 * 1024
CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_BITS: Final = 60

type Outcome = Literal["genuine", "changed", "unknown"]
type CheckName = Literal["stored", "text", "seal", "whole", "final"]

QUESTIONS: Final = {
    "stored": _("Le fichier est, octet pour octet, celui que nous gardons"),
    "text": _("Le texte joint au PDF a l’empreinte qui a été signée"),
    "seal": _("Le PDF porte un seul sceau, le nôtre, et ce sceau est intact"),
    "whole": _("Le sceau couvre le fichier entier"),
    "final": _("Le sceau interdit toute modification, et rien n’a été ajouté après lui"),
}


@dataclass(frozen=True, kw_only=True)
class KnownCharter:
    """A stored sealed charter: its names, and the SHA-256 of its text and of its PDF in hex."""

    reference: str
    edition: int
    title: str
    fingerprint: str
    sha256: str
    verification_code: str


class CharterLookup(Protocol):
    """Returns the charter whose sealed PDF has this SHA-256, or else the one with this fingerprint."""

    def __call__(self, *, sha256: str, fingerprint: str | None) -> KnownCharter | None: ...


@dataclass(frozen=True, kw_only=True)
class VerificationCheck:
    """The result of one check; its label is in QUESTIONS."""

    name: CheckName
    passed: bool
    detail: str


@dataclass(frozen=True, kw_only=True)
class VerificationVerdict:
    """The result of all checks. `charter`: the charter that the bytes are, or from which they were made."""

    outcome: Outcome
    checks: tuple[VerificationCheck, ...]
    charter: KnownCharter | None
    timestamped: bool


@dataclass(frozen=True, kw_only=True)
class _SealStatus:
    count: int
    is_ours: bool
    is_intact: bool = False
    is_whole: bool = False
    is_final: bool = False
    is_timestamped: bool = False


_NO_SEAL: Final = _SealStatus(count=0, is_ours=False)


def examine(
    pdf: bytes, *, trusted_certificates: Sequence[bytes], known: CharterLookup
) -> VerificationVerdict:
    """Return the verdict on any bytes; never raises.

    `trusted_certificates`: PEM of each certificate that has sealed charters here, former ones included.
    "changed": made from one of our charters and not as it was sealed; "unknown": everything else.
    """
    trusted = [_der(certificate) for certificate in trusted_certificates]
    sha256 = hashlib.sha256(pdf).hexdigest()
    text, seal = _parse(pdf, trusted)
    fingerprint = hashlib.sha256(text).hexdigest() if text is not None else None
    charter = known(sha256=sha256, fingerprint=fingerprint)
    checks = tuple(_checks(sha256, fingerprint, seal, charter))
    is_stored = charter is not None and charter.sha256 == sha256
    if all(check.passed for check in checks):
        outcome: Outcome = "genuine"
    elif is_stored:
        # The exact stored bytes are never "changed", even if their seal is not ours.
        outcome = "unknown"
    else:
        is_ours = charter is not None or seal.is_ours or _contains_our_certificate(pdf, trusted)
        outcome = "changed" if is_ours else "unknown"
    return VerificationVerdict(
        outcome=outcome, checks=checks, charter=charter, timestamped=seal.is_timestamped
    )


def verification_code(fingerprint: str) -> str:
    """Return the first 60 bits of a fingerprint as three groups of four characters in Crockford's base 32."""
    value = int(fingerprint, 16) >> (256 - CODE_BITS)
    characters = [CROCKFORD[value >> shift & 31] for shift in range(CODE_BITS - 5, -1, -5)]
    return "-".join("".join(characters[start : start + 4]) for start in range(0, len(characters), 4))


def normal_code(typed: str) -> str:
    """Return a typed code in the format of `verification_code`, whatever separates its characters."""
    characters = canonical.code(typed).upper().translate(str.maketrans("OIL", "011"))
    return "-".join(characters[start : start + 4] for start in range(0, len(characters), 4))


def _checks(
    sha256: str, fingerprint: str | None, seal: _SealStatus, charter: KnownCharter | None
) -> Iterator[VerificationCheck]:
    yield VerificationCheck(
        name="stored",
        passed=charter is not None and charter.sha256 == sha256,
        detail=f"SHA-256 {sha256}",
    )
    yield VerificationCheck(
        name="text",
        passed=charter is not None and charter.fingerprint == fingerprint,
        detail=f"SHA-256 {fingerprint}" if fingerprint else "",
    )
    yield VerificationCheck(
        name="seal",
        passed=seal.count == 1 and seal.is_ours and seal.is_intact,
        detail=str(seal.count),
    )
    yield VerificationCheck(name="whole", passed=seal.is_whole, detail="")
    yield VerificationCheck(name="final", passed=seal.is_final, detail="")


def _parse(pdf: bytes, trusted: Sequence[bytes]) -> tuple[bytes | None, _SealStatus]:
    """Return the attached JSON and the status of the seal, as far as they can be read."""
    if len(pdf) > MAX_BYTES or not pdf.startswith(b"%PDF-"):
        return None, _NO_SEAL
    # Anything may be uploaded, and the PDF parser can fail with any exception.
    try:
        reader = PdfFileReader(BytesIO(pdf))
        text = _embedded_text(reader)
    except Exception:  # noqa: BLE001
        return None, _NO_SEAL
    try:
        return text, _seal_of(reader, trusted)
    except Exception:  # noqa: BLE001
        return text, _NO_SEAL


def _embedded_text(reader: PdfFileReader) -> bytes | None:
    files = reader.root.get("/AF", ())
    if len(files) != 1 or files[0].get("/AFRelationship") != "/Source":
        return None
    stream = files[0]["/EF"]["/F"]
    text = bytes(stream.data)
    return text if len(text) <= MAX_TEXT_BYTES else None


def _seal_of(reader: PdfFileReader, trusted: Sequence[bytes]) -> _SealStatus:
    signatures = reader.embedded_signatures
    if len(signatures) != 1:
        return _SealStatus(count=len(signatures), is_ours=False)
    signature: EmbeddedPdfSignature = signatures[0]
    if signature.signer_cert.dump() not in trusted:
        return _SealStatus(count=1, is_ours=False)
    # The certificate is trusted by its bytes; it may have expired after the seal was made.
    context = ValidationContext(
        trust_roots=[signature.signer_cert],
        moment=signature.self_reported_timestamp,
        allow_fetching=False,
    )
    status = validate_pdf_signature(signature, signer_validation_context=context, skip_diff=True)
    level = signature.docmdp_level
    is_last = signature.signed_revision == reader.xrefs.total_revisions - 1
    return _SealStatus(
        count=1,
        is_ours=True,
        is_intact=bool(status.intact and status.valid),
        is_whole=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        is_final=level == MDPPerm.NO_CHANGES and is_last,
        is_timestamped=status.timestamp_validity is not None,
    )


def _contains_our_certificate(pdf: bytes, trusted: Sequence[bytes]) -> bool:
    """Return whether the bytes contain one of our certificates, be they a readable PDF or not."""
    if len(pdf) > MAX_BYTES:
        return False
    return any(certificate.hex().encode() in pdf.lower() for certificate in trusted)


def _der(certificate_pem: bytes) -> bytes:
    return x509.load_pem_x509_certificate(certificate_pem).public_bytes(Encoding.DER)
