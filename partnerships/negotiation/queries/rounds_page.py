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
from partnerships.negotiation.queries.positions import DraftAnswer, Remark, draft_answer
from partnerships.rounds import queries as round_queries
from partnerships.rounds.queries import EnvelopeState
from partnerships.text import agreement, prior_agreement
from partnerships.text.contents import contents_of

WRITABLE = (Edition.NEGOTIATION, Edition.AGREED)


class AnswerProgress(NamedTuple):
    """Of the clauses that the running round asks of the reader's party, how many it has answered.

    `standing`: the number of clauses to which its agreement stands, which are not asked.
    """

    answered: int
    total: int
    standing: int


class Neighbours(NamedTuple):
    """The numbers of the clauses before and after the focused one, None at an end.

    For who answers, among the clauses that the round asks; `rank` of `total`: its place among them, 0 for a
    clause that is not asked.
    """

    previous: str | None
    following: str | None
    rank: int
    total: int


class RoundShown(NamedTuple):
    """A round in the list of rounds."""

    number: int
    asked_at: datetime
    deadline_at: datetime
    opened_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str
    is_lapsed: bool


class ExtensionShown(NamedTuple):
    """A request for more time; `is_granted` is None until the broker decides."""

    id: int
    side: str
    name: str
    asked_at: datetime
    reason: str
    is_granted: bool | None
    decided_at: datetime | None
    answer: str


class RemarkOnClause(NamedTuple):
    """A remark in the list of the broker, with its clause."""

    clause: DiscussedClause
    remark: Remark


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
    ask_for_time: bool
    decide_on_time: bool


@dataclass(frozen=True, kw_only=True)
class RoundsPage:
    """`roadmap` is None while the reader has no text to discuss.

    `running`: the running round; `is_over`: its deadline has passed; `shown`: it, or the last opened one.
    `focus`: the clause displayed alone with its forms; `neighbours`: those before and after it.
    `asked`: clauses that the running round asks of the reader's party; `unanswered`: those it must still
    answer; `unchanged_revisions`: those of their current revisions to which it may agree together, since it
    agreed to or signed the same content before.
    `is_last_seal`: all other envelopes are sealed, so that the reader's seal opens the round.
    `settled`: clauses to which all agree; `discussed`: the others and the focus, in printed order.
    `unreplied`: clauses with a remark without reply; `remarks`: all remarks on the text, with their clauses.
    `extensions`: the requests for more time in the running round.
    `blocking_items`: for the broker, the incomplete mandatory items that prevent freezing.
    """

    roadmap: Roadmap | None
    version: str
    rounds: tuple[RoundShown, ...]
    running: Round | None
    is_over: bool
    shown: Round | None
    envelopes: Sequence[EnvelopeState]
    extensions: Sequence[ExtensionShown]
    clauses: Sequence[DiscussedClause]
    focus: DiscussedClause | None
    neighbours: Neighbours | None
    own: DraftAnswer | None
    is_last_seal: bool
    progress: AnswerProgress | None
    asked: Sequence[DiscussedClause]
    unanswered: Sequence[DiscussedClause]
    unchanged_revisions: Sequence[int]
    unreplied: Sequence[DiscussedClause]
    discussed: Sequence[DiscussedClause]
    settled: tuple[DiscussedClause, ...]
    remarks: Sequence[RemarkOnClause]
    blocking_items: Sequence[CompletenessRow]
    freeze_obstacles: Sequence[FreezeObstacle]
    convergence: Convergence | None
    may: AllowedActions

    @property
    def summaries(self) -> list[ClauseSummary]:
        """The entries of the list of clauses: those asked, or all of them when none is."""
        return [clause.summary(self.focus) for clause in self.asked or self.clauses]

    @property
    def other_summaries(self) -> list[ClauseSummary]:
        """The entries of the clauses that are not asked, when some are."""
        asked = {clause.clause_id for clause in self.asked}
        return [
            clause.summary(self.focus) for clause in self.clauses if asked and clause.clause_id not in asked
        ]

    @property
    def undecided_extension(self) -> ExtensionShown | None:
        return next((request for request in self.extensions if request.is_granted is None), None)

    @property
    def lapsed(self) -> RoundShown | None:
        """The last round, if it ended without opening."""
        return next((each for each in self.rounds[:1] if each.is_lapsed), None)


@dataclass(frozen=True, kw_only=True)
class _RoundData:
    """The rows of the database for the page."""

    rounds: Sequence[Round]
    running: Round | None
    shown: Round | None
    envelopes: Sequence[EnvelopeState]
    own: DraftAnswer | None


