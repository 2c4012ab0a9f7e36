"""The PDF of a frozen text before its seal, to take away before signing; a child process writes it."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.urls import reverse

from partnerships.charter import composition, snapshot
from partnerships.charter.typography import FontsMissing
from partnerships.models import Charter
from partnerships.signing.queries import snapshots
from partnerships.text_files.pdf import PRINT_CHILD, NotWritten, printed_pdf

CHILD: Final = PRINT_CHILD
# The charter is always printed in French.
NOTE: Final = "Ce PDF n’est pas scellé\u00a0: il montre le texte figé, avec les signatures données jusqu’ici."


def frozen_pdf(charter: Charter) -> bytes:
    """Return the PDF of a frozen text as it stands, rendered as it will be sealed. Raises NotWritten."""
    code = charter.verification_code
    notes = {
        "verification_code": code,
        "verification_url": settings.PUBLIC_URL + reverse("verification_code", args=[code]),
        "seal_note": NOTE,
        "timestamped": False,
    }
    text = snapshot.from_json(bytes(charter.canonical_json))
    try:
        printed = composition.compose(text, snapshots.signature_texts(charter), notes)
    except FontsMissing as error:
        raise NotWritten from error
    return printed_pdf(printed, child=CHILD)
