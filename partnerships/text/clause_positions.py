"""Who stands where on each clause of a text, derived from its revisions and its opened answers."""

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
    """One revision, without its words."""

    id: int
    clause_id: int
    written_at: datetime


class AnswerFact(NamedTuple):
    """One opened answer, without its words; `outcome`: of the broker's reply, "" for none."""

    id: int
    clause_id: int
    revision_id: int
    party_id: int
    stance: str
    round_id: UUID
    outcome: str


@dataclass(frozen=True, kw_only=True)
class TextHistory:
    """What was written and openly answered of one text; all but the parties and clauses oldest first.

    `rounds`: of criticism, since the text was begun.
    """

    parties: Sequence[Party]
    clauses: Sequence[Clause]
    rounds: Sequence[Round]
    revisions: Mapping[int, Sequence[RevisionFact]]
    answers: Mapping[int, Sequence[AnswerFact]]

    @cached_property
    def positions(self) -> list[ClausePosition]:
        """Where each party stands on each clause, as unsaved rows."""
        rounds = {asked.pk: asked for asked in self.rounds}
        return [self._position(clause, party, rounds) for clause in self.clauses for party in self.parties]

    @cached_property
    def standings(self) -> list[ClauseStanding]:
        """What was said of each clause, as unsaved rows."""
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
        """Return of each party, by its code, how many clauses its agreement does not cover."""
        agreed = Counter(position.party_id for position in self.positions if agrees(position))
        return {party.code: len(self.clauses) - agreed[party.pk] for party in self.parties}

    def convergence(self) -> list[dict[str, Any]]:
        """Return how many positions each side held as each round opened, in the order of `STANCES`."""
        sides = list(dict.fromkeys(party.side for party in self.parties))
        return [
            {"number": asked.number, "side": side, "counts": self._counts(asked, side)}
            for asked in self.rounds
            if asked.opened_at
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
            moved = agreement.moved_since(clause, rounds[last.round_id].asked_at, self.clauses)
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
        """Return the revision of a rewritten clause that the last rounds showed, if they showed one."""
        shown = [in_force(self.revisions[clause.pk], asked.asked_at) for asked in self.rounds]
        return next((pk for pk in reversed(shown) if pk not in (None, clause.current_id)), None)

    def _counts(self, asked: Round, side: str) -> list[int]:
        numbers = {each.pk: each.number for each in self.rounds}
        members = [party.pk for party in self.parties if party.side == side]
        counted: Counter[str] = Counter()
        for clause in self.clauses:
            revision = in_force(self.revisions[clause.pk], asked.asked_at)
            if revision is None:
                continue
            last = {
                answer.party_id: answer.stance
                for answer in self.answers[clause.pk]
                if answer.revision_id == revision and numbers[answer.round_id] <= asked.number
            }
            counted.update(last.get(party_id, NO_ANSWER) for party_id in members)
        return [counted[stance] for stance in STANCES]


def agrees(position: ClausePosition) -> bool:
    """Say whether the agreement of a party to a clause stands."""
    return position.stance == Stance.AGREE and position.is_current and not position.moved


def in_force(revisions: Sequence[RevisionFact], at: datetime) -> int | None:
    """Return the revision of a clause that was current at a moment, None before its first one."""
    return next((revision.id for revision in reversed(revisions) if revision.written_at <= at), None)


def read_history(roadmap: Roadmap, parties: Sequence[Party], criticism: Sequence[Round]) -> TextHistory:
    """Return the history of a text; `criticism`: the rounds of criticism of its case. 3 queries."""
    standing = roadmap.clauses.filter(position__isnull=False).select_related("current")
    clauses = list(standing.order_by("position"))
    clause_ids = [clause.pk for clause in clauses]
    rounds = [asked for asked in criticism if asked.asked_at >= roadmap.opened_at]
    revisions: dict[int, list[RevisionFact]] = defaultdict(list)
    written = ClauseRevision.objects.filter(clause__in=clause_ids).order_by("clause_id", "number")
    for row in written.values_list("pk", "clause_id", "written_at"):
        revisions[row[1]].append(RevisionFact(*row))
    answers: dict[int, list[AnswerFact]] = defaultdict(list)
    opened = [asked.pk for asked in rounds if asked.opened_at]
    given = Answer.objects.filter(revision__clause__in=clause_ids, round__in=opened).order_by("pk")
    columns = ("pk", "revision__clause_id", "revision_id", "party_id", "stance", "round_id", "reply__outcome")
    for pk, clause_id, revision_id, party_id, stance, round_id, outcome in given.values_list(*columns):
        answer = AnswerFact(pk, clause_id, revision_id, party_id, stance, round_id, outcome or "")
        answers[clause_id].append(answer)
    return TextHistory(
        parties=parties,
        clauses=clauses,
        rounds=sorted(rounds, key=lambda asked: asked.number),
        revisions=revisions,
        answers=answers,
    )
