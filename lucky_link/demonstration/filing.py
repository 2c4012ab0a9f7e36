"""Round 0 of a written case: the broker asks, each party writes in its envelope, seals it or not yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from lucky_link.casecites import line_named
from lucky_link.casefile import CaseFile, Clause, Filing
from lucky_link.demonstration.people import Troupe
from partnerships.expectations.actions import expectations
from partnerships.models import Line, Partnership, Question, Round
from partnerships.rounds.actions import envelopes
from partnerships.rounds.actions.rounds import RoundSettings
from partnerships.rounds.encryption import Json

type Act = tuple[int, int, Callable[[datetime], object]]


def acts(case: CaseFile, troupe: Troupe) -> Iterator[Act]:
    """Give what happens in the round of expectations of a case: the day, the twenty minutes, the act."""
    if case.calendar.asked is None:
        return
    yield case.calendar.asked, 3, partial(_ask, case, troupe)
    for filing in case.filings:
        yield filing.day, 6, partial(_file, case, troupe, filing)


def _ask(case: CaseFile, troupe: Troupe, at: datetime) -> None:
    expectations.open_expectations(
        partnership_id=Partnership.objects.get(title=case.title).pk,
        broker=troupe.people[case.broker],
        asking=RoundSettings(days=case.calendar.asked_for),
        at=at,
    )


def _file(case: CaseFile, troupe: Troupe, filing: Filing, at: datetime) -> None:
    asked = Round.objects.get(
        partnership__title=case.title, question=Question.EXPECTATIONS, opened_at=None, cancelled_at=None
    )
    author = troupe.people[filing.author]
    for part, value in _parts(filing, at).items():
        envelopes.draft(round_id=asked.pk, speaker=author, part=part, value=value, seen_number=None, at=at)
    if filing.seals:
        envelopes.seal(round_id=asked.pk, speaker=author, at=at)


def line_ids(partnership: Partnership, clause: Clause) -> tuple[int, ...]:
    """Return the opened lines that a written clause comes from."""
    named = [line for words in clause.written_from if (line := line_named(words))]
    opened = Line.objects.filter(round__partnership=partnership).order_by("rank")
    return tuple(opened.filter(party__code=line.party, kind=line.kind)[line.rank - 1].pk for line in named)


def _parts(filing: Filing, at: datetime) -> dict[str, Json]:
    means: dict[str, Json] = {
        "amount_minor": None if filing.amount is None else filing.amount * 100,
        "hours": filing.hours,
        "text": filing.means,
    }
    return {
        "expectations": [
            {
                "text": each.text,
                "indicator": each.indicator,
                "by_date": None
                if each.by_day is None
                else (at + timedelta(days=each.by_day - filing.day)).date().isoformat(),
                "priority": each.priority,
            }
            for each in filing.expectations
        ],
        "limits": [{"text": each} for each in filing.limits],
        "red_lines": [{"text": each} for each in filing.red_lines],
        "means": [means] if any(means.values()) else [],
    }
