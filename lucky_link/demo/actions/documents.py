"""Documents that the organisations of a cast upload: one page each, marked as fictional."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.utils.html import format_html
from weasyprint import HTML

from accounts.models import EXPECTED_OF, DocumentKind, Side
from accounts.organisations.actions.documents import NewDocument, add_document
from accounts.organisations.file_kinds import CheckedFile, safe_name

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User
    from lucky_link.demo.cast import CastOrganisation

# The document that proves the power of the signatory.
PROOF_OF_POWER: Final = {Side.ASSOCIATION: DocumentKind.MINUTES, Side.COMPANY: DocumentKind.POWER}
# One document has expired, as an example: its organisation, its kind, and its last day, from today.
EXPIRED: Final = ("Pas à Pas de Fable", DocumentKind.BANK_DETAILS, -12)


def add_all(
    organisation_id: UUID,
    founder: User,
    side: Side,
    organisation: CastOrganisation,
    *,
    at: datetime,
    today: datetime,
) -> UUID | None:
    """Upload the expected documents and those of the declarations; return the id of the proof of power.

    An organisation that is not verified has no documents.
    """
    if organisation.state != "verified":
        return None
    kinds = [*EXPECTED_OF[side]]
    kinds += [DocumentKind.ETHICS_CHARTER] if organisation.ethics else []
    kinds += [DocumentKind.APPROVAL] if organisation.approval in ("regional", "national") else []
    kinds += [EXPIRED[1]] if organisation.name == EXPIRED[0] else []
    document_ids = {}
    for kind in kinds:
        is_expired = (organisation.name, kind) == EXPIRED[:2]
        last_day = (today + timedelta(days=EXPIRED[2])).date() if is_expired else None
        new_document = NewDocument(kind, _file(organisation, kind), last_day)
        document = add_document(
            organisation_id=organisation_id, administrator=founder, new_document=new_document, at=at
        )
        document_ids[kind] = document.pk
    return document_ids[PROOF_OF_POWER[side]]


def _file(organisation: CastOrganisation, kind: DocumentKind) -> CheckedFile:
    """Return a PDF as a checked file: made here, it needs no inspection."""
    content_type = "application/pdf"
    name = safe_name(f"{kind.label}.pdf", content_type)
    return CheckedFile(name=name, content_type=content_type, content=_pdf(organisation, kind))


def _pdf(organisation: CastOrganisation, kind: DocumentKind) -> bytes:
    text = organisation.ethics if kind == DocumentKind.ETHICS_CHARTER else organisation.purpose
    html = format_html(
        '<html lang="fr"><title>{kind}</title><h1>{kind}</h1><h2>{name}, {city}</h2><p>{text}</p>'
        "<p><strong>Document fictif, fait pour la démonstration.</strong></p></html>",
        kind=kind.label,
        name=organisation.name,
        city=organisation.city,
        text=text,
    )
    pdf: bytes = HTML(string=html).write_pdf()
    return pdf
