"""The expectations round: lines of an envelope, the reader's own envelope, the page of the round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, cast

from django.http import Http404
from django.views.decorators.debug import sensitive_variables

from partnerships.case.header import CaseHeader
from partnerships.case.next_step import Step
from partnerships.expectations.queries.comparison import ComparisonView, comparison_view
from partnerships.lifecycle import Action, Case, Edition, allows
from partnerships.models import Envelope, LineKind, Partnership, Party, Question, Round
from partnerships.rounds.encryption import EnvelopeContent, Json, KeyIsLost
from partnerships.rounds.queries import EnvelopeState, content_of_party, envelope_states

# The parts of an envelope in the order of the form, with the kind of their lines.
PARTS: Final[Mapping[str, LineKind]] = {
    "expectations": LineKind.EXPECTATION,
    "limits": LineKind.LIMIT,
    "red_lines": LineKind.RED_LINE,
    "means": LineKind.MEANS,
}


@dataclass(frozen=True, kw_only=True)
class EnvelopeLine:
    """One line as it was filed; `amount_minor` in cents, `priority` from 1 (first) to 3."""

    kind: LineKind
    text: str = ""
    indicator: str = ""
    by_date: date | None = None
    priority: int | None = None
    hours: int | None = None
    amount_minor: int | None = None


@sensitive_variables()
def envelope_lines(answers: Mapping[str, Json]) -> list[EnvelopeLine]:
    """Return the lines of an envelope, part by part, in the order in which they were written."""
    return [_envelope_line(kind, line) for name, kind in PARTS.items() for line in part_rows(answers, name)]


@sensitive_variables()
def part_rows(answers: Mapping[str, Json], part: str) -> list[dict[str, Any]]:
    """Return the lines of one part as stored in the envelope: JSON values, dates in ISO format."""
    return cast("list[dict[str, Any]]", answers.get(part) or [])


@sensitive_variables()
def _envelope_line(kind: LineKind, line: Mapping[str, Any]) -> EnvelopeLine:
    by_date = line.get("by_date")
    return EnvelopeLine(kind=kind, **{**line, "by_date": date.fromisoformat(by_date) if by_date else None})


@dataclass(frozen=True, kw_only=True)
class OwnEnvelope:
    """The envelope of the reader's own party; `rows` and `numbers` (versions) by part.

    `is_lost`: no key decrypts it; `is_changed`: when the round was opened, it differed from what was sealed.
    """

    envelope: Envelope
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    numbers: Mapping[str, int]
    lines: Sequence[EnvelopeLine]
    is_lost: bool = False
    is_changed: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """Return the number of lines by part."""
        return {name: len(rows) for name, rows in self.rows.items()}

    @property
    def has_expectations(self) -> bool:
        return bool(self.rows["expectations"])

    @property
    def without_indicator(self) -> int:
        """Return the number of expectations without text or indicator."""
        return sum(
            not (row["text"].strip() and row["indicator"].strip()) for row in self.rows["expectations"]
        )

    @property
    def is_ready(self) -> bool:
        return self.has_expectations and not self.without_indicator


@dataclass(frozen=True, kw_only=True)
class ExpectationsPage:
    """`round`: the round shown, None before the first; `own`: None for a reader who belongs to no party.

    `skipped_because`: why the parties were not asked what they expect, or "".
    `may_add_clauses`: the reader may write clauses from the opened lines; `is_last_envelope`: all others
    are sealed.
    """

    round: Round | None
    earlier_rounds: Sequence[Round]
    states: Sequence[EnvelopeState]
    own: OwnEnvelope | None
    comparison: ComparisonView | None
    is_running: bool
    may_ask: bool
    may_skip: bool
    may_begin: bool
    skipped_because: str
    may_write: bool
    may_take_back: bool
    is_last_envelope: bool
    may_add_clauses: bool


def expectations_page(header: CaseHeader, at: datetime, *, number: int | None = None) -> ExpectationsPage:
    """Return the latest expectations round, or that of a number. At most 6 queries. Raises Http404."""
    partnership = header.partnership
    rounds = list(
        Round.objects.filter(partnership=partnership, question=Question.EXPECTATIONS)
        .select_related("asked_by")
        .order_by("-number")
    )
    round_ = next((row for row in rounds if number in (None, row.number)), None)
    if round_ is None and number is not None:
        raise Http404
    states = envelope_states(round_, header.parties) if round_ else []
    is_running = (
        round_ is not None and not (round_.opened_at or round_.cancelled_at) and at < round_.deadline_at
    )
    own = _own_envelope(round_, header.reader.party) if round_ and header.reader.party else None
    is_sealed = own is not None and own.envelope.sealed_at is not None
    may_act = is_running and header.reader.may_answer and own is not None and not own.is_lost
    return ExpectationsPage(
        round=round_,
        earlier_rounds=[row for row in rounds if row != round_],
        states=states,
        own=own,
        comparison=comparison_view(header, round_) if round_ and round_.opened_at else None,
        is_running=is_running,
        may_ask=header.reader.is_broker and _may_ask(header) and not any(_is_pending(row) for row in rounds),
        may_write=may_act and not is_sealed,
        may_take_back=may_act and is_sealed and not _has_other_side_sealed(own, states),
        is_last_envelope=own is not None
        and all(state.sealed_at for state in states if state.party != own.envelope.party),
        may_add_clauses=header.reader.is_broker and _may_add_clauses(header),
        may_skip=header.reader.is_broker and header.case.next_step.step == Step.ASK,
        may_begin=header.reader.is_broker and header.case.next_step.step == Step.BEGIN,
        skipped_because=header.partnership.expectations_skipped,
    )


def last_round(partnership: Partnership) -> Round:
    """Return the latest expectations round, whatever its state. Raises Http404. 1 query."""
    latest = partnership.rounds.filter(question=Question.EXPECTATIONS).order_by("-number").first()
    if latest is None:
        raise Http404
    return latest


def _may_ask(header: CaseHeader) -> bool:
    edition = header.edition
    is_drafting = edition is not None and edition.edition == 1 and edition.state == Edition.DRAFTING
    return header.partnership.state == Case.PREPARING and is_drafting


def _may_add_clauses(header: CaseHeader) -> bool:
    edition = header.edition
    if edition is None or edition.edition != 1 or not allows(Action.REVISE, Edition(edition.state)):
        return False
    # The text does not change while the parties answer on it.
    return not header.case.is_discussed


def _is_pending(round_: Round) -> bool:
    return not (round_.opened_at or round_.cancelled_at)


def _has_other_side_sealed(own: OwnEnvelope | None, states: Sequence[EnvelopeState]) -> bool:
    return own is not None and any(
        state.sealed_at for state in states if state.party.side != own.envelope.party.side
    )


@sensitive_variables()
def _own_envelope(round_: Round, party: Party) -> OwnEnvelope:
    try:
        envelope, contents = content_of_party(round_, party)
    except KeyIsLost:
        envelope = Envelope.objects.select_related("sealed_by", "party").get(round=round_, party=party)
        return _build_own_envelope(round_, envelope, EnvelopeContent(), is_lost=True)
    return _build_own_envelope(round_, envelope, contents)


@sensitive_variables()
def _build_own_envelope(
    round_: Round, envelope: Envelope, contents: EnvelopeContent, *, is_lost: bool = False
) -> OwnEnvelope:
    answers, numbers = contents.answers(), contents.numbers()
    return OwnEnvelope(
        envelope=envelope,
        rows={name: part_rows(answers, name) for name in PARTS},
        numbers={name: numbers.get(name, 0) for name in PARTS},
        lines=envelope_lines(answers),
        is_lost=is_lost,
        is_changed=bool(round_.opened_at and envelope.sealed_at) and envelope.opened is None,
    )
