"""Views of the page of the rounds: positions of a party on clauses, replies of the broker."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from accounts.forms.submission import run_action, submit_form
from accounts.pages.cache import PRIVATE, cached_page
from accounts.pages.session import reader
from partnerships.case.header import case_header
from partnerships.case.views import CaseRedirect, case_of, case_redirect, case_version
from partnerships.drafting.actions import clauses
from partnerships.negotiation.actions import answers, criticism, negotiation
from partnerships.negotiation.actions.negotiation import Rewording
from partnerships.negotiation.forms import AgreeForm, AnswerForm, ReplyForm
from partnerships.negotiation.queries.positions import reply_target
from partnerships.negotiation.queries.rounds_page import header_with_page_link, rounds_page, running_round
from partnerships.permissions import Right
from partnerships.rounds.actions import envelopes
from partnerships.rounds.queries import has_own_draft
from partnerships.text.differences import changes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse, QueryDict

    from partnerships.case.header import CaseHeader
    from partnerships.models import Partnership
    from partnerships.negotiation.queries.discussion import DiscussedClause
    from partnerships.negotiation.queries.positions import DraftPosition, Remark
    from partnerships.negotiation.queries.rounds_page import RemarkOnClause, RoundsPage
    from partnerships.text.differences.changes import Paragraphs

PAGE = "partnerships/negotiation/page.html"
AGREE = "agree"
# What the buttons of an answer do besides saving it.
PREVIOUS, FOLLOWING, CHOOSE = "previous", "following", "choose"
OPEN, SETTLED, ALL = "ouvertes", "reglees", "toutes"
REMARK_STATES = (
    (OPEN, gettext_lazy("Sans réponse")),
    (SETTLED, gettext_lazy("Avec réponse")),
    (ALL, gettext_lazy("Toutes")),
)
REMARK_KINDS = (
    ("", gettext_lazy("Tous les genres")),
    ("objection", gettext_lazy("Objections")),
    ("reservation", gettext_lazy("Réserves")),
    ("question", gettext_lazy("Questions")),
)


# Also a position in the text, which earlier links contain; X and a rank name a removed clause.
CLAUSE_NUMBER: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3})?|X[0-9]{1,3}")


@dataclass(frozen=True, kw_only=True)
class Focus:
    """The form of the focused clause.

    `colleague_draft`: what another member of the party saved after the form was displayed.
    """

    clause_id: int
    number: str
    form: AnswerForm | None
    action: str
    seen_number: int
    colleague_draft: DraftPosition | None


@dataclass(frozen=True, kw_only=True)
class ReplyRow:
    """A remark in the list of the broker, with the form of a reply where one is due.

    `proposal`: the proposed wording against the current one.
    """

    clause: DiscussedClause
    remark: Remark
    form: ReplyForm | None
    action: str
    proposal: Paragraphs


@dataclass(frozen=True, kw_only=True)
class RemarkList:
    """The remarks that the broker has chosen to see; `counts`: the number of remarks by filter."""

    rows: Sequence[ReplyRow]
    state: str
    kind: str
    states: Sequence[tuple[str, str, int]]
    kinds: Sequence[tuple[str, str, int]]


@dataclass(frozen=True, kw_only=True)
class Typed:
    """The submitted form, to display it again: of an answer, or the replies by primary key of the answer."""

    answer: AnswerForm | None = None
    replies: Mapping[int, ReplyForm] = field(default_factory=dict)


@require_safe
def rounds(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the clauses with the positions of the parties; `?clause=` is the focused one."""
    partnership, at = case_of(request, reference, Right.READ), now()
    number = request.GET.get("clause", "")
    focus = number if CLAUSE_NUMBER.fullmatch(number) else None
    filters = _filters(request)
    if has_own_draft(partnership, reader(request)):
        # What a party drafts stays out of the cache.
        header, page = _header_and_page(request, partnership, focus)
        return render(request, PAGE, _context(header, page, filters))

    def context() -> dict[str, object]:
        header, page = _header_and_page(request, partnership, focus)
        return _context(header, page, filters)

    return cached_page(request, (*case_version(request, partnership, at), focus, *filters), PAGE, context)


