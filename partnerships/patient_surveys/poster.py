"""The poster of a form for patients, to be printed and hung: its QR code and its address, as a PDF."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils.translation import override

from partnerships.charter import typography
from partnerships.charter.pdf import pictures
from partnerships.charter.pdf.prints import Print

if TYPE_CHECKING:
    from collections.abc import Sequence

    from partnerships.models import PatientSurvey


def poster(survey: PatientSurvey, *, address: str, names: Sequence[str]) -> Print:
    """Return the poster as printed, in the language of the form. Raises FontsMissing."""
    subject, printed_names = typography.printable((survey.subject, tuple(names)))
    context = {"subject": subject, "names": printed_names, "address": address, "opened_at": survey.opened_at}
    with override(survey.language):
        html = render_to_string("partnerships/patient_surveys/poster.html", context)
    return Print(
        html=html,
        files={
            "logo.svg": (pictures.LOGO, "image/svg+xml"),
            "qr.svg": (pictures.qr(address), "image/svg+xml"),
        },
        attachment="",
        attachment_name="",
        identifier=hashlib.sha256(html.encode()).hexdigest(),
        made_at=survey.opened_at,
    )
