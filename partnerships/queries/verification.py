"""Finding the sealed charter behind a PDF or a code."""

from partnerships.charter import snapshot
from partnerships.charter.verification import KnownCharter
from partnerships.models import SealedCharter


def known_charter(*, sha256: str, fingerprint: str | None) -> KnownCharter | None:
    """Return the charter whose sealed PDF has this SHA-256, or else this fingerprint. 2 queries at most."""
    return _known(sha256=sha256) or (_known(charter__fingerprint=fingerprint) if fingerprint else None)


def charter_with_code(code: str) -> KnownCharter | None:
    """Return the sealed charter that prints this code, as `charter.verification.normal_code` writes it."""
    return _known(charter__verification_code=code)


def _known(**unique: str) -> KnownCharter | None:
    sealed = SealedCharter.objects.select_related("charter").filter(**unique).order_by("pk").first()
    if sealed is None:
        return None
    signed = snapshot.from_json(bytes(sealed.charter.canonical_json))
    return KnownCharter(
        reference=signed.reference,
        edition=signed.edition,
        title=signed.title,
        fingerprint=sealed.charter.fingerprint,
        sha256=sealed.sha256,
        verification_code=sealed.charter.verification_code,
    )