def _filters(request: HttpRequest) -> tuple[str, str]:
    """Return the state and the kind of the remarks that the broker has chosen, "" for the default."""
    state, kind = request.GET.get("etat", ""), request.GET.get("genre", "")
    return (state if state in dict(REMARK_STATES) else "", kind if kind in dict(REMARK_KINDS) else "")


@sensitive_variables()
@require_POST
def answer(request: HttpRequest, reference: str, clause_id: int) -> HttpResponse:
    """Save the position of a party on a clause in its envelope; htmx saves drafts while typing."""
    partnership = case_of(request, reference, Right.ANSWER)
    is_draft = bool(request.htmx)  # type: ignore[attr-defined]
    way = _way(request)
    is_lenient = is_draft or way in (PREVIOUS, FOLLOWING, CHOOSE)
    form = AnswerForm(_typed_answer(request), is_draft=is_lenient, auto_id=f"answer-{clause_id}-%s")

    def act() -> None:
        answers.save_position(
            round_id=_running(partnership),
            speaker=reader(request),
            revision_id=form.cleaned_data["revision"],
            position=form.position(),
            seen_number=form.cleaned_data["seen_number"] or 0,
            at=now(),
        )

    is_walk = way in (PREVIOUS, FOLLOWING) and not form.data.get("stance")
    is_saved = is_walk or submit_form(form, act)
    header, page = _header_and_page(request, partnership, None)
    number = next((each.shown.number for each in page.clauses if each.clause_id == clause_id), None)
    if number is None:
        raise Http404
    if is_saved and not is_draft:
        return _after_answer(request, partnership, page, number, way)
    header, page = _header_and_page(request, partnership, number)
    context = _context(header, page, ("", ""), Typed(answer=form))
    if is_draft:
        fragment = f"{PAGE}#autosaved"
        return render(request, fragment, {**context, "is_fragment": True}, status=200 if is_saved else 422)
    return render(request, PAGE, context, status=422)


def _way(request: HttpRequest) -> str:
    """Return which button of the answer was pressed: PREVIOUS, FOLLOWING, CHOOSE, or "" to save.

    To choose an agreement saves it; any other choice displays the field of its reason.
    """
    chosen = request.POST.get("choose", "")
    if chosen:
        return "" if chosen == AGREE else CHOOSE
    way = request.POST.get("way", "")
    return way if way in (PREVIOUS, FOLLOWING) else ""


def _typed_answer(request: HttpRequest) -> QueryDict:
    """Return the submitted answer, with the stance of the pressed button."""
    data = request.POST.copy()
    if chosen := data.get("choose"):
        data["stance"] = chosen
    return data


def _after_answer(
    request: HttpRequest, partnership: Partnership, page: RoundsPage, number: str, way: str
) -> CaseRedirect:
    """Redirect to the reason, to a neighbour, to the next unanswered clause or to the seal."""
    ranks = {each.shown.number: rank for rank, each in enumerate(page.clauses)}
    numbers = [each.shown.number for each in page.asked]
    waiting = [each.shown.number for each in page.unanswered]
    destinations = {
        CHOOSE: [number],
        PREVIOUS: [each for each in reversed(numbers) if ranks[each] < ranks[number]],
        FOLLOWING: [each for each in numbers if ranks[each] > ranks[number]],
        "": [each for each in waiting if ranks[each] > ranks[number]] + waiting,
    }
    if way or waiting:
        return _clause_redirect(partnership, next(iter(destinations[way]), number))
    messages.success(request, _("Toutes vos réponses sont enregistrées. Relisez-les, puis scellez."))
    return case_redirect(partnership, "rounds", anchor="#suite")


