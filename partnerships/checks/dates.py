"""Dates of a text that are probably mistakes: past, outside the term of the charter, or too far away."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Final, Literal, NamedTuple

from partnerships.charter.terms import Terms

FAR_YEARS: Final = 10

type Doubt = Literal["past", "before_start", "after_end", "far"]
type Subject = Literal["milestone", "expectation", "start", "end"]


class DateFinding(NamedTuple):
    """A date in doubt. `code`, `title`: of the milestone or the expectation, "" for the term."""

    doubt: Doubt
    subject: Subject
    day: date
    code: str = ""
    title: str = ""


def findings(terms: Terms, today: date, *, completed: Collection[str] = ()) -> list[DateFinding]:
    """Return the dates in doubt of a whole text, at most one doubt a date, milestones first.

    `completed`: codes of the milestones that were reached, whose dates are past for good.
    """
    return [
        DateFinding(doubt, subject, day, code, title)
        for subject, day, code, title in _dates(terms, completed)
        if (doubt := _doubt(subject, day, terms, today)) is not None
    ]


def _dates(terms: Terms, completed: Collection[str]) -> Iterator[tuple[Subject, date, str, str]]:
    for milestone in terms.milestones:
        if milestone.code not in completed:
            yield "milestone", milestone.due_date, milestone.code, milestone.title
    for expectation in terms.expectations:
        if expectation.by_date:
            yield "expectation", expectation.by_date, expectation.code, expectation.text
    if terms.starts_on:
        yield "start", terms.starts_on, "", ""
    if terms.ends_on:
        yield "end", terms.ends_on, "", ""


def _doubt(subject: Subject, day: date, terms: Terms, today: date) -> Doubt | None:
    if day.year > today.year + FAR_YEARS:
        return "far"
    # A charter may have taken effect before today, and the term is not compared with itself.
    if subject == "start":
        return None
    doubts: dict[Doubt, bool] = {
        "before_start": terms.starts_on is not None and day < terms.starts_on,
        "past": day < today,
        "after_end": terms.ends_on is not None and day > terms.ends_on,
    }
    return next((doubt for doubt, holds in doubts.items() if holds), None)
