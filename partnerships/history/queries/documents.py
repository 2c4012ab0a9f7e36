"""The documents page of a case: its charters and the evidence of its milestones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from partnerships.case.editions import CharterShown, charters_of, edition_name
from partnerships.models import ClosingReport, Evidence, Partnership, SharedFile


@dataclass(frozen=True, kw_only=True)
class CharterRow:
    """A signed charter and its name; it is not sealed yet when it has no `pdf_url`."""

    name: str
    charter: CharterShown


@dataclass(frozen=True, kw_only=True)
class EvidenceRow:
    """The evidence of one milestone or commitment; `link` is an external URL, `file`: None without one."""

    milestone: str
    side: str
    name: str
    text: str
    link: str
    file: SharedFile | None
    given_at: datetime


@dataclass(frozen=True, kw_only=True)
class DocumentsPage:
    charters: Sequence[CharterRow]
    evidence: Sequence[EvidenceRow]
    has_report: bool


def documents_page(partnership: Partnership) -> DocumentsPage:
    """Return the charters, latest edition first, the evidence, latest first, and the report. 3 queries."""
    own = Q(milestone__partnership=partnership) | Q(commitment__partnership=partnership)
    related = ("milestone", "commitment", "party__organisation", "given_by", "file")
    evidence = Evidence.objects.filter(own).select_related(*related)
    return DocumentsPage(
        charters=[
            CharterRow(name=edition_name(charter.edition), charter=charter)
            for charter in charters_of(partnership).values()
            if charter.signed_at
        ],
        evidence=[
            EvidenceRow(
                milestone=f"{row.subject.code}. {row.subject.title}",
                side=row.party.side if row.party else "broker",
                name=row.party.organisation.name if row.party else str(row.given_by),
                text=row.text,
                link=row.link,
                file=row.file,
                given_at=row.given_at,
            )
            for row in evidence.order_by("-given_at", "-pk")
        ],
        has_report=ClosingReport.objects.filter(pk=partnership.pk).exists(),
    )
