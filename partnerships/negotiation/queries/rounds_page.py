"""The page of the rounds: each clause, who stands where on it, and what is left to do before all agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from partnerships.case import editions
from partnerships.case.header import CaseHeader
from partnerships.case.next_step import Step
from partnerships.drafting.queries import completeness
from partnerships.drafting.queries.completeness import CompletenessRow
from partnerships.lifecycle import Edition
from partnerships.models import Partnership, Question, Roadmap, Round
from partnerships.negotiation import prior_agreement
from partnerships.negotiation.queries.convergence import Convergence, convergence
from partnerships.negotiation.queries.discussion import (
    ClauseSummary,
    DiscussedClause,
    discussed_clauses,
    discussion_key,
)
from partnerships.negotiation.queries.own_answer import OwnAnswer, own_answer
from partnerships.negotiation.queries.remarks import Remark, remarks_on
from partnerships.rounds import queries as round_queries
from partnerships.rounds.queries import EnvelopeState
from partnerships.text import agreement

WRITABLE = (Edition.NEGOTIATION, Edition.AGREED)


class AnswerProgress(NamedTuple):
    """On how many clauses the reader's party has an answer ready, agreement that stands included."""

    answered: int
    total: int


class RoundShown(NamedTuple):
    """A round in the list of all of them."""

    number: int
    asked_at: datetime
    deadline_at: datetime
    opened_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str


@dataclass(frozen=True, kw_only=True)
class May:
    """What the reader may do on the page."""

    answer: bool
    seal: bool
    take_back: bool
    open: bool
    ask_again: bool
    cancel: bool
    freeze: bool
    write: bool
    reply: bool


