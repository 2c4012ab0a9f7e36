"""The opened answers on the current text, and whether the parties agree to it."""

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

RISK_ACCEPTANCES = (
    KeptRisk.objects.filter(revision=OuterRef("current"))
    .order_by("pk")
    .values(json=JSONObject(rule="rule", reason="reason", by="kept_by__full_name", at="kept_at"))
)

type AnswersByRevision = Mapping[tuple[int, int], Answer]  # (revision id, party id) -> last answer


def clauses_of(roadmap: Roadmap) -> list[Clause]:
    """Return the clauses of the text in printed order, each with its current revision. 1 query.

    Their library versions are loaded. `risk_acceptances` lists the accepted risks of the revision, in the
    form that `text.risks.acceptances_of_clause` reads.
    """
    placed = roadmap.clauses.filter(position__isnull=False)
    related = placed.select_related("current", "responsible", "library_version")
    return list(related.annotate(risk_acceptances=ArraySubquery(RISK_ACCEPTANCES)).order_by("position"))


def latest_answers(roadmap_id: UUID) -> dict[tuple[int, int], Answer]:
    """Return each party's last answer on each current revision of the text. 1 query."""
    answers = (
        Answer.objects.filter(revision__current_of__roadmap=roadmap_id)
        .select_related("round")
        .defer("round__key")
        .order_by("revision_id", "party_id", "-pk")
        .distinct("revision_id", "party_id")
    )
    return {(answer.revision_id, answer.party_id): answer for answer in answers}


class ClauseWithRevision(Protocol):
    """A clause whose current revision is loaded."""

    @property
    def key(self) -> str: ...
    @property
    def current(self) -> ClauseRevision | None: ...


def cited_clauses_revised_since[C: ClauseWithRevision](
    clause: ClauseWithRevision, asked_at: datetime, clauses: Iterable[C]
) -> list[C]:
    """Return the clauses cited by this one that were revised after `asked_at`."""
    if clause.current is None:
        return []
    keys = cited_keys(clause.current.body, clause.current.plain_words) - {clause.key}
    return [
        other
        for other in clauses
        if other.key in keys and other.current and other.current.written_at > asked_at
    ]


def valid_answers(clauses: list[Clause], answers: AnswersByRevision) -> dict[tuple[int, int], Answer]:
    """Return the answers that are still valid.

    An answer lapses when a clause cited by its clause is revised after its round was opened to the parties.
    """
    by_revision = {clause.current_id: clause for clause in clauses}
    return {
        position: answer
        for position, answer in answers.items()
        if (clause := by_revision.get(position[0])) is not None
        and not cited_clauses_revised_since(clause, answer.round.asked_at, clauses)
    }


def to_answer(clauses: list[Clause], answers: AnswersByRevision, party_id: int) -> list[Clause]:
    """Return the clauses without a valid agreement of the party."""
    valid = valid_answers(clauses, answers)
    return [clause for clause in clauses if not _agrees(valid, clause, party_id)]


def is_agreed(clauses: list[Clause], answers: AnswersByRevision, party_ids: list[int]) -> bool:
    """Say whether every party has a valid agreement to the current revision of every clause."""
    valid = valid_answers(clauses, answers)
    return bool(clauses) and all(
        _agrees(valid, clause, party_id) for clause in clauses for party_id in party_ids
    )


def _agrees(valid: AnswersByRevision, clause: Clause, party_id: int) -> bool:
    answer = valid.get((clause.current_id or 0, party_id))
    return answer is not None and answer.stance == Stance.AGREE
