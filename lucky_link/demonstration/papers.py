"""The papers that the organisations of the demonstration bring: one page each, plainly fictional."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.utils.html import format_html
from weasyprint import HTML

from accounts.models import EXPECTED_OF, DocumentKind, Side
from accounts.organisations.actions.documents import NewDocument, add_document
from accounts.organisations.file_kinds import check_file

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User
    from lucky_link.castfile import Organisation

# What proves the power of who signs.
POWER_OF: Final = {Side.ASSOCIATION: DocumentKind.MINUTES, Side.COMPANY: DocumentKind.POWER}
# The one that ran out, so that somebody sees what that looks like (its last day, in days from today).
EXPIRED: Final = ("Pas à Pas de Fable", DocumentKind.BANK_DETAILS, -12)


def bring_all(
    organisation_id: UUID, founder: User, side: Side, told: Organisation, *, at: datetime, today: datetime
) -> UUID | None:
    """Bring what a broker asks for and what goes with what was declared; return what proves the power.

    Who is not verified brought nothing yet.
    """
    if told.state != "verified":
        return None
    kinds = [*EXPECTED_OF[side]]
    kinds += [DocumentKind.ETHICS_CHARTER] if told.ethics else []
    kinds += [DocumentKind.APPROVAL] if told.approval in ("regional", "national") else []
    kinds += [EXPIRED[1]] if told.name == EXPIRED[0] else []
    brought = {}
    for kind in kinds:
        is_over = (told.name, kind) == EXPIRED[:2]
        last_day = (today + timedelta(days=EXPIRED[2])).date() if is_over else None
        paper = NewDocument(kind, check_file(f"{kind.label}.pdf", _page(told, kind)), last_day)
        brought[kind] = add_document(
            organisation_id=organisation_id, administrator=founder, new_document=paper, at=at
        ).pk
    return brought[POWER_OF[side]]


def _page(told: Organisation, kind: DocumentKind) -> bytes:
    text = told.ethics if kind == DocumentKind.ETHICS_CHARTER else told.purpose
    html = format_html(
        '<html lang="fr"><title>{kind}</title><h1>{kind}</h1><h2>{name}, {city}</h2><p>{text}</p>'
        "<p><strong>Document fictif, fait pour la démonstration.</strong></p></html>",
        kind=kind.label,
        name=told.name,
        city=told.city,
        text=text,
    )
    page: bytes = HTML(string=html).write_pdf()
    return page