def _clause_redirect(partnership: Partnership, number: str) -> CaseRedirect:
    return case_redirect(partnership, "rounds", anchor=f"?clause={number}#clause-{number}")


@require_POST
def agree(request: HttpRequest, reference: str) -> HttpResponse:
    """Save an agreement to the displayed clauses that have not changed."""
    partnership = case_of(request, reference, Right.ANSWER)
    form = AgreeForm(request.POST)

    def act() -> None:
        if not form.is_valid():
            raise criticism.TextHasMoved
        answers.agree(
            round_id=_running(partnership),
            speaker=reader(request),
            revision_ids=form.revision_ids(),
            at=now(),
        )

    done = _("Accord ajouté à votre enveloppe. Relisez, puis scellez l’enveloppe.")
    run_action(request, act, done)
    return case_redirect(partnership, "rounds", anchor="#suite")


@require_POST
def reply(request: HttpRequest, reference: str, answer_id: int) -> HttpResponse:
    """Save the decision of the broker on one remark: the new revision, the reply and its reason together.

    The page has one form for all remarks: what is typed about the others is displayed again.
    """
    partnership = case_of(request, reference, Right.BROKER)
    target = reply_target(partnership, answer_id)
    form = ReplyForm(
        request.POST,
        prefix=str(answer_id),
        auto_id=f"reply-{answer_id}-%s",
        proposed_text=target.proposed_text,
    )

    def act() -> None:
        current, body = clauses.wording_of(target.current), form.new_body
        rewording = None
        if body is not None:
            wording = replace(current, body=body, plain_words=form.cleaned_data["plain_words"])
            rewording = Rewording(wording, form.cleaned_data["seen_number"] or 0)
        negotiation.reply(
            answer_id=answer_id,
            broker=reader(request),
            outcome=form.outcome,
            text=form.cleaned_data["text"],
            rewording=rewording,
            at=now(),
        )

    is_done = submit_form(form, act)
    header, page = _header_and_page(request, partnership, None)
    others = {
        each.remark.answer_id: _bound(request, each)
        for each in page.remarks
        if each.remark.is_unanswered and each.remark.answer_id != answer_id and _is_typed(request, each)
    }
    if is_done:
        messages.success(request, _("Réponse envoyée. Toutes les parties peuvent la lire."))
        if not others:
            return case_redirect(partnership, "rounds", anchor="#remarques")
    replies = {key: each for key, each in others.items() if key is not None}
    if not is_done:
        replies[answer_id] = form
    context = _context(header, page, ("", ""), Typed(replies=replies))
    return render(request, PAGE, context, status=200 if is_done else 422)


def _bound(request: HttpRequest, row: RemarkOnClause) -> ReplyForm:
    answer_id = row.remark.answer_id
    return ReplyForm(
        request.POST,
        prefix=str(answer_id),
        auto_id=f"reply-{answer_id}-%s",
        proposed_text=row.remark.proposed_text,
    )


def _is_typed(request: HttpRequest, row: RemarkOnClause) -> bool:
    """Say whether something was typed about another remark of the submitted page."""
    prefix = row.remark.answer_id
    typed = {name: request.POST.get(f"{prefix}-{name}", "") for name in ("decision", "text", "body")}
    body = typed["body"].replace("\r\n", "\n").strip()
    return bool(typed["decision"] or typed["text"].strip() or body not in ("", row.clause.body.strip()))


def _running(partnership: Partnership) -> UUID:
    round_ = running_round(partnership)
    if round_ is None:
        raise envelopes.RoundIsOver
    return round_.pk


def _header_and_page(
    request: HttpRequest, partnership: Partnership, focus: str | None
) -> tuple[CaseHeader, RoundsPage]:
    at = now()
    header = case_header(partnership, reader(request), at, tab="rounds")
    page = rounds_page(header, at, focus=focus)
    return header_with_page_link(header, page), page