@dataclass(frozen=True, kw_only=True)
class RoundsPage:
    """`roadmap` is None as long as the reader has no text to discuss.

    `running`: the round that is not open yet; `is_over`: its time is up; `shown`: it, or the last opened.
    `focus`: the one clause whose forms and history are on the page, those being `remarks`.
    `left`: clauses that the reader's party still has to answer; `covered`: the current revisions of those
    that it may agree to together, for it agreed to or signed exactly what they say now.
    `settled`: clauses to which all agree as they stand, folded together unless one has the focus;
    `discussed`: the others, in printed order.
    `unreplied`: clauses with a reservation, an objection or a question that the broker owes a reply.
    `lacking`: to the broker, what is mandatory and not fully said, which stops the freezing.
    `cache_key`: of what the reader's side reads openly of each clause.
    """

    roadmap: Roadmap | None
    version: str
    rounds: tuple[RoundShown, ...]
    running: Round | None
    is_over: bool
    shown: Round | None
    envelopes: Sequence[EnvelopeState]
    talks: Sequence[DiscussedClause]
    focus: DiscussedClause | None
    remarks: Sequence[Remark]
    own: OwnAnswer | None
    progress: AnswerProgress | None
    left: Sequence[DiscussedClause]
    covered: Sequence[int]
    unreplied: Sequence[DiscussedClause]
    discussed: Sequence[DiscussedClause]
    settled: tuple[DiscussedClause, ...]
    lacking: Sequence[CompletenessRow]
    convergence: Convergence | None
    may: May
    cache_key: str

    @property
    def lines(self) -> list[ClauseSummary]:
        return [each.line for each in self.discussed]

    @property
    def settled_lines(self) -> list[ClauseSummary]:
        return [each.line for each in self.settled]

    @property
    def left_lines(self) -> list[ClauseSummary]:
        return [each.line for each in self.left]


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What was asked of the database for the page."""

    rounds: Sequence[Round]
    running: Round | None
    shown: Round | None
    envelopes: Sequence[EnvelopeState]
    own: OwnAnswer | None


def rounds_page(header: CaseHeader, at: datetime, *, focus: int | None = None) -> RoundsPage:
    """Return the text with what was said of it. At most 14 queries, whatever its length.

    `focus`: number of the clause to open; the first one that waits for the reader when None.
    """
    text = _discussed(editions.readable(header.case, is_broker=header.reader.is_broker))
    seen = _seen(header)
    sealed = frozenset(each.party.pk for each in seen.envelopes if each.sealed_at)
    running = sealed if seen.running else None
    key = discussion_key(text, header, running) if text else ""
    shown = discussed_clauses(text, header, seen.own, running, key=key) if text else []
    is_over = seen.running is not None and at >= seen.running.deadline_at
    is_writing = seen.own is not None and seen.own.envelope.sealed_at is None and not is_over
    left = [each for each in shown if each.is_left] if is_writing else []
    unreplied = [each for each in shown if each.unreplied]
    may = _may(header, text, seen, is_over=is_over, is_ready=not left)
    opened = _focus(shown, focus, left if may.answer else unreplied if may.reply else [])
    settled = tuple(each for each in shown if each.is_settled and not each.saved and each is not opened)
    apart = frozenset(settled)
    return RoundsPage(
        roadmap=text,
        version=f"v0.{text.version}" if text else "",
        rounds=tuple(_round(each) for each in seen.rounds),
        running=seen.running,
        is_over=is_over,
        shown=seen.shown,
        envelopes=seen.envelopes,
        talks=shown,
        focus=opened,
        remarks=remarks_on(opened.clause_id, header.broker) if opened else [],
        own=seen.own,
        progress=AnswerProgress(sum(not each.is_left for each in shown), len(shown)) if seen.own else None,
        left=left,
        covered=_agreed_before(header, text, left) if may.answer else [],
        unreplied=unreplied,
        discussed=[each for each in shown if each not in apart],
        settled=settled,
        lacking=_lacking(header, text, at),
        convergence=convergence(header) if text else None,
        may=may,
        cache_key=key,
    )


def _lacking(header: CaseHeader, text: Roadmap | None, at: datetime) -> Sequence[CompletenessRow]:
    if text is None or text.state not in WRITABLE or not header.reader.is_broker:
        return []
    return completeness.blocking_items(header.partnership, agreement.clauses_of(text), header.parties, at=at)


def _seen(header: CaseHeader) -> _Seen:
    # The key of a round is for who opens an envelope, not for who reads a case.
    criticism = header.partnership.rounds.filter(question=Question.CRITICISM).defer("key")
    rounds = list(criticism.order_by("-asked_at", "-number", "pk"))
    running = next((each for each in rounds if each.opened_at is None and each.cancelled_at is None), None)
    shown = running or next((each for each in rounds if each.opened_at), None)
    party = header.reader.party if running else None
    states, own = round_queries.states_and_own_envelope(shown, header.parties, party) if shown else ([], None)
    return _Seen(
        rounds=rounds,
        running=running,
        shown=shown,
        envelopes=states,
        own=own_answer(own, header) if own else None,
    )


def _may(
    header: CaseHeader,
    text: Roadmap | None,
    seen: _Seen,
    *,
    is_over: bool,
    is_ready: bool,
) -> May:
    reader, own, running = header.reader, seen.own, seen.running
    state = Edition(text.state) if text else None
    is_sealed = own is not None and own.envelope.sealed_at is not None
    side = reader.party.side if reader.party else ""
    others = [each for each in seen.envelopes if each.party.side != side and each.sealed_at]
    is_readable = own is not None and not own.is_lost
    answers = reader.may_answer and is_readable and running is not None and not is_over
    return May(
        answer=answers and not is_sealed,
        seal=answers and not is_sealed and is_ready,
        take_back=answers and is_sealed and not others,
        open=reader.is_broker and header.edition is not None and header.edition.state == Edition.DRAFTING,
        ask_again=reader.is_broker and state == Edition.NEGOTIATION and running is None,
        cancel=reader.is_broker and running is not None and not is_over,
        freeze=reader.is_broker and state == Edition.AGREED,
        write=reader.is_broker and state in WRITABLE and running is None,
        reply=reader.is_broker and state in WRITABLE,
    )


def _focus(
    shown: Sequence[DiscussedClause], wanted: int | None, waiting: Sequence[DiscussedClause]
) -> DiscussedClause | None:
    named = next((each for each in shown if each.shown.number == wanted), None)
    return named or next(iter(waiting), None)


def _agreed_before(header: CaseHeader, text: Roadmap | None, left: Sequence[DiscussedClause]) -> list[int]:
    """Return the revisions of unanswered clauses whose content the reader's party agreed to before."""
    party = header.reader.party
    revision_ids = [clause.revision_id for clause in left if not clause.saved]
    if text is None or party is None or not revision_ids:
        return []
    if text.edition == 1 and not any(clause.last for clause in left):
        return []
    contents = {
        clause.current.pk: prior_agreement.content_of(
            clause.key, clause.heading, clause.responsible.code if clause.responsible else "", clause.current
        )
        for clause in agreement.clauses_of(text)
        if clause.current
    }
    agreed = prior_agreement.agreed_before(text, party.pk, contents, revision_ids)
    return [revision_id for revision_id in revision_ids if revision_id in agreed]


def _round(asked: Round) -> RoundShown:
    return RoundShown(*(getattr(asked, name) for name in RoundShown._fields))


def pointed(header: CaseHeader, page: RoundsPage) -> CaseHeader:
    """Return the head of this very page: its link leads to the first clause to answer, or to what is next."""
    if not header.next_step.url:
        return header
    waiting = page.left or page.unreplied
    here = f"#clause-{waiting[0].shown.number}" if waiting and page.focus else ""
    if page.may.seal or header.case.next_step.step in (Step.ASK_AGAIN, Step.FREEZE):
        here = "#suite"
    return replace(header, next_step=replace(header.next_step, url=here)) if here else header


def running_round(partnership: Partnership) -> Round | None:
    """Return the round of criticism that is open to answers, if there is one. 1 query."""
    return round_queries.running(partnership, Question.CRITICISM)


def _discussed(found: Sequence[Roadmap]) -> Roadmap | None:
    """Return the last edition that was put to the parties, a void one only when there is no other."""
    put = [each for each in found if each.state != Edition.DRAFTING]
    return next((each for each in put if each.state != Edition.VOID), next(iter(put), None))
