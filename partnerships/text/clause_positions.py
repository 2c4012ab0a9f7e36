"""The position of each party on each clause of a text, computed from its revisions and opened answers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final, NamedTuple
from uuid import UUID

from partnerships.models import (
    AmendmentKind,
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
from partnerships.text import agreement, prior_agreement
from partnerships.text.differences.amended import amended_by

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

    `rounds`: the rounds of criticism since the text was opened; `standing`: from `prior_agreement`;
    `signed_revisions`: of an amendment, the signed revision by primary key of each clause that it changes;
    `described_at`: when its purpose or date of effect last changed; `confirmed`: of a clerical correction,
    the parties that confirmed it, None for another text.
    """

    parties: Sequence[Party]
    clauses: Sequence[Clause]
    rounds: Sequence[Round]
    revisions: Mapping[int, Sequence[RevisionFact]]
    answers: Mapping[int, Sequence[AnswerFact]]
    standing: agreement.StandingAgreements = field(default_factory=dict)
    signed_revisions: Mapping[int, int] = field(default_factory=dict)
    described_at: datetime | None = None
    confirmed: frozenset[int] | None = None

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

    def unconfirmed(self) -> tuple[str, ...]:
        """Return the codes of the parties that have not confirmed a clerical correction."""
        if self.confirmed is None:
            return ()
        return tuple(party.code for party in self.parties if party.pk not in self.confirmed)

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
        is_signed = clause.current_id in self.standing.get(party.pk, frozenset())
        if not own:
            return ClausePosition(
                clause_id=clause.pk,
                party_id=party.pk,
                is_signed=is_signed,
                compared_with_id=self.signed_revisions.get(clause.pk),
            )
        last = own[-1]
        is_current = last.revision_id == clause.current_id and not self._is_described_since(
            rounds[last.round_id]
        )
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
            is_signed=is_signed,
            moved=[cited.position for cited in moved],
            compared_with_id=last.revision_id
            if last.revision_id != clause.current_id
            else self.signed_revisions.get(clause.pk),
        )

    def _is_described_since(self, round_: Round) -> bool:
        return self.described_at is not None and self.described_at > round_.asked_at

    def _shown_before(self, clause: Clause) -> int | None:
        """Return the last former revision of a clause that a round showed, None when there is none."""
        shown = [in_force(self.revisions[clause.pk], round_.asked_at) for round_ in self.rounds]
        former = next((pk for pk in reversed(shown) if pk not in (None, clause.current_id)), None)
        return former or self.signed_revisions.get(clause.pk)

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
            counted.update(
                last.get(party_id) or self._without_answer(party_id, clause) for party_id in members
            )
        return [counted[stance] for stance in STANCES]

    def _without_answer(self, party_id: int, clause: Clause) -> str:
        is_signed = clause.current_id in self.standing.get(party_id, frozenset())
        return Stance.AGREE if is_signed else NO_ANSWER


def agrees(position: ClausePosition) -> bool:
    """Say whether a party agrees to the current revision of a clause and its agreement is valid."""
    return position.is_signed or is_agreement(position)


def is_agreement(position: ClausePosition) -> bool:
    """Say whether the last answer of a party is a valid agreement to the current revision of a clause."""
    return position.stance == Stance.AGREE and position.is_current and not position.moved


def in_force(revisions: Sequence[RevisionFact], at: datetime) -> int | None:
    """Return the revision of a clause that was current at `at`, None before its first one."""
    return next((revision.id for revision in reversed(revisions) if revision.written_at <= at), None)


def read_history(roadmap: Roadmap, parties: Sequence[Party], criticism: Sequence[Round]) -> TextHistory:
    """Return the history of a text; `criticism`: the rounds of criticism of its case. 3 queries."""
    clauses = agreement.asked_of(roadmap)
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
        standing=prior_agreement.standing_agreements(roadmap, clauses),
        signed_revisions=_signed_revisions(roadmap, clauses),
        described_at=roadmap.described_at,
        confirmed=prior_agreement.confirming_parties(roadmap, clauses)
        if roadmap.amendment_kind == AmendmentKind.CLERICAL
        else None,
    )


def _signed_revisions(roadmap: Roadmap, clauses: Sequence[Clause]) -> dict[int, int]:
    """Return the signed revision of each clause that an amendment changes or removes. At most 2 queries."""
    placed = [clause for clause in clauses if clause.position is not None]
    amended = amended_by(roadmap, placed)
    if amended is None:
        return {}
    changed = {**amended.changed, **{clause.key: clause for clause in amended.removed}}
    return {clause.pk: changed[clause.key].current_id or 0 for clause in clauses if clause.key in changed}
