"""The text of a case as it stands, to be written into a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.http import Http404

from partnerships.case import editions
from partnerships.case.header import CaseHeader
from partnerships.lifecycle import Edition
from partnerships.models import Clause, Roadmap
from partnerships.text import agreement
from partnerships.text.contents import text_fingerprint
from partnerships.text.queries import chosen
from partnerships.text.tables import Named
from partnerships.text.view import ClauseShown, TextShown, text_of


class TakenClause(NamedTuple):
    """A clause with its key, which is the same in all editions, and the number of its revision."""

    key: str
    revision: int
    shown: ClauseShown


class TakenSection(NamedTuple):
    """A section of the text with its clauses; `number`: as printed."""

    number: str
    title: str
    clauses: Sequence[TakenClause]


@dataclass(frozen=True, kw_only=True)
class TakenText:
    """An edition as its reader takes it away, in the language that was active.

    `version`: "v0.3"; `fingerprint`: SHA-256 of the text as it stands, that of the charter once it is frozen;
    `is_draft`: it is not signed by all; `removed`: titles of the clauses whose removal is asked.
    """

    reference: str
    title: str
    language: str
    edition: int
    version: str
    is_draft: bool
    fingerprint: str
    taken_at: datetime
    parties: Sequence[Named]
    broker: str
    text: TextShown
    sections: Sequence[TakenSection]
    removed: Sequence[str]

    @property
    def clauses(self) -> list[TakenClause]:
        """The clauses in printed order."""
        return [clause for section in self.sections for clause in section.clauses]

    @property
    def name(self) -> str:
        """The stem of the name of its files, such as "LL-2027-0001-edition-1-v0.3"."""
        return f"{self.reference}-edition-{self.edition}-{self.version}"


def taken_text(header: CaseHeader, at: datetime, *, edition: int | None, language: str) -> TakenText:
    """Return the text that the reader may read, in the active language, which is `language`.

    `edition`: its number; the latest that may be read when None. Raises Http404 when there is none.
    """
    roadmap = chosen(editions.readable(header.case, is_broker=header.reader.is_broker), edition)
    if roadmap is None:
        raise Http404
    charter = editions.charters_of(header.partnership).get(roadmap.pk)
    text = text_of(roadmap, charter, header, at)
    clauses = agreement.clauses_of(roadmap)
    return TakenText(
        reference=header.partnership.reference,
        title=header.partnership.title,
        language=language,
        edition=roadmap.edition,
        version=f"v0.{roadmap.version}",
        is_draft=roadmap.state != Edition.SIGNED,
        fingerprint=charter.fingerprint if charter else text_fingerprint(roadmap, clauses),
        taken_at=at,
        parties=[Named(party.side, party.organisation.name) for party in header.parties],
        broker=header.broker,
        text=text,
        sections=_sections(text, clauses),
        removed=_removed(roadmap),
    )


def _sections(text: TextShown, clauses: Sequence[Clause]) -> list[TakenSection]:
    keys = {shown.number: clause for shown, clause in zip(text.clauses, clauses, strict=True)}
    return [
        TakenSection(
            section.number,
            section.title,
            [
                TakenClause(keys[shown.number].key, _revision(keys[shown.number]), shown)
                for shown in section.clauses
            ],
        )
        for section in text.sections
    ]


def _revision(clause: Clause) -> int:
    return clause.current.number if clause.current else 0


def _removed(roadmap: Roadmap) -> list[str]:
    removed = agreement.removed_from(roadmap)
    return [clause.current.title for clause in removed if clause.current]
