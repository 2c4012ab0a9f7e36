"""Evidence with the answers of the other parties and its outcome."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404

from partnerships.lifecycle import Case
from partnerships.models import (
    Commitment,
    Evidence,
    EvidenceAnswer,
    Milestone,
    Partnership,
    Party,
    Settlement,
    SharedFile,
)


@dataclass(frozen=True, kw_only=True)
class GivenEvidence:
    """One evidence with the answers to it, in order.

    `settlement`: how it ended, None while it is open; `silent`: names of the parties that never answered;
    `waiting`: names of those that have not answered yet; `may_answer`: the party of the reader may now.
    """

    evidence: Evidence
    answers: Sequence[EvidenceAnswer]
    settlement: Settlement | None
    silent: Sequence[str]
    waiting: Sequence[str]
    may_answer: bool

    @property
    def is_unsettled(self) -> bool:
        """Whether the other parties, or the broker, are to answer; never so of evidence given before that."""
        return self.settlement is None and self.evidence.answer_until is not None

    @property
    def is_contested(self) -> bool:
        return any(not answer.is_confirmed for answer in self.answers)


def evidence_of(
    partnership: Partnership, *, answering_party: Party | None
) -> Mapping[Milestone | Commitment, Sequence[GivenEvidence]]:
    """Return the evidence of each milestone and commitment, oldest first. 3 queries.

    `answering_party`: the party for which the reader may answer.
    """
    parties = list(partnership.parties.select_related("organisation").order_by("rank"))
    by_subject: dict[Milestone | Commitment, list[GivenEvidence]] = defaultdict(list)
    for row in _evidence(partnership).order_by("given_at", "pk"):
        by_subject[row.subject].append(_given(row, parties, answering_party))
    return by_subject


def evidence_row(
    partnership: Partnership, evidence_id: int, *, answering_party: Party | None
) -> GivenEvidence:
    """Return one evidence of the case. Raises Http404. 3 queries."""
    row = _evidence(partnership).filter(pk=evidence_id).first()
    if row is None:
        raise Http404
    parties = list(partnership.parties.select_related("organisation").order_by("rank"))
    answering_party = answering_party if partnership.state == Case.ACTIVE else None
    return _given(row, parties, answering_party)


def case_file(partnership: Partnership, file_id: UUID) -> SharedFile:
    """Return a file of the case. Raises Http404. 1 query."""
    file = partnership.files.filter(pk=file_id).first()
    if file is None:
        raise Http404
    return file


def _evidence(partnership: Partnership) -> QuerySet[Evidence]:
    own = Q(milestone__partnership=partnership) | Q(commitment__partnership=partnership)
    related = ("milestone", "commitment", "party__organisation", "given_by", "file", "settlement__settled_by")
    answers = EvidenceAnswer.objects.select_related("party__organisation", "answered_by").order_by("pk")
    rows = Evidence.objects.filter(own).select_related(*related)
    return rows.prefetch_related(Prefetch("answers", queryset=answers))


def _given(row: Evidence, parties: Sequence[Party], answering_party: Party | None) -> GivenEvidence:
    answers = list(row.answers.all())
    answered = {row.party_id, *(answer.party_id for answer in answers)}
    settlement = getattr(row, "settlement", None)
    unanswered = [party for party in parties if party.pk not in answered]
    is_asked = row.answer_until is not None and settlement is None
    is_contested = any(not answer.is_confirmed for answer in answers)
    silent = settlement.silent if settlement else ()
    return GivenEvidence(
        evidence=row,
        answers=answers,
        settlement=settlement,
        silent=[party.organisation.name for party in parties if party.code in silent],
        waiting=[party.organisation.name for party in unanswered] if is_asked else [],
        may_answer=is_asked and not is_contested and answering_party in unanswered,
    )
