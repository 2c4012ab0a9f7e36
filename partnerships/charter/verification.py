"""Verification whether a PDF is a charter exactly as it was sealed here; accepts any bytes."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext_lazy as _

from accounts.text import canonical

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_BITS: Final = 60

type Outcome = Literal["genuine", "doubtful", "changed", "unknown"]
type CheckName = Literal["stored", "text", "seal", "whole", "final", "ledger"]

QUESTIONS: Final = {
    "stored": _("Le fichier est identique à celui que nous conservons"),
    "text": _("Le texte joint au PDF a l’empreinte qui a été signée"),
    "seal": _("Le PDF porte un seul sceau, le nôtre, et ce sceau est intact"),
    "whole": _("Le sceau couvre le fichier entier"),
    "final": _("Le sceau interdit toute modification, et rien n’a été ajouté après lui"),
    "ledger": _("Chaque signature et chaque réponse a son entrée au journal, et le journal est intact"),
}


@dataclass(frozen=True, kw_only=True)
class KnownCharter:
    """A stored sealed charter: its names, and the SHA-256 of its text and of its PDF in hex.

    `disagreements`: what of it does not agree with the ledger, a phrase for each.
    """

    reference: str
    edition: int
    title: str
    fingerprint: str
    sha256: str
    verification_code: str
    disagreements: tuple[str, ...] = ()


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
class SealReading:
    """What `seal_reader` reads in a PDF: SHA-256 of the attached text, in hex, and state of the seal."""

    fingerprint: str | None = None
    seals: int = 0
    is_ours: bool = False
    is_intact: bool = False
    is_whole: bool = False
    is_final: bool = False
    is_timestamped: bool = False


def verdict(
    pdf: bytes, *, reading: SealReading, trusted_certificates: Sequence[bytes], known: CharterLookup
) -> VerificationVerdict:
    """Return the verdict on any bytes, from what was read in them.

    `trusted_certificates`: PEM of each certificate that has sealed charters here, former ones included.
    "doubtful": the file is as it was sealed, but its signatures or answers do not agree with the ledger;
    "changed": made from one of our charters and not as it was sealed; "unknown": everything else.
    """
    sha256 = hashlib.sha256(pdf).hexdigest()
    charter = known(sha256=sha256, fingerprint=reading.fingerprint)
    checks = tuple(_checks(sha256, reading, charter))
    is_stored = charter is not None and charter.sha256 == sha256
    failed = {check.name for check in checks if not check.passed}
    if not failed:
        outcome: Outcome = "genuine"
    elif failed == {"ledger"}:
        outcome = "doubtful"
    elif is_stored:
        # The exact stored bytes are never "changed", even if their seal is not ours.
        outcome = "unknown"
    else:
        is_made_from_ours = charter is not None or reading.is_ours
        is_made_from_ours = is_made_from_ours or _contains_our_certificate(pdf, trusted_certificates)
        outcome = "changed" if is_made_from_ours else "unknown"
    return VerificationVerdict(
        outcome=outcome, checks=checks, charter=charter, timestamped=reading.is_timestamped
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


def _checks(sha256: str, reading: SealReading, charter: KnownCharter | None) -> Iterator[VerificationCheck]:
    fingerprint = reading.fingerprint
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
        passed=reading.seals == 1 and reading.is_ours and reading.is_intact,
        detail=str(reading.seals),
    )
    yield VerificationCheck(name="whole", passed=reading.is_whole, detail="")
    yield VerificationCheck(name="final", passed=reading.is_final, detail="")
    faults = charter.disagreements if charter else ()
    yield VerificationCheck(
        name="ledger", passed=charter is not None and not faults, detail="\u202f; ".join(faults)
    )


def certificates_as_hex(trusted_certificates: Sequence[bytes]) -> list[str]:
    """Return certificates in PEM as DER in hex, the form in which a seal contains them."""
    loaded = (x509.load_pem_x509_certificate(certificate) for certificate in trusted_certificates)
    return [certificate.public_bytes(Encoding.DER).hex() for certificate in loaded]


def _contains_our_certificate(pdf: bytes, trusted_certificates: Sequence[bytes]) -> bool:
    """Return whether the bytes contain one of our certificates, be they a readable PDF or not."""
    lower_case = pdf.lower()
    return any(
        certificate.encode() in lower_case for certificate in certificates_as_hex(trusted_certificates)
    )
