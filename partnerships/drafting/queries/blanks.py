"""The blanks of a text, each with its clause and the field in which it is filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from partnerships.charter import terms as charter_terms
from partnerships.charter.texts import Heading
from partnerships.checks import blanks
from partnerships.checks.blanks import Blank, ClauseWords
from partnerships.lifecycle import Action, Edition, allows
from partnerships.models import Clause, Partnership
from partnerships.text import agreement


@dataclass(frozen=True, kw_only=True)
class BlankRow:
    """A blank of a clause; `index`: its position in the clause. `name`: of its field, also its anchor."""

    blank: Blank
    clause_id: int
    position: int
    clause_title: str
    revision_number: int
    index: int
    url: str

    @property
    def label(self) -> str:
        return self.blank.label

    @property
    def is_day(self) -> bool:
        return self.blank.is_day

    @property
    def name(self) -> str:
        return f"blanc-{self.clause_id}-{self.revision_number}-{self.index}"


@dataclass(frozen=True, kw_only=True)
class BlanksPage:
    """The blanks of the text under work; `needs_reason`: the parties have the text."""

    rows: Sequence[BlankRow]
    needs_reason: bool


def blank_rows(partnership: Partnership, clauses: Sequence[Clause]) -> list[BlankRow]:
    """Return the blanks of a text in printed order. No query."""
    page_url = reverse("partnerships:fill_blanks", args=[partnership.reference])
    rows = []
    for clause in clauses:
        revision = clause.current
        if revision is None:
            continue
        words = ClauseWords(
            Heading(clause.heading),
            revision.title,
            revision.body,
            revision.plain_words,
            charter_terms.read(revision.terms),
        )
        for index, blank in enumerate(blanks.blanks_of(words)):
            anchor = f"#blanc-{clause.pk}-{revision.number}-{index}"
            rows.append(
                BlankRow(
                    blank=blank,
                    clause_id=clause.pk,
                    position=clause.position or 0,
                    clause_title=revision.title,
                    revision_number=revision.number,
                    index=index,
                    url=page_url + anchor,
                )
            )
    return rows


def blanks_page(partnership: Partnership) -> BlanksPage:
    """Return the blanks of the text under work, none when it cannot be revised. 2 queries."""
    roadmap = partnership.roadmaps.exclude(state=Edition.VOID).order_by("-edition").first()
    if roadmap is None or not allows(Action.REVISE, Edition(roadmap.state)):
        return BlanksPage(rows=(), needs_reason=False)
    return BlanksPage(
        rows=blank_rows(partnership, agreement.clauses_of(roadmap)),
        needs_reason=roadmap.state != Edition.DRAFTING,
    )


def described(rows: Sequence[BlankRow]) -> list[str]:
    """Return each blank as words: number of the clause, its title and the label."""
    return [
        _("clause %(number)s, %(title)s\u00a0: %(label)s")
        % {"number": row.position, "title": row.clause_title, "label": row.label}
        for row in rows
    ]
