"""Requests to postpone milestones, with the answers of the other parties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.http import Http404

from partnerships.lifecycle import Case
from partnerships.models import Partnership, Party, Postponement, PostponementAnswer


@dataclass(frozen=True, kw_only=True)
class AskedPostponement:
    """One request with its answers, in order.

    `waiting`: names of the parties that have not answered; `may_answer`: the party of the reader may now.
    """

    request: Postponement
    answers: Sequence[PostponementAnswer]
    waiting: Sequence[str]
    may_answer: bool


def postponements_of(
    partnership: Partnership, *, answering_party: Party | None
) -> Mapping[int, Sequence[AskedPostponement]]:
    """Return the requests for each milestone, by its key, oldest first. 3 queries."""
    parties = list(partnership.parties.select_related("organisation").order_by("rank"))
    by_milestone: dict[int, list[AskedPostponement]] = defaultdict(list)
    for row in _requests(partnership).order_by("asked_at", "pk"):
        by_milestone[row.milestone_id].append(_asked(row, parties, answering_party))
    return by_milestone


def postponement_row(
    partnership: Partnership, request_id: int, *, answering_party: Party | None
) -> AskedPostponement:
    """Return one request of the case. Raises Http404. 3 queries."""
    row = _requests(partnership).filter(pk=request_id).first()
    if row is None:
        raise Http404
    parties = list(partnership.parties.select_related("organisation").order_by("rank"))
    return _asked(row, parties, answering_party if partnership.state == Case.ACTIVE else None)


def _requests(partnership: Partnership) -> QuerySet[Postponement]:
    answers = PostponementAnswer.objects.select_related("party__organisation", "answered_by").order_by("pk")
    rows = Postponement.objects.filter(milestone__partnership=partnership)
    related = rows.select_related("milestone__owner__organisation", "party__organisation", "asked_by")
    return related.prefetch_related(Prefetch("answers", queryset=answers))


def _asked(row: Postponement, parties: Sequence[Party], answering_party: Party | None) -> AskedPostponement:
    answers = list(row.answers.all())
    answered = {row.party_id, *(answer.party_id for answer in answers)}
    unanswered = [party for party in parties if party.pk not in answered] if row.decided_at is None else []
    return AskedPostponement(
        request=row,
        answers=answers,
        waiting=[party.organisation.name for party in unanswered],
        may_answer=answering_party in unanswered,
    )
