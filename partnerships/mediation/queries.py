"""The mediations of a case, and the points of the signed charter that one may quote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.http import Http404

from partnerships.case.header import CaseHeader
from partnerships.meetings.queries import MinutesAnswers, answers_prefetch, minutes_answers
from partnerships.models import Mediation, Partnership
from partnerships.questionnaires.queries import latest_signed_text


class Quote(NamedTuple):
    """A point of the signed charter with its code; red lines have that of the limits check, R1, R2..."""

    code: str
    text: str


@dataclass(frozen=True, kw_only=True)
class MediationRow:
    """One mediation. `answers`: to its present minutes, and who has not answered them.

    `state`: "open" before the broker answers, "answered", "minutes" while the parties answer, "refused" when
    one refused them, "closed". `may_answer`: the reader, for their party.
    """

    mediation: Mediation
    answers: MinutesAnswers
    state: str
    may_answer: bool
    may_write: bool


def quotable(partnership: Partnership) -> list[Quote]:
    """Return the limits, red lines and commitments of the signed text, in its order. 1 query."""
    text = latest_signed_text(partnership)
    if text is None:
        return []
    return [
        *(Quote(limit.code, limit.text) for limit in text.limits),
        *(Quote(f"R{number}", row.text) for number, row in enumerate(text.red_lines, 1)),
        *(Quote(commitment.code, commitment.text) for commitment in text.commitments),
    ]


def mediations_of(header: CaseHeader) -> list[MediationRow]:
    """Return the mediations of a case, the latest first. 2 queries."""
    rows = header.partnership.mediations.select_related("opened_by", "answered_by", "party__organisation")
    return [_row(header, each) for each in rows.prefetch_related(answers_prefetch()).order_by("-number")]


def mediation_row(header: CaseHeader, number: int) -> MediationRow:
    """Return the mediation of that number. 2 queries. Raises Http404."""
    for row in mediations_of(header):
        if row.mediation.number == number:
            return row
    raise Http404


def _row(header: CaseHeader, mediation: Mediation) -> MediationRow:
    answers = minutes_answers(mediation, header.parties)
    return MediationRow(
        mediation=mediation,
        answers=answers,
        state=_state(mediation, answers),
        may_answer=header.reader.may_answer and header.reader.party in answers.waiting,
        may_write=header.reader.is_broker and mediation.closed_at is None,
    )


def _state(mediation: Mediation, answers: MinutesAnswers) -> str:
    if mediation.closed_at:
        return "closed"
    if answers.is_refused:
        return "refused"
    if mediation.minutes_number:
        return "minutes"
    return "answered" if mediation.answered_at else "open"
