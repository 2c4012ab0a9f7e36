"""The documents page of a case: its charters and the evidence of its milestones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from partnerships.case.editions import CharterShown, charters_of, edition_name
from partnerships.models import Evidence, Partnership


@dataclass(frozen=True, kw_only=True)
class CharterRow:
    """A signed charter and its name; it is not sealed yet when it has no `pdf_url`."""

    name: str
    charter: CharterShown


@dataclass(frozen=True, kw_only=True)
class EvidenceRow:
    """The evidence of one milestone; `link` is an external URL."""

    milestone: str
    side: str
    name: str
    text: str
    link: str
    given_at: datetime


@dataclass(frozen=True, kw_only=True)
class DocumentsPage:
    charters: Sequence[CharterRow]
    evidence: Sequence[EvidenceRow]


def documents_page(partnership: Partnership) -> DocumentsPage:
    """Return the charters, latest edition first, and the evidence, latest first. 2 queries."""
    evidence = Evidence.objects.filter(milestone__partnership=partnership).select_related(
        "milestone", "party__organisation"
    )
    return DocumentsPage(
        charters=[
            CharterRow(name=edition_name(charter.edition), charter=charter)
            for charter in charters_of(partnership).values()
            if charter.signed_at
        ],
        evidence=[
            EvidenceRow(
                milestone=f"{row.milestone.code}. {row.milestone.title}",
                side=row.party.side,
                name=row.party.organisation.name,
                text=row.text,
                link=row.link,
                given_at=row.given_at,
            )
            for row in evidence.order_by("-given_at", "-pk")
        ],
    )
