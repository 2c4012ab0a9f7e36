"""The page of the end of a case: its checklist, its parts, its early exits, its record and report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.http import Http404
from django.utils.timezone import localdate

from partnerships.case.header import CaseHeader
from partnerships.charter.texts import Heading
from partnerships.closing.queries.checklist import ClosingPoint, checklist, missing_of
from partnerships.lifecycle import FINAL, Case
from partnerships.models import ClosingRecord, ClosingReport, EarlyExit, EarlyExitAnswer, Partnership, Party
from partnerships.status.closing import (
    PartyClosing,
    is_exit_refused,
    parts_of,
    signed_text,
    unanswered_exit,
)

# The data of a case are kept so long after its end (accounts/processing.py), then removed by hand.
RETENTION_YEARS: Final = 5
# A charter is renewed while it is looked back on, or afterwards.
RENEWABLE: Final = (Case.REVIEW, Case.CLOSED)


@dataclass(frozen=True, kw_only=True)
class ShownExit:
    """One early exit. `waiting`: parties that have not answered its present terms.

    `state`: "withdrawn", "agreed", "refused" or "asked"; `may_answer`, `may_rewrite`, `may_withdraw`: the
    reader.
    """

    early_exit: EarlyExit
    answers: Sequence[EarlyExitAnswer]
    waiting: Sequence[Party]
    state: str
    may_answer: bool
    may_rewrite: bool
    may_withdraw: bool


@dataclass(frozen=True, kw_only=True)
class ClosingPage:
    """The checklist of a case that is active or in review, with what is missing, and what is there already.

    `missing`: what a reason may leave out; `blocking`: what none may; `retained_until`: of a closed case;
    `predecessor`: the case that this one renews.
    """

    items: Sequence[ClosingPoint]
    missing: Sequence[ClosingPoint]
    blocking: Sequence[ClosingPoint]
    parts: Sequence[PartyClosing]
    exits: Sequence[ShownExit]
    record: ClosingRecord | None
    has_report: bool
    successor: Partnership | None
    predecessor: Partnership | None
    may_ask_exit: bool
    may_renew: bool
    retained_until: date | None

    @property
    def is_over(self) -> bool:
        return not self.blocking

    @property
    def done(self) -> int:
        return sum(not item.missing for item in self.items)


def closing_page(header: CaseHeader, at: datetime) -> ClosingPage:
    """Return the page of the end of a case. At most 35 queries."""
    partnership = header.partnership
    is_open = partnership.state in (Case.ACTIVE, Case.REVIEW)
    items = checklist(partnership, at) if is_open else []
    reader = header.reader
    exits = exits_of(header)
    successor = partnership.successors.exclude(state=Case.ABANDONED).order_by("opened_at").first()
    record = ClosingRecord.objects.filter(pk=partnership.pk).defer("canonical_json").first()
    return ClosingPage(
        items=items,
        missing=missing_of(items),
        blocking=[item for item in items if item.missing and item.is_blocking],
        parts=parts_of(partnership, header.parties) if partnership.activated_at else [],
        exits=exits,
        record=record,
        has_report=record is not None and ClosingReport.objects.filter(pk=partnership.pk).exists(),
        successor=successor,
        predecessor=partnership.predecessor,
        may_ask_exit=partnership.state == Case.ACTIVE
        and (reader.is_broker or reader.may_answer)
        and all(row.early_exit.withdrawn_at for row in exits),
        may_renew=reader.is_broker
        and partnership.state in RENEWABLE
        and (successor is None or successor.state in FINAL),
        retained_until=retained_until(partnership),
    )


def retained_until(partnership: Partnership) -> date | None:
    """Return until when the data of a closed case are kept."""
    if partnership.closed_at is None:
        return None
    closed_on = localdate(partnership.closed_at)
    try:
        return closed_on.replace(year=closed_on.year + RETENTION_YEARS)
    except ValueError:
        # 29 February: the day after it in a year that has none.
        return closed_on.replace(year=closed_on.year + RETENTION_YEARS, day=28) + timedelta(days=1)


def exits_of(header: CaseHeader) -> list[ShownExit]:
    """Return the early exits of a case, the latest first. 3 queries."""
    rows = header.partnership.early_exits.select_related("party__organisation", "asked_by", "wording_party")
    answered = rows.prefetch_related("answers__party__organisation").order_by("-number")
    return [_exit(header, row) for row in answered]


def exit_row(header: CaseHeader, number: int) -> ShownExit:
    """Return the early exit of that number. Raises Http404. 3 queries."""
    for row in exits_of(header):
        if row.early_exit.number == number:
            return row
    raise Http404


def part_row(header: CaseHeader, party_id: int) -> PartyClosing:
    """Return the part of one party of a case that was signed. Raises Http404. 3 queries."""
    if header.partnership.activated_at is None:
        raise Http404
    for row in parts_of(header.partnership, header.parties):
        if row.party.pk == party_id:
            return row
    raise Http404


def exit_clauses(partnership: Partnership) -> list[str]:
    """Return the signed clauses on duration and exit. 1 query."""
    text = signed_text(partnership)
    return [clause.body for clause in text.clauses if clause.heading == Heading.TERM] if text else []


def report_of(partnership: Partnership) -> ClosingReport:
    """Return the closing report of a case. Raises Http404. 1 query."""
    report = ClosingReport.objects.filter(pk=partnership.pk).first()
    if report is None:
        raise Http404
    return report


def _exit(header: CaseHeader, row: EarlyExit) -> ShownExit:
    answers = [answer for answer in row.answers.all() if answer.number == row.wording_number]
    is_open = row.withdrawn_at is None and header.partnership.state == Case.ACTIVE
    waiting = unanswered_exit(row, header.parties) if row.withdrawn_at is None and not row.agreed_at else []
    reader = header.reader
    is_own = row.party_id == (reader.party.pk if reader.party else None)
    return ShownExit(
        early_exit=row,
        answers=answers,
        waiting=waiting,
        state=_state(row),
        may_answer=is_open and reader.may_answer and reader.party in waiting,
        may_rewrite=is_open and reader.is_broker and row.agreed_at is None,
        may_withdraw=is_open and is_own and (reader.is_broker or reader.may_answer),
    )


def _state(row: EarlyExit) -> str:
    if row.withdrawn_at:
        return "withdrawn"
    if row.agreed_at:
        return "agreed"
    return "refused" if is_exit_refused(row) else "asked"
