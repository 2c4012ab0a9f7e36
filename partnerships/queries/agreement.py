"""Who stands where on the current text."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from partnerships.models import Answer, Clause, KeptRisk, Roadmap, Stance

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
    return list(
        roadmap.clauses.filter(position__isnull=False)
        .select_related("current", "responsible", "library_version")
        .annotate(kept=ArraySubquery(KEPT))
        .order_by("position")
    )


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
