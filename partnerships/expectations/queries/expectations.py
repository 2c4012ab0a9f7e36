"""The page of a round of expectations: one's own envelope, the state of the others, what was opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.views.decorators.debug import sensitive_variables

from partnerships.case.header import CaseHeader
from partnerships.expectations.queries.comparison import Compared, compared
from partnerships.expectations.queries.envelope_lines import PARTS, Filed, filed_in, rows_of
from partnerships.lifecycle import Action, Case, Edition, allows
from partnerships.models import Envelope, Partnership, Party, Question, Round
from partnerships.rounds.encryption import EnvelopeContent, KeyIsLost
from partnerships.rounds.queries import EnvelopeState, content_of_party, envelope_states


@dataclass(frozen=True, kw_only=True)
class OwnEnvelope:
    """The envelope of the reader's own party. `is_lost`: no key opens it.

    `is_changed`: the round is open, and this envelope no longer held what was sealed.
    """

    envelope: Envelope
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    numbers: Mapping[str, int]
    filed: Sequence[Filed]
    is_lost: bool = False
    is_changed: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """How many lines each part holds."""
        return {name: len(rows) for name, rows in self.rows.items()}

    @property
    def has_expectations(self) -> bool:
        return bool(self.rows["expectations"])

    @property
    def without_indicator(self) -> int:
        """How many expectations lack their words or the way to know."""
        return sum(
            not (row["text"].strip() and row["indicator"].strip()) for row in self.rows["expectations"]
        )

    @property
    def is_ready(self) -> bool:
        return self.has_expectations and not self.without_indicator


@dataclass(frozen=True, kw_only=True)
class ExpectationsPage:
    """`asked`: the round shown, None before the first; `own`: None for who belongs to no party.

    `may_write`, `may_take_back`: as the reader may act now; `may_compose`: a clause from
    what was opened. `is_others_sealed`: all but the reader's own.
    """

    asked: Round | None
    earlier: Sequence[Round]
    states: Sequence[EnvelopeState]
    own: OwnEnvelope | None
    compared: Compared | None
    is_running: bool
    may_ask: bool
    may_write: bool
    may_take_back: bool
    is_last: bool
    may_compose: bool


def expectations_page(header: CaseHeader, at: datetime, *, number: int | None = None) -> ExpectationsPage:
    """Return the last round of expectations, or that of a number. At most 6 queries. Raises Http404."""
    partnership = header.partnership
    rounds = list(
        Round.objects.filter(partnership=partnership, question=Question.EXPECTATIONS)
        .select_related("asked_by")
        .order_by("-number")
    )
    asked = next((each for each in rounds if number in (None, each.number)), None)
    if asked is None and number is not None:
        raise Http404
    states = envelope_states(asked, header.parties) if asked else []
    is_running = asked is not None and not (asked.opened_at or asked.cancelled_at) and at < asked.deadline_at
    own = _own(asked, header.reader.party) if asked and header.reader.party else None
    is_sealed = own is not None and own.envelope.sealed_at is not None
    may_act = is_running and header.reader.may_answer and own is not None and not own.is_lost
    return ExpectationsPage(
        asked=asked,
        earlier=[each for each in rounds if each != asked],
        states=states,
        own=own,
        compared=compared(header, asked) if asked and asked.opened_at else None,
        is_running=is_running,
        may_ask=header.reader.is_broker
        and _is_moment(header)
        and not any(_is_closed(each) for each in rounds),
        may_write=may_act and not is_sealed,
        may_take_back=may_act and is_sealed and not _has_other_side_sealed(own, states),
        is_last=own is not None
        and all(each.sealed_at for each in states if each.party != own.envelope.party),
        may_compose=header.reader.is_broker and _is_written(header),
    )


def last_round(partnership: Partnership) -> Round:
    """Return the last round of expectations, be it over. Raises Http404. 1 query."""
    found = partnership.rounds.filter(question=Question.EXPECTATIONS).order_by("-number").first()
    if found is None:
        raise Http404
    return found


def _is_moment(header: CaseHeader) -> bool:
    edition = header.edition
    is_drafting = edition is not None and edition.edition == 1 and edition.state == Edition.DRAFTING
    return header.partnership.state == Case.PREPARING and is_drafting


def _is_written(header: CaseHeader) -> bool:
    edition = header.edition
    if edition is None or edition.edition != 1 or not allows(Action.REVISE, Edition(edition.state)):
        return False
    # The text does not change while the parties answer on it.
    return not header.case.is_discussed


def _is_closed(asked: Round) -> bool:
    return not (asked.opened_at or asked.cancelled_at)


def _has_other_side_sealed(own: OwnEnvelope | None, states: Sequence[EnvelopeState]) -> bool:
    return own is not None and any(
        state.sealed_at for state in states if state.party.side != own.envelope.party.side
    )


@sensitive_variables()
def _own(asked: Round, party: Party) -> OwnEnvelope:
    try:
        envelope, held = content_of_party(asked, party)
    except KeyIsLost:
        envelope = Envelope.objects.select_related("sealed_by", "party").get(round=asked, party=party)
        return _shown(asked, envelope, EnvelopeContent(), is_lost=True)
    return _shown(asked, envelope, held)


@sensitive_variables()
def _shown(asked: Round, envelope: Envelope, held: EnvelopeContent, *, is_lost: bool = False) -> OwnEnvelope:
    answers, numbers = held.answers(), held.numbers()
    return OwnEnvelope(
        envelope=envelope,
        rows={name: rows_of(answers, name) for name in PARTS},
        numbers={name: numbers.get(name, 0) for name in PARTS},
        filed=filed_in(answers),
        is_lost=is_lost,
        is_changed=bool(asked.opened_at and envelope.sealed_at) and envelope.opened is None,
    )
