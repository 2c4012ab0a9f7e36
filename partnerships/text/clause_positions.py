"""The position of each party on each clause of a text, computed from its revisions and opened answers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final, NamedTuple
from uuid import UUID

from partnerships.models import (
    Answer,
    Clause,
    ClausePosition,
    ClauseRevision,
    ClauseStanding,
    Party,
    Roadmap,
    Round,
    Stance,
)
from partnerships.text import agreement

NO_ANSWER: Final = "silent"
# From the bottom of a bar to its top.
STANCES: Final = (*Stance.values, NO_ANSWER)


class RevisionFact(NamedTuple):
    """One revision, without its text."""

    id: int
    clause_id: int
    written_at: datetime


class AnswerFact(NamedTuple):
    """One opened answer, without its text; `outcome`: of the broker's reply, "" for none."""

    id: int
    clause_id: int
    revision_id: int
    party_id: int
    stance: str
    round_id: UUID
    outcome: str


@dataclass(frozen=True, kw_only=True)
class TextHistory:
    """The revisions and the opened answers of one text; all but the parties and clauses oldest first.

    `rounds`: the rounds of criticism since the text was opened.
    """

    parties: Sequence[Party]
    clauses: Sequence[Clause]
    rounds: Sequence[Round]
    revisions: Mapping[int, Sequence[RevisionFact]]
    answers: Mapping[int, Sequence[AnswerFact]]

    @cached_property
    def positions(self) -> list[ClausePosition]:
        """The position of each party on each clause, as unsaved rows."""
        rounds = {round_.pk: round_ for round_ in self.rounds}
        return [self._position(clause, party, rounds) for clause in self.clauses for party in self.parties]

    @cached_property
    def standings(self) -> list[ClauseStanding]:
        """The standing of each clause, as unsaved rows."""
        agreeing = Counter(position.clause_id for position in self.positions if agrees(position))
        standings = []
        for clause in self.clauses:
            remarks = [answer for answer in self.answers[clause.pk] if answer.stance != Stance.AGREE]
            standings.append(
                ClauseStanding(
                    clause_id=clause.pk,
                    compared_with_id=self._shown_before(clause),
                    remarks=len(remarks),
                    unreplied=sum(not answer.outcome for answer in remarks),
                    is_agreed=agreeing[clause.pk] == len(self.parties),
                )
            )
        return standings

    def unanswered(self) -> dict[str, int]:
        """Return by code of a party the number of clauses without its valid agreement."""
        agreed = Counter(position.party_id for position in self.positions if agrees(position))
        return {party.code: len(self.clauses) - agreed[party.pk] for party in self.parties}

    def convergence(self) -> list[dict[str, Any]]:
        """Return the number of positions of each side when each round opened, in the order of `STANCES`."""
        sides = list(dict.fromkeys(party.side for party in self.parties))
        return [
            {"number": round_.number, "side": side, "counts": self._counts(round_, side)}
            for round_ in self.rounds
            if round_.opened_at
            for side in sides
        ]

    def _position(self, clause: Clause, party: Party, rounds: Mapping[UUID, Round]) -> ClausePosition:
        own = [answer for answer in self.answers[clause.pk] if answer.party_id == party.pk]
        if not own:
            return ClausePosition(clause_id=clause.pk, party_id=party.pk)
        last = own[-1]
        is_current = last.revision_id == clause.current_id
        moved: Sequence[Clause] = ()
        if is_current and last.stance == Stance.AGREE:
            moved = agreement.cited_clauses_revised_since(
                clause, rounds[last.round_id].asked_at, self.clauses
            )
        return ClausePosition(
            clause_id=clause.pk,
            party_id=party.pk,
            answer_id=last.id,
            revision_id=last.revision_id,
            stance=last.stance,
            round_number=rounds[last.round_id].number,
            is_current=is_current,
            moved=[cited.position for cited in moved],
            compared_with_id=None if is_current else last.revision_id,
        )

    def _shown_before(self, clause: Clause) -> int | None:
        """Return the last former revision of a clause that a round showed, None when there is none."""
        shown = [in_force(self.revisions[clause.pk], round_.asked_at) for round_ in self.rounds]
        return next((pk for pk in reversed(shown) if pk not in (None, clause.current_id)), None)

    def _counts(self, round_: Round, side: str) -> list[int]:
        numbers = {round_.pk: round_.number for round_ in self.rounds}
        members = [party.pk for party in self.parties if party.side == side]
        counted: Counter[str] = Counter()
        for clause in self.clauses:
            revision = in_force(self.revisions[clause.pk], round_.asked_at)
            if revision is None:
                continue
            last = {
                answer.party_id: answer.stance
                for answer in self.answers[clause.pk]
                if answer.revision_id == revision and numbers[answer.round_id] <= round_.number
            }
            counted.update(last.get(party_id, NO_ANSWER) for party_id in members)
        return [counted[stance] for stance in STANCES]


def agrees(position: ClausePosition) -> bool:
    """Say whether a party agrees to the current revision of a clause and its agreement is valid."""
    return position.stance == Stance.AGREE and position.is_current and not position.moved


def in_force(revisions: Sequence[RevisionFact], at: datetime) -> int | None:
    """Return the revision of a clause that was current at `at`, None before its first one."""
    return next((revision.id for revision in reversed(revisions) if revision.written_at <= at), None)


def read_history(roadmap: Roadmap, parties: Sequence[Party], criticism: Sequence[Round]) -> TextHistory:
    """Return the history of a text; `criticism`: the rounds of criticism of its case. 3 queries."""
    placed = roadmap.clauses.filter(position__isnull=False).select_related("current")
    clauses = list(placed.order_by("position"))
    clause_ids = [clause.pk for clause in clauses]
    rounds = [round_ for round_ in criticism if round_.asked_at >= roadmap.opened_at]
    revisions: dict[int, list[RevisionFact]] = defaultdict(list)
    revision_rows = ClauseRevision.objects.filter(clause__in=clause_ids).order_by("clause_id", "number")
    for row in revision_rows.values_list("pk", "clause_id", "written_at"):
        revisions[row[1]].append(RevisionFact(*row))
    answers: dict[int, list[AnswerFact]] = defaultdict(list)
    opened = [round_.pk for round_ in rounds if round_.opened_at]
    answer_rows = Answer.objects.filter(revision__clause__in=clause_ids, round__in=opened).order_by("pk")
    columns = ("pk", "revision__clause_id", "revision_id", "party_id", "stance", "round_id", "reply__outcome")
    for pk, clause_id, revision_id, party_id, stance, round_id, outcome in answer_rows.values_list(*columns):
        answer = AnswerFact(pk, clause_id, revision_id, party_id, stance, round_id, outcome or "")
        answers[clause_id].append(answer)
    return TextHistory(
        parties=parties,
        clauses=clauses,
        rounds=sorted(rounds, key=lambda round_: round_.number),
        revisions=revisions,
        answers=answers,
    )