def _context(
    header: CaseHeader, page: RoundsPage, filters: tuple[str, str], typed: Typed | None = None
) -> dict[str, object]:
    return {
        "header": header,
        "page": page,
        "focus": _focus(header, page, typed),
        "remarks": _remark_list(header, page, filters, typed) if page.may.reply else None,
        PRIVATE: bool(page.own and page.own.positions),
    }


def _focus(header: CaseHeader, page: RoundsPage, typed: Typed | None) -> Focus | None:
    clause = page.focus
    if clause is None:
        return None
    reference = header.partnership.reference
    own = typed.answer if typed else None
    seen_number = own.data.get("seen_number", "") if own else ""
    draft = clause.draft
    is_overwritten = (
        own is not None and draft is not None and draft.is_by_colleague and seen_number != str(draft.number)
    )
    return Focus(
        clause_id=clause.clause_id,
        number=clause.shown.number,
        form=own or (_answer_form(page) if page.may.answer else None),
        action=reverse("partnerships:answer", args=[reference, clause.clause_id]),
        seen_number=draft.number if draft else 0,
        colleague_draft=draft if is_overwritten else None,
    )


def _answer_form(page: RoundsPage) -> AnswerForm | None:
    """Return the form of the focused clause, with the draft or the last answer on the same revision."""
    clause = page.focus
    if clause is None:
        return None
    initial: Mapping[str, Any] = {}
    if clause.draft:
        initial = vars(clause.draft.position)
    elif clause.last and clause.last.revision_id == clause.revision_id:
        words = next((each for each in clause.remarks if each.answer_id == clause.last.answer_id), None)
        initial = {"stance": clause.last.stance}
        if words:
            initial = {**initial, "reason": words.text, "proposed_text": words.proposed_text}
    return AnswerForm(initial=initial, auto_id=f"answer-{clause.clause_id}-%s")


def _remark_list(
    header: CaseHeader, page: RoundsPage, filters: tuple[str, str], typed: Typed | None
) -> RemarkList:
    """Return the remarks of the chosen state and kind; by default those without reply, if there are any."""
    replies = typed.replies if typed else {}
    state, kind = filters
    state = state or (OPEN if page.unreplied else ALL)
    counts = Counter(_state(each) for each in page.remarks)
    chosen = [
        each for each in page.remarks if state in (ALL, _state(each)) or each.remark.answer_id in replies
    ]
    kinds = Counter(each.remark.stance for each in chosen)
    return RemarkList(
        rows=[
            _reply_row(header, page, each, replies)
            for each in chosen
            if kind in ("", each.remark.stance) or each.remark.answer_id in replies
        ],
        state=state,
        kind=kind,
        states=[
            (value, str(label), len(page.remarks) if value == ALL else counts[value])
            for value, label in REMARK_STATES
        ],
        kinds=[
            (value, str(label), len(chosen) if value == "" else kinds[value]) for value, label in REMARK_KINDS
        ],
    )


def _state(row: RemarkOnClause) -> str:
    return OPEN if row.remark.is_unanswered else SETTLED


def _reply_row(
    header: CaseHeader, page: RoundsPage, row: RemarkOnClause, replies: Mapping[int, ReplyForm]
) -> ReplyRow:
    clause, remark = row
    answer_id = remark.answer_id or 0
    form = replies.get(answer_id)
    if form is None and remark.is_unanswered:
        initial = {"body": clause.body, "plain_words": clause.plain_words}
        form = ReplyForm(
            prefix=str(answer_id),
            auto_id=f"reply-{answer_id}-%s",
            proposed_text=remark.proposed_text,
            initial=initial,
        )
    return ReplyRow(
        clause=clause,
        remark=remark,
        form=form,
        action=reverse("partnerships:reply", args=[header.partnership.reference, answer_id]),
        proposal=changes.proposed(clause.shown.body, remark.proposed_text) if remark.proposed_text else (),
    )
