"""The opened lines that a clause may be linked to, and the clauses that each is linked to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import Http404

from partnerships.lifecycle import UNFROZEN
from partnerships.models import Clause, Line, Partnership
from partnerships.text import references

if TYPE_CHECKING:
    from partnerships.models import ClauseRevision


@dataclass(frozen=True, kw_only=True)
class SourceLinksPage:
    """`lines`: all opened lines of the case, each with `clause_numbers`, of the clauses linked to it.

    `linked_ids`: keys of the lines that this clause is linked to.
    """

    clause: Clause
    number: str
    revision: ClauseRevision
    lines: Sequence[Line]
    linked_ids: Sequence[int]
    is_frozen: bool

    @property
    def seen(self) -> str:
        return "-".join(map(str, self.linked_ids))


def source_links_page(partnership: Partnership, clause_id: int) -> SourceLinksPage:
    """Return a clause of the text with the lines it may be linked to. Raises Http404. 4 queries."""
    clauses = Clause.objects.filter(roadmap__partnership=partnership, position__isnull=False)
    clause = clauses.select_related("roadmap", "current").filter(pk=clause_id).first()
    if clause is None or clause.current is None:
        raise Http404
    linked_clauses = clauses.filter(roadmap=clause.roadmap, written_from=OuterRef("pk"))
    clause_ids = ArraySubquery(linked_clauses.order_by("position").values("pk"))
    numbers = references.numbers_in(clause.roadmap_id)
    opened = Line.objects.filter(round__partnership=partnership).select_related("party__organisation")
    lines = list(opened.annotate(clause_ids=clause_ids).order_by("party__rank", "pk"))
    for line in lines:
        line.clause_numbers = [numbers[pk] for pk in line.clause_ids]  # type: ignore[attr-defined]
    return SourceLinksPage(
        clause=clause,
        number=numbers[clause.pk],
        revision=clause.current,
        lines=lines,
        linked_ids=list(clause.written_from.order_by("pk").values_list("pk", flat=True)),
        is_frozen=clause.roadmap.state not in UNFROZEN,
    )
