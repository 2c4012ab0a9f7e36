"""Views of the page of the rounds: positions of a party on clauses, replies of the broker."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from accounts.forms.submission import run_action, submit_form
from accounts.pages.cache import PRIVATE, cached_page
from accounts.pages.session import reader
from partnerships.case.header import case_header
from partnerships.case.views import CaseRedirect, case_of, case_redirect, case_version
from partnerships.negotiation.actions import answers, criticism, negotiation
from partnerships.negotiation.forms import AgreeForm, AnswerForm, ReplyForm
from partnerships.negotiation.queries.positions import clause_number_of_answer
from partnerships.negotiation.queries.rounds_page import header_with_page_link, rounds_page, running_round
from partnerships.permissions import Right
from partnerships.rounds.actions import envelopes
from partnerships.rounds.queries import has_own_draft

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from partnerships.case.header import CaseHeader
    from partnerships.models import Partnership
    from partnerships.negotiation.queries.positions import DraftPosition, Remark
    from partnerships.negotiation.queries.rounds_page import RoundsPage

PAGE = "partnerships/negotiation/page.html"


@dataclass(frozen=True, kw_only=True)
class RemarkRow:
    """A remark, with the form of the broker's reply where one is due."""

    remark: Remark
    form: ReplyForm | None
    action: str


# Also a position in the text, which earlier links contain.
CLAUSE_NUMBER: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3})?")


@dataclass(frozen=True, kw_only=True)
class Focus:
    """The forms and the remarks of the focused clause.

    `colleague_draft`: what another member of the party saved after the form was displayed.
    """

    clause_id: int
    number: str
    form: AnswerForm | None
    action: str
    seen_number: int
    remarks: Sequence[RemarkRow]
    colleague_draft: DraftPosition | None


@dataclass(frozen=True, kw_only=True)
class Typed:
    """The submitted form, to display it again; `id`: of its clause or of its answer."""

    id: int
    answer: AnswerForm | None = None
    reply: ReplyForm | None = None


@require_safe
def rounds(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the clauses with the positions of the parties; `?clause=` is the focused one."""
    partnership, at = case_of(request, reference, Right.READ), now()
    number = request.GET.get("clause", "")
    focus = number if CLAUSE_NUMBER.fullmatch(number) else None
    if has_own_draft(partnership, reader(request)):
        # What a party drafts stays out of the cache.
        header, page = _header_and_page(request, partnership, focus)
        return _render(request, header, page)

    def context() -> dict[str, object]:
        return _context(*_header_and_page(request, partnership, focus))

    return cached_page(request, (*case_version(request, partnership, at), focus), PAGE, context)


@sensitive_variables()
@require_POST
def answer(request: HttpRequest, reference: str, clause_id: int) -> HttpResponse:
    """Save the position of a party on a clause in its envelope; htmx saves drafts while typing."""
    partnership = case_of(request, reference, Right.ANSWER)
    is_draft = bool(request.htmx)  # type: ignore[attr-defined]
    form = AnswerForm(request.POST, is_draft=is_draft, auto_id=f"answer-{clause_id}-%s")

    def act() -> None:
        answers.save_position(
            round_id=_running(partnership),
            speaker=reader(request),
            revision_id=form.cleaned_data["revision"],
            position=form.position(),
            seen_number=form.cleaned_data["seen_number"] or 0,
            at=now(),
        )

    is_saved = submit_form(form, act)
    header, page = _header_and_page(request, partnership, None)
    number = next((each.shown.number for each in page.clauses if each.clause_id == clause_id), None)
    if number is None:
        raise Http404
    if is_saved and not is_draft:
        messages.success(
            request, _("Réponse enregistrée. Seule votre organisation la lit avant l’ouverture.")
        )
        return _next(partnership, page)
    header, page = _header_and_page(request, partnership, number)
    typed = Typed(id=clause_id, answer=form)
    if is_draft:
        context = {"header": header, "page": page, "focus": _focus(header, page, typed), "is_fragment": True}
        return render(request, f"{PAGE}#autosaved", context, status=200 if is_saved else 422)
    return _render(request, header, page, typed)


def _next(partnership: Partnership, page: RoundsPage) -> CaseRedirect:
    """Redirect to the next clause to answer, or to the seal when all are answered."""
    anchor = f"#clause-{page.unanswered[0].shown.number}" if page.unanswered else "#suite"
    return case_redirect(partnership, "rounds", anchor=anchor)


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
    """Save the reply of the broker to a remark."""
    partnership = case_of(request, reference, Right.BROKER)
    number = clause_number_of_answer(partnership, answer_id)
    form = ReplyForm(request.POST, auto_id=f"reply-{answer_id}-%s")

    def act() -> None:
        negotiation.reply(
            answer_id=answer_id,
            broker=reader(request),
            outcome=form.cleaned_data["outcome"],
            text=form.cleaned_data["text"],
            at=now(),
        )

    if submit_form(form, act):
        messages.success(request, _("Réponse envoyée. Toutes les parties peuvent la lire."))
        return case_redirect(partnership, "rounds", anchor=f"?clause={number}#clause-{number}")
    header, page = _header_and_page(request, partnership, number)
    return _render(request, header, page, Typed(id=answer_id, reply=form))


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


def _render(
    request: HttpRequest, header: CaseHeader, page: RoundsPage, typed: Typed | None = None
) -> HttpResponse:
    return render(request, PAGE, _context(header, page, typed), status=422 if typed else 200)


def _context(header: CaseHeader, page: RoundsPage, typed: Typed | None = None) -> dict[str, object]:
    return {
        "header": header,
        "page": page,
        "focus": _focus(header, page, typed),
        PRIVATE: bool(page.own and page.own.positions),
        "form": typed and (typed.answer or typed.reply),
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
        remarks=[_remark(reference, remark, page, typed) for remark in page.remarks],
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
        words = next((each for each in page.remarks if each.answer_id == clause.last.answer_id), None)
        initial = {"stance": clause.last.stance}
        if words:
            initial = {**initial, "reason": words.text, "proposed_text": words.proposed_text}
    return AnswerForm(initial=initial, auto_id=f"answer-{clause.clause_id}-%s")


def _remark(reference: str, remark: Remark, page: RoundsPage, typed: Typed | None) -> RemarkRow:
    form = typed.reply if typed and typed.reply and typed.id == remark.answer_id else None
    if form is None and page.may.reply and remark.is_unanswered:
        form = ReplyForm(auto_id=f"reply-{remark.answer_id}-%s")
    action = reverse("partnerships:reply", args=[reference, remark.answer_id]) if remark.answer_id else ""
    return RemarkRow(remark=remark, form=form, action=action)
