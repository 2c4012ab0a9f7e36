"""The opened answers on the current text, and whether the parties agree to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject

from partnerships.charter.references import cited_keys
from partnerships.models import Answer, Clause, ClauseRevision, KeptRisk, Roadmap, Stance

RISK_ACCEPTANCES = (
    KeptRisk.objects.filter(revision=OuterRef("current"))
    .order_by("pk")
    .values(json=JSONObject(rule="rule", reason="reason", by="kept_by__full_name", at="kept_at"))
)

type AnswersByRevision = Mapping[tuple[int, int], Answer]  # (revision id, party id) -> last answer
# Party id -> current revisions to which it agrees without an answer, from `prior_agreement`.
type StandingAgreements = Mapping[int, frozenset[int]]

NONE_STANDING: Final[StandingAgreements] = {}
# The clauses on which the parties answer: those of the text, and those whose removal they are asked about.
ASKED: Final = Q(position__isnull=False) | Q(current__is_removal=True)
# The same, of the clause of an answer.
ANSWERED: Final = Q(revision__clause__position__isnull=False) | Q(revision__clause__current__is_removal=True)


def clauses_of(roadmap: Roadmap) -> list[Clause]:
    """Return the clauses of the text in printed order, each with its current revision. 1 query.

    Their library versions are loaded. `risk_acceptances` lists the accepted risks of the revision, in the
    form that `text.risks.acceptances_of_clause` reads.
    """
    placed = roadmap.clauses.filter(position__isnull=False)
    related = placed.select_related("current", "responsible", "library_version")
    return list(related.annotate(risk_acceptances=ArraySubquery(RISK_ACCEPTANCES)).order_by("position"))


def asked_of(roadmap: Roadmap) -> list[Clause]:
    """Return the clauses on which the parties answer: those of the text, then the removed ones. 1 query."""
    asked = roadmap.clauses.filter(ASKED).select_related("current", "responsible", "library_version")
    return list(
        asked.annotate(risk_acceptances=ArraySubquery(RISK_ACCEPTANCES)).order_by(
            F("position").asc(nulls_last=True), "former_position", "pk"
        )
    )


def removed_from(roadmap: Roadmap) -> list[Clause]:
    """Return the clauses whose removal the parties are asked about, as they stood. 1 query."""
    removed = roadmap.clauses.filter(position=None, current__is_removal=True).select_related("current")
    return list(removed.order_by("heading", "former_position", "pk"))


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
    """Return the clauses cited by this one that were revised after `asked_at`; none for a removal."""
    if clause.current is None or clause.current.is_removal:
        return []
    keys = cited_keys(clause.current.body, clause.current.plain_words) - {clause.key}
    return [
        other
        for other in clauses
        if other.key in keys and other.current and other.current.written_at > asked_at
    ]


def valid_answers(clauses: list[Clause], answers: AnswersByRevision) -> dict[tuple[int, int], Answer]:
    """Return the answers that are still valid.

    An answer lapses when a clause cited by its clause is revised, or the amendment gets another purpose or
    date of effect, after its round was opened to the parties.
    """
    by_revision = {clause.current_id: clause for clause in clauses}
    return {
        position: answer
        for position, answer in answers.items()
        if (clause := by_revision.get(position[0])) is not None
        and not is_described_since(clause.roadmap, answer.round.asked_at)
        and not cited_clauses_revised_since(clause, answer.round.asked_at, clauses)
    }


def is_described_since(roadmap: Roadmap, asked_at: datetime) -> bool:
    """Say whether an amendment got another purpose or date of effect after `asked_at`."""
    return roadmap.described_at is not None and roadmap.described_at > asked_at


def to_answer(
    clauses: list[Clause],
    answers: AnswersByRevision,
    party_id: int,
    standing: StandingAgreements = NONE_STANDING,
) -> list[Clause]:
    """Return the clauses without a valid agreement of the party."""
    valid = valid_answers(clauses, answers)
    return [clause for clause in clauses if not _agrees(valid, clause, party_id, standing)]


def is_agreed(
    clauses: list[Clause],
    answers: AnswersByRevision,
    party_ids: list[int],
    standing: StandingAgreements = NONE_STANDING,
) -> bool:
    """Say whether every party has a valid agreement to the current revision of every clause."""
    valid = valid_answers(clauses, answers)
    return bool(clauses) and all(
        _agrees(valid, clause, party_id, standing) for clause in clauses for party_id in party_ids
    )


def _agrees(valid: AnswersByRevision, clause: Clause, party_id: int, standing: StandingAgreements) -> bool:
    if clause.current_id in standing.get(party_id, frozenset()):
        return True
    answer = valid.get((clause.current_id or 0, party_id))
    return answer is not None and answer.stance == Stance.AGREE
