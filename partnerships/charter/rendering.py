"""Rendering of the charter as a PDF/A-3a: a pure function of its arguments."""

from collections.abc import Sequence

from partnerships.charter import composition
from partnerships.charter.pdf import printing
from partnerships.charter.snapshot import CharterSnapshot
from partnerships.charter.texts import SignatureText


def render_charter(
    charter: CharterSnapshot,
    signatures: Sequence[SignatureText],
    *,
    verification_code: str,
    verification_url: str,
    seal_note: str,
    timestamped: bool,
) -> bytes:
    """Return the PDF of the charter, the same bytes for the same arguments.

    `verification_url`: page of this code; `seal_note`: what a reader must know of the certificate. The
    signature of a party that has not signed is shown as awaited. Raises FontsMissing.
    """
    notes = {
        "verification_code": verification_code,
        "verification_url": verification_url,
        "seal_note": seal_note,
        "timestamped": timestamped,
    }
    return printing.pdf_of(composition.compose(charter, signatures, notes))
