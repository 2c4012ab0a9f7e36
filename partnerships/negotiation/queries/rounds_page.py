"""The page of the rounds: the clauses with the positions of the parties, and what remains to do."""

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
from partnerships.drafting.queries.freeze_obstacles import FreezeObstacle, freeze_obstacles
from partnerships.lifecycle import Edition
from partnerships.models import AmendmentKind, Partnership, Question, Roadmap, Round
from partnerships.negotiation.queries.convergence import Convergence, convergence
from partnerships.negotiation.queries.discussion import (
    ClauseSummary,
    DiscussedClause,
    discussed_clauses,
    discussion_key,
)
from partnerships.negotiation.queries.positions import DraftAnswer, Remark, draft_answer, remarks_on
from partnerships.rounds import queries as round_queries
from partnerships.rounds.queries import EnvelopeState
from partnerships.text import agreement, prior_agreement
from partnerships.text.contents import contents_of

WRITABLE = (Edition.NEGOTIATION, Edition.AGREED)


class AnswerProgress(NamedTuple):
    """The number of clauses that the reader's party has answered, valid agreements included."""

    answered: int
    total: int


class RoundShown(NamedTuple):
    """A round in the list of rounds."""

    number: int
    asked_at: datetime
    deadline_at: datetime
    opened_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str


@dataclass(frozen=True, kw_only=True)
class AllowedActions:
    """The actions that the page offers to the reader."""

    answer: bool
    seal: bool
    take_back: bool
    open: bool
    ask_again: bool
    cancel: bool
    freeze: bool
    resume: bool
    write: bool
    reply: bool


@dataclass(frozen=True, kw_only=True)
class RoundsPage:
    """`roadmap` is None while the reader has no text to discuss.

    `running`: the running round; `is_over`: its deadline has passed; `shown`: it, or the last opened one.
    `focus`: the clause displayed with its forms and its `remarks`.
    `unanswered`: clauses that the reader's party must still answer; `unchanged_revisions`: those of their
    current revisions to which it may agree together, since it agreed to or signed the same content before.
    `settled`: clauses to which all agree, folded together except the focus; `discussed`: the others, in
    printed order. `unreplied`: clauses with a remark without reply.
    `blocking_items`: for the broker, the incomplete mandatory items that prevent freezing.
    `cache_key`: of `discussed_clauses`.
    """

    roadmap: Roadmap | None
    version: str
    rounds: tuple[RoundShown, ...]
    running: Round | None
    is_over: bool
    shown: Round | None
    envelopes: Sequence[EnvelopeState]
    clauses: Sequence[DiscussedClause]
    focus: DiscussedClause | None
    remarks: Sequence[Remark]
    own: DraftAnswer | None
    progress: AnswerProgress | None
    unanswered: Sequence[DiscussedClause]
    unchanged_revisions: Sequence[int]
    unreplied: Sequence[DiscussedClause]
    discussed: Sequence[DiscussedClause]
    settled: tuple[DiscussedClause, ...]
    blocking_items: Sequence[CompletenessRow]
    freeze_obstacles: Sequence[FreezeObstacle]
    convergence: Convergence | None
    may: AllowedActions
    cache_key: str

    @property
    def summaries(self) -> list[ClauseSummary]:
        return [each.summary for each in self.discussed]

    @property
    def settled_summaries(self) -> list[ClauseSummary]:
        return [each.summary for each in self.settled]

    @property
    def unanswered_summaries(self) -> list[ClauseSummary]:
        return [each.summary for each in self.unanswered]


@dataclass(frozen=True, kw_only=True)
class _RoundData:
    """The rows of the database for the page."""

    rounds: Sequence[Round]
    running: Round | None
    shown: Round | None
    envelopes: Sequence[EnvelopeState]
    own: DraftAnswer | None


def rounds_page(header: CaseHeader, at: datetime, *, focus: str | None = None) -> RoundsPage:
    """Return the page of the rounds. At most 14 queries, whatever the length of the text.

    `focus`: number of the clause to display with its forms, or its position, which earlier links contain;
    when None, the first that waits for the reader.
    """
    text = _discussed(editions.readable(header.case, is_broker=header.reader.is_broker))
    data = _round_data(header)
    sealed = frozenset(each.party.pk for each in data.envelopes if each.sealed_at)
    running = sealed if data.running else None
    key = discussion_key(text, header, running) if text else ""
    shown = discussed_clauses(text, header, data.own, running, key=key) if text else []
    is_over = data.running is not None and at >= data.running.deadline_at
    is_writing = data.own is not None and data.own.envelope.sealed_at is None and not is_over
    unanswered = [each for each in shown if each.is_unanswered] if is_writing else []
    unreplied = [each for each in shown if each.unreplied]
    may = _allowed_actions(header, text, data, is_over=is_over, is_ready=not unanswered)
    focused = _focus(shown, focus, unanswered if may.answer else unreplied if may.reply else [])
    settled = tuple(each for each in shown if each.is_settled and not each.draft and each is not focused)
    settled_set = frozenset(settled)
    return RoundsPage(
        roadmap=text,
        version=f"v0.{text.version}" if text else "",
        rounds=tuple(_round(each) for each in data.rounds),
        running=data.running,
        is_over=is_over,
        shown=data.shown,
        envelopes=data.envelopes,
        clauses=shown,
        focus=focused,
        remarks=remarks_on(focused.clause_id, header.broker) if focused else [],
        own=data.own,
        progress=AnswerProgress(sum(not each.is_unanswered for each in shown), len(shown))
        if data.own
        else None,
        unanswered=unanswered,
        unchanged_revisions=_agreed_before(header, text, unanswered) if may.answer else [],
        unreplied=unreplied,
        discussed=[each for each in shown if each not in settled_set],
        settled=settled,
        blocking_items=_blocking_items(header, text, at),
        freeze_obstacles=_freeze_obstacles(header, text, at) if may.freeze and text else [],
        convergence=convergence(header) if text else None,
        may=may,
        cache_key=key,
    )


