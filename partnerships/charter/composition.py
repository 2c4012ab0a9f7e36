"""The HTML of a charter with its pictures: a pure function of its arguments, which loads no PDF renderer."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from django.template.loader import render_to_string

from partnerships.charter import snapshot, typography
from partnerships.charter.context import fingerprint_lines, template_context
from partnerships.charter.pdf import pictures
from partnerships.charter.pdf.prints import Print
from partnerships.charter.snapshot import CharterSnapshot
from partnerships.charter.texts import SignatureText

ATTACHMENT_NAME: Final = "charte.json"
UNSIGNED_DATE: Final = datetime(2000, 1, 1, tzinfo=UTC)  # creation date of a PDF without signatures


def compose(
    charter: CharterSnapshot, signatures: Sequence[SignatureText], notes: Mapping[str, object]
) -> Print:
    """Return the charter as printed; `notes` are added to the context unchanged. Raises FontsMissing."""
    printed = typography.printable(charter)
    context: dict[str, object] = {
        **template_context(printed, typography.printable(tuple(signatures))),
        **notes,
        "fingerprint": fingerprint_lines(snapshot.fingerprint(charter)),
        "previous_fingerprint": fingerprint_lines(charter.previous_fingerprint or ""),
        "verification_address": _verification_address(str(notes["verification_url"])),
        "attachment_name": ATTACHMENT_NAME,
        "made_at": made_at(signatures).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    files = {
        "logo.svg": (pictures.LOGO, "image/svg+xml"),
        "qr.svg": (pictures.qr(str(notes["verification_url"])), "image/svg+xml"),
    }
    if printed.milestones:
        drawing = pictures.timeline(printed.parties, printed.milestones)
        files["timeline.svg"] = (drawing, "image/svg+xml")
    return Print(
        html=render_to_string("charter/charter.html", context),
        files=files,
        attachment=snapshot.canonical_json(charter).decode(),
        attachment_name=ATTACHMENT_NAME,
        identifier=snapshot.fingerprint(charter),
        made_at=made_at(signatures),
    )


def made_at(signatures: Sequence[SignatureText]) -> datetime:
    """Return the moment of the last signature, by which a PDF is dated."""
    signed_at = [signature.signed_at.astimezone(UTC) for signature in signatures]
    return max(signed_at, default=UNSIGNED_DATE)


def _verification_address(url: str) -> str:
    """Return the address of the verification form: the URL without scheme and last segment."""
    return url.partition("://")[2].rstrip("/").rpartition("/")[0] or url
