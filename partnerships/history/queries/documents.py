"""The papers of a case: its charters, and the evidence brought for its milestones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from partnerships.case.editions import CharterShown, charters_of, edition_name
from partnerships.models import Evidence, Partnership


@dataclass(frozen=True, kw_only=True)
class CharterRow:
    """A charter and how it is called; one without `pdf_url` is not sealed yet."""

    name: str
    charter: CharterShown


@dataclass(frozen=True, kw_only=True)
class EvidenceRow:
    """What shows that a milestone was reached; `link` leads out of the house."""

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
    given = Evidence.objects.filter(milestone__partnership=partnership).select_related(
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
                milestone=f"{each.milestone.code}. {each.milestone.title}",
                side=each.party.side,
                name=each.party.organisation.name,
                text=each.text,
                link=each.link,
                given_at=each.given_at,
            )
            for each in given.order_by("-given_at", "-pk")
        ],
    )
