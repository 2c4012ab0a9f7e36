"""Who stands where on the current text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from accounts.compiled import compiled
from partnerships.models import Answer, Clause, Roadmap, Stance

type Stands = Mapping[tuple[int, int], Answer]  # (revision id, party id) -> the answer that counts


def clauses_of(roadmap: Roadmap) -> list[Clause]:
    """Return the standing clauses in printed order, each with its current revision. 1 query."""
    clauses = _clauses(roadmap.pk)
    for clause in clauses:
        clause.roadmap = roadmap
    return clauses


@compiled
def _clauses(roadmap_id: UUID) -> QuerySet[Clause]:
    standing = Clause.objects.filter(roadmap=roadmap_id, position__isnull=False)
    return standing.select_related("current", "responsible").order_by("position")


class Place(NamedTuple):
    """A standing clause without its words, which its revision holds; `code`: of the responsible party."""

    position: int
    heading: int
    code: str | None
    revision_id: int


@compiled
def places_of(roadmap_id: UUID) -> QuerySet[Clause, tuple[Any, ...]]:
    """Return the fields of `Place` for each standing clause, in printed order. 1 query."""
    standing = Clause.objects.filter(roadmap=roadmap_id, position__isnull=False)
    return standing.order_by("position").values_list("position", "heading", "responsible__code", "current_id")


def stands_on(roadmap_id: UUID) -> dict[tuple[int, int], Answer]:
    """Return each party's last answer on each current revision of the text. 1 query."""
    answers = (
        Answer.objects.filter(revision__current_of__roadmap=roadmap_id)
        .select_related("party__organisation", "answered_by", "reply")
        .order_by("revision_id", "party_id", "-pk")
        .distinct("revision_id", "party_id")
    )
    return {(answer.revision_id, answer.party_id): answer for answer in answers}


def unanswered(clauses: list[Clause], stands: Stands, party_id: int) -> list[Clause]:
    """Return the clauses on whose current revision the party has not spoken."""
    return [clause for clause in clauses if (clause.current_id, party_id) not in stands]


def is_agreed(clauses: list[Clause], stands: Stands, party_ids: list[int]) -> bool:
    """Say whether every party agrees to the current revision of every clause."""
    return bool(clauses) and all(
        (answer := stands.get((clause.current_id or 0, party_id))) is not None
        and answer.stance == Stance.AGREE
        for clause in clauses
        for party_id in party_ids
    )
