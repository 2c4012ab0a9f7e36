"""Who stands where on the current text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from partnerships.charter.references import cited_keys
from partnerships.models import Answer, Clause, ClauseRevision, KeptRisk, Roadmap, Stance

KEPT = (
    KeptRisk.objects.filter(revision=OuterRef("current"))
    .order_by("pk")
    .values(told=JSONObject(rule="rule", reason="reason", by="kept_by__full_name", at="kept_at"))
)

type Stands = Mapping[tuple[int, int], Answer]  # (revision id, party id) -> the answer that counts


def clauses_of(roadmap: Roadmap) -> list[Clause]:
    """Return the standing clauses in printed order, each with its current revision. 1 query.

    The library version that a clause began from comes with it; `kept` holds the risks kept on that
    revision, as `queries.risks.kept_on` reads them.
    """
    standing = roadmap.clauses.filter(position__isnull=False)
    related = standing.select_related("current", "responsible", "library_version")
    return list(related.annotate(kept=ArraySubquery(KEPT)).order_by("position"))


def stands_on(roadmap_id: UUID) -> dict[tuple[int, int], Answer]:
    """Return each party's last answer on each current revision of the text. 1 query."""
    answers = (
        Answer.objects.filter(revision__current_of__roadmap=roadmap_id)
        .select_related("round")
        .defer("round__key")
        .order_by("revision_id", "party_id", "-pk")
        .distinct("revision_id", "party_id")
    )
    return {(answer.revision_id, answer.party_id): answer for answer in answers}


class Worded(Protocol):
    """A clause with its current revision at hand."""

    @property
    def key(self) -> str: ...
    @property
    def current(self) -> ClauseRevision | None: ...


def moved_since[Each: Worded](clause: Worded, asked_at: datetime, clauses: Iterable[Each]) -> list[Each]:
    """Return the clauses that this one cites and that were rewritten after that moment."""
    if clause.current is None:
        return []
    keys = cited_keys(clause.current.body, clause.current.plain_words) - {clause.key}
    return [
        each for each in clauses if each.key in keys and each.current and each.current.written_at > asked_at
    ]


def standing(clauses: list[Clause], stands: Stands) -> dict[tuple[int, int], Answer]:
    """Return the answers that still hold.

    One lapses when a clause that its own cites was rewritten after its round was asked.
    """
    by_revision = {clause.current_id: clause for clause in clauses}
    return {
        place: answer
        for place, answer in stands.items()
        if (clause := by_revision.get(place[0])) is not None
        and not moved_since(clause, answer.round.asked_at, clauses)
    }


def to_answer(clauses: list[Clause], stands: Stands, party_id: int) -> list[Clause]:
    """Return the clauses to which the party's agreement does not stand."""
    held = standing(clauses, stands)
    return [clause for clause in clauses if not _agrees(held, clause, party_id)]


def is_agreed(clauses: list[Clause], stands: Stands, party_ids: list[int]) -> bool:
    """Say whether every party's agreement to the current revision of every clause stands."""
    held = standing(clauses, stands)
    return bool(clauses) and all(
        _agrees(held, clause, party_id) for clause in clauses for party_id in party_ids
    )


def _agrees(held: Stands, clause: Clause, party_id: int) -> bool:
    answer = held.get((clause.current_id or 0, party_id))
    return answer is not None and answer.stance == Stance.AGREE