def rounds_page(header: CaseHeader, at: datetime, *, focus: str | None = None) -> RoundsPage:
    """Return the page of the rounds. At most 18 queries, whatever the length of the text.

    `focus`: number of the clause to display alone, or its position, which earlier links contain; when None,
    while a round runs, the first that waits for the reader, or the first of the text.
    """
    text = _discussed(editions.readable(header.case, is_broker=header.reader.is_broker))
    data = _round_data(header)
    sealed = frozenset(each.party.pk for each in data.envelopes if each.sealed_at)
    running = sealed if data.running else None
    key = discussion_key(text, header, running) if text else ""
    shown = discussed_clauses(text, header, data.own, running, key=key) if text else []
    is_over = data.running is not None and at >= data.running.deadline_at
    is_writing = data.own is not None and data.own.envelope.sealed_at is None and not is_over
    asked = [each for each in shown if each.is_awaited or each.draft] if data.own else []
    unanswered = [each for each in shown if each.is_unanswered] if is_writing else []
    may = _allowed_actions(header, text, data, is_over=is_over, is_ready=not unanswered)
    focused = _focus(shown, focus, unanswered if may.answer else shown if data.running else [])
    discussed = [each for each in shown if not each.is_settled or each is focused]
    return RoundsPage(
        roadmap=text,
        version=f"v0.{text.version}" if text else "",
        rounds=tuple(_round(each) for each in data.rounds),
        running=data.running,
        is_over=is_over,
        shown=data.shown,
        envelopes=data.envelopes,
        extensions=_extensions(data.running) if data.running else [],
        clauses=shown,
        focus=focused,
        neighbours=_neighbours(shown, asked if may.answer else shown, focused) if focused else None,
        own=data.own,
        is_last_seal=_is_last_seal(header, data),
        progress=_progress(shown, asked) if data.own else None,
        asked=asked,
        unanswered=unanswered,
        unchanged_revisions=_agreed_before(header, text, unanswered) if may.answer else [],
        unreplied=[each for each in shown if each.unreplied],
        discussed=discussed,
        settled=tuple(each for each in shown if each not in discussed),
        remarks=[
            RemarkOnClause(clause, remark)
            for clause in shown
            for remark in clause.remarks
            if remark.answer_id is not None
        ],
        blocking_items=_blocking_items(header, text, at),
        freeze_obstacles=_freeze_obstacles(header, text, at) if may.freeze and text else [],
        convergence=convergence(header) if text else None,
        may=may,
    )


def _progress(shown: Sequence[DiscussedClause], asked: Sequence[DiscussedClause]) -> AnswerProgress:
    answered = sum(not each.is_unanswered for each in asked)
    return AnswerProgress(answered, len(asked), len(shown) - len(asked))


def _neighbours(
    shown: Sequence[DiscussedClause], clauses: Sequence[DiscussedClause], focus: DiscussedClause
) -> Neighbours:
    """Return those of `clauses` before and after the focus in printed order, that of `shown`."""
    ranks = {each.shown.number: rank for rank, each in enumerate(shown)}
    numbers = [each.shown.number for each in clauses]
    number = focus.shown.number
    before = [each for each in numbers if ranks[each] < ranks[number]]
    after = [each for each in numbers if ranks[each] > ranks[number]]
    return Neighbours(
        previous=before[-1] if before else None,
        following=after[0] if after else None,
        rank=numbers.index(number) + 1 if number in numbers else 0,
        total=len(numbers),
    )


def _is_last_seal(header: CaseHeader, data: _RoundData) -> bool:
    others = [each for each in data.envelopes if each.party != header.reader.party]
    return data.own is not None and all(each.sealed_at for each in others)


def _extensions(round_: Round) -> list[ExtensionShown]:
    """Return the requests for more time in a round, oldest first. 1 query."""
    requests = round_.extension_requests.select_related("party__organisation").order_by("asked_at", "pk")
    return [
        ExtensionShown(
            request.pk,
            request.party.side,
            request.party.organisation.name,
            request.asked_at,
            request.reason,
            request.is_granted,
            request.decided_at,
            request.answer,
        )
        for request in requests
    ]


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
        ask_for_time=answers and not is_sealed,
        decide_on_time=reader.is_broker and running is not None and not is_over,
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
    anchor = f"#clause-{page.unanswered[0].shown.number}" if page.unanswered and page.focus else ""
    if header.case.next_step.step == Step.REWORK:
        anchor = "#remarques"
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
