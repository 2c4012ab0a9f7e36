"""The opened lines that a clause may be tied to: what was filed, and which clauses say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import Http404

from partnerships.lifecycle import UNFROZEN
from partnerships.models import Clause, Line, Partnership

if TYPE_CHECKING:
    from partnerships.models import ClauseRevision


@dataclass(frozen=True, kw_only=True)
class TyingPage:
    """`lines`: all that was opened in the case, each with `places`, the numbers of the clauses that say it.

    `tied`: keys of those that this clause is tied to.
    """

    clause: Clause
    revision: ClauseRevision
    lines: Sequence[Line]
    tied: Sequence[int]
    is_frozen: bool

    @property
    def seen(self) -> str:
        return "-".join(map(str, self.tied))


def tying_page(partnership: Partnership, clause_id: int) -> TyingPage:
    """Return a standing clause with the lines it may be tied to. Raises Http404. 3 queries."""
    standing = Clause.objects.filter(roadmap__partnership=partnership, position__isnull=False)
    clause = standing.select_related("roadmap", "current").filter(pk=clause_id).first()
    if clause is None or clause.current is None:
        raise Http404
    beside = standing.filter(roadmap=clause.roadmap, written_from=OuterRef("pk"))
    places = ArraySubquery(beside.order_by("position").values("position"))
    opened = Line.objects.filter(round__partnership=partnership).select_related("party__organisation")
    return TyingPage(
        clause=clause,
        revision=clause.current,
        lines=list(opened.annotate(places=places).order_by("party__rank", "pk")),
        tied=list(clause.written_from.order_by("pk").values_list("pk", flat=True)),
        is_frozen=clause.roadmap.state not in UNFROZEN,
    )
