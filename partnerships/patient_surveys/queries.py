"""The forms for patients of a case, and the counts of their answers once there are enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F
from django.http import Http404

from partnerships.lifecycle import Case
from partnerships.models import Partnership, PatientSurvey
from partnerships.patient_surveys.items import QUESTIONS, SHOWN_FROM

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from partnerships.case.header import CaseHeader

# A form is opened while the charter lives, until the case is closed.
OPEN_CASES = (Case.ACTIVE, Case.REVIEW)


@dataclass(frozen=True, kw_only=True)
class CountedChoice:
    """One choice; `percent`: of the answers to its question, rounded."""

    value: str
    label: _StrPromise
    number: int
    percent: int


@dataclass(frozen=True, kw_only=True)
class CountedQuestion:
    text: _StrPromise
    choices: Sequence[CountedChoice]


@dataclass(frozen=True, kw_only=True)
class SurveyCounts:
    """One form. `questions`: empty until there are SHOWN_FROM answers; `number`: of answers, then only."""

    survey: PatientSurvey
    questions: Sequence[CountedQuestion]
    number: int

    @property
    def is_shown(self) -> bool:
        return bool(self.questions)

    @property
    def is_open(self) -> bool:
        return self.survey.closed_at is None


def surveys_of(partnership: Partnership) -> list[SurveyCounts]:
    """Return the forms of a case with their counts, oldest first. 2 queries."""
    rows = partnership.patient_surveys.select_related("milestone", "party__organisation", "opened_by")
    return [_counts(row) for row in rows.prefetch_related("counts").order_by("opened_at", "pk")]


def survey_row(partnership: Partnership, survey_id: int) -> SurveyCounts:
    """Return one form of the case with its counts. Raises Http404. 2 queries."""
    for row in surveys_of(partnership):
        if row.survey.pk == survey_id:
            return row
    raise Http404


def public_survey(token: str) -> PatientSurvey:
    """Return the form at this public address. Raises Http404. 1 query."""
    row = PatientSurvey.objects.select_related("partnership", "milestone").filter(token=token).first()
    if row is None:
        raise Http404
    return row


def is_answerable(survey: PatientSurvey) -> bool:
    """Return whether a form takes answers."""
    return survey.closed_at is None and survey.partnership.state in OPEN_CASES


def may_open(header: CaseHeader) -> bool:
    """Return whether the reader may open a form in this case."""
    reader = header.reader
    return header.partnership.state in OPEN_CASES and (reader.is_broker or reader.may_answer)


def subjects_of(partnership: Partnership) -> list[tuple[str, str]]:
    """Return the milestones a form may be about, as (key, title). 1 query."""
    rows = partnership.milestones.filter(cancelled_at=None).order_by(F("due_date"), "pk")
    return [(str(row.pk), f"{row.code}. {row.title}") for row in rows]


def _counts(row: PatientSurvey) -> SurveyCounts:
    numbers = {(count.question, count.choice): count.number for count in row.counts.all()}
    total = sum(number for (question, _choice), number in numbers.items() if question == QUESTIONS[0].code)
    if total < SHOWN_FROM:
        return SurveyCounts(survey=row, questions=(), number=0)
    questions = [
        CountedQuestion(
            text=item.text,
            choices=[
                CountedChoice(
                    value=value,
                    label=label,
                    number=numbers.get((item.code, value), 0),
                    percent=round(100 * numbers.get((item.code, value), 0) / total),
                )
                for value, label in item.choices
            ],
        )
        for item in QUESTIONS
    ]
    return SurveyCounts(survey=row, questions=questions, number=total)
