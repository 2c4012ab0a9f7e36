"""The suspensions of a case, with what each party said and what the reader may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.http import Http404

from partnerships.case.header import CaseHeader
from partnerships.lifecycle import Case
from partnerships.models import (
    Party,
    Suspension,
    SuspensionAnswer,
    SuspensionDecision,
    SuspensionQuestion,
)


@dataclass(frozen=True, kw_only=True)
class SuspensionRow:
    """One suspension.

    `state`: "asked", "proposed", "running", "over" (its planned end has passed), "ended", "refused" or
    "withdrawn". `answers`: to the question that is put or was put last; `waiting`: the parties without one.
    `may_…`: the reader.
    """

    suspension: Suspension
    state: str
    answers: Sequence[SuspensionAnswer]
    waiting: Sequence[Party]
    may_answer: bool
    may_decide: bool
    may_withdraw: bool
    may_say_ready: bool
    may_prolong: bool
    may_resume: bool

    @property
    def is_running(self) -> bool:
        return self.suspension.is_running

    @property
    def may_act(self) -> bool:
        acts = (self.may_answer, self.may_decide, self.may_withdraw, self.may_say_ready, self.may_prolong)
        return any(acts)


def suspensions_of(header: CaseHeader, at: datetime) -> list[SuspensionRow]:
    """Return the suspensions of a case, the latest first. 2 queries."""
    answers = Prefetch(
        "answers", queryset=SuspensionAnswer.objects.select_related("party__organisation").order_by("pk")
    )
    related = ("party__organisation", "asked_by", "decided_by", "ended_by")
    rows = header.partnership.suspensions.select_related(*related).prefetch_related(answers)
    return [_row(header, each, at) for each in rows.order_by("-number")]


def suspension_row(header: CaseHeader, number: int, at: datetime) -> SuspensionRow:
    """Return the suspension of that number. 2 queries. Raises Http404."""
    for row in suspensions_of(header, at):
        if row.suspension.number == number:
            return row
    raise Http404


def may_ask(header: CaseHeader, rows: Sequence[SuspensionRow]) -> bool:
    """Say whether the reader may ask for a suspension: none is asked or runs."""
    is_open = any(row.is_running or row.suspension.decision == "" for row in rows)
    may_act = header.reader.is_broker or header.reader.may_answer
    return header.partnership.state == Case.ACTIVE and not is_open and may_act


def _row(header: CaseHeader, suspension: Suspension, at: datetime) -> SuspensionRow:
    reader, state = header.reader, _state(suspension, at)
    is_started = suspension.decision == SuspensionDecision.ACCEPTED
    question = SuspensionQuestion.RESUME if is_started else SuspensionQuestion.START
    answers = [row for row in suspension.answers.all() if row.question == question]
    answered = {row.party_id for row in answers}
    is_put = state in ("proposed", "running", "over")
    waiting = [party for party in header.parties if party.pk not in answered] if is_put else []
    is_open, is_waiting = header.partnership.state == Case.ACTIVE, reader.party in waiting
    is_own = reader.may_answer and reader.party is not None and reader.party == suspension.party
    return SuspensionRow(
        suspension=suspension,
        state=state,
        answers=answers,
        waiting=waiting,
        may_answer=state == "proposed" and is_open and reader.may_answer and is_waiting,
        may_decide=state == "asked" and is_open and reader.is_broker,
        may_withdraw=(state == "asked" and is_own) or (state == "proposed" and reader.is_broker),
        may_say_ready=state in ("running", "over") and reader.may_answer and is_waiting,
        may_prolong=state in ("running", "over") and reader.is_broker,
        may_resume=state == "over" and reader.is_broker and bool(answers),
    )


def _state(suspension: Suspension, at: datetime) -> str:
    if suspension.decision == "":
        return "asked" if suspension.party else "proposed"
    if suspension.decision != SuspensionDecision.ACCEPTED:
        return str(suspension.decision)
    if suspension.ended_at:
        return "ended"
    return "over" if at >= suspension.planned_end else "running"