def _blocking_items(header: CaseHeader, text: Roadmap | None, at: datetime) -> Sequence[CompletenessRow]:
    if text is None or text.state not in WRITABLE or not header.reader.is_broker:
        return []
    return completeness.blocking_items(header.partnership, agreement.clauses_of(text), header.parties, at=at)


def _freeze_obstacles(header: CaseHeader, text: Roadmap, at: datetime) -> Sequence[FreezeObstacle]:
    clauses = agreement.clauses_of(text)
    return freeze_obstacles(header.partnership, text, clauses, header.parties, at)


def _round_data(header: CaseHeader) -> _RoundData:
    # The encryption key of a round is only needed to open envelopes.
    criticism = header.partnership.rounds.filter(question=Question.CRITICISM).defer("key")
    rounds = list(criticism.order_by("-asked_at", "-number", "pk"))
    running = next((each for each in rounds if each.opened_at is None and each.cancelled_at is None), None)
    shown = running or next((each for each in rounds if each.opened_at), None)
    party = header.reader.party if running else None
    states, own = round_queries.states_and_own_envelope(shown, header.parties, party) if shown else ([], None)
    return _RoundData(
        rounds=rounds,
        running=running,
        shown=shown,
        envelopes=states,
        own=draft_answer(own, header) if own else None,
    )


def _allowed_actions(
    header: CaseHeader,
    text: Roadmap | None,
    data: _RoundData,
    *,
    is_over: bool,
    is_ready: bool,
) -> AllowedActions:
    reader, own, running = header.reader, data.own, data.running
    state = Edition(text.state) if text else None
    is_sealed = own is not None and own.envelope.sealed_at is not None
    side = reader.party.side if reader.party else ""
    others = [each for each in data.envelopes if each.party.side != side and each.sealed_at]
    is_readable = own is not None and not own.is_lost
    answers = reader.may_answer and is_readable and running is not None and not is_over
    is_reworked = reader.is_broker and state == Edition.NEGOTIATION and running is None
    is_correction = text is not None and text.amendment_kind == AmendmentKind.CLERICAL
    return AllowedActions(
        answer=answers and not is_sealed,
        seal=answers and not is_sealed and is_ready,
        take_back=answers and is_sealed and not others,
        open=reader.is_broker and header.edition is not None and header.edition.state == Edition.DRAFTING,
        ask_again=is_reworked and not is_correction,
        cancel=reader.is_broker and running is not None and not is_over,
        freeze=reader.is_broker and state == Edition.AGREED,
        resume=is_reworked and _is_agreed(header),
        write=reader.is_broker and state in WRITABLE and running is None,
        reply=reader.is_broker and state in WRITABLE,
    )


def _is_agreed(header: CaseHeader) -> bool:
    """Say whether every party agrees to all of the text as it stands."""
    row = header.case.row
    return bool(row.unanswered) and not any(row.unanswered.values()) and row.step != Step.CONFIRM


def _focus(
    shown: Sequence[DiscussedClause], number: str | None, waiting: Sequence[DiscussedClause]
) -> DiscussedClause | None:
    named = next((each for each in shown if number in (each.shown.number, str(each.shown.position))), None)
    return named or next(iter(waiting), None)


def _agreed_before(
    header: CaseHeader, text: Roadmap | None, unanswered: Sequence[DiscussedClause]
) -> list[int]:
    """Return the revisions of unanswered clauses whose content the reader's party agreed to before."""
    party = header.reader.party
    revision_ids = [clause.revision_id for clause in unanswered if not clause.draft]
    if text is None or party is None or not revision_ids:
        return []
    if text.edition == 1 and not any(clause.last for clause in unanswered):
        return []
    contents = contents_of(agreement.clauses_of(text))
    known = [revision_id for revision_id in revision_ids if revision_id in contents]
    agreed = prior_agreement.agreed_before(text, party.pk, contents, known)
    return [revision_id for revision_id in revision_ids if revision_id in agreed]


def _round(round_: Round) -> RoundShown:
    return RoundShown(*(getattr(round_, name) for name in RoundShown._fields))


def header_with_page_link(header: CaseHeader, page: RoundsPage) -> CaseHeader:
    """Return the header with a link to the first clause to answer, or to the next action on the page."""
    if not header.next_step.url:
        return header
    waiting = page.unanswered or page.unreplied
    anchor = f"#clause-{waiting[0].shown.number}" if waiting and page.focus else ""
    if page.may.seal or header.case.next_step.step in (Step.ASK_AGAIN, Step.FREEZE):
        anchor = "#suite"
    return replace(header, next_step=replace(header.next_step, url=anchor)) if anchor else header


def running_round(partnership: Partnership) -> Round | None:
    """Return the running round of criticism, if there is one. 1 query."""
    return round_queries.running(partnership, Question.CRITICISM)


def _discussed(readable: Sequence[Roadmap]) -> Roadmap | None:
    """Return the last edition submitted to the parties, a void one only when there is no other."""
    submitted = [each for each in readable if each.state != Edition.DRAFTING]
    return next((each for each in submitted if each.state != Edition.VOID), next(iter(submitted), None))
