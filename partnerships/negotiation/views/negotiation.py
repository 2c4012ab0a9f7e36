"""The rounds: what each party drafts of each clause, and what the broker makes of what was opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from accounts.form_actions import run_action, submit_form
from accounts.session import reader
from partnerships.case.form_fields import counted
from partnerships.case.header import case_header
from partnerships.case.views import CaseRedirect, case_of, case_redirect
from partnerships.negotiation.actions import answers, criticism, negotiation
from partnerships.negotiation.forms import AgreeForm, AnswerForm, ReplyForm
from partnerships.negotiation.queries.remarks import clause_of_answer
from partnerships.negotiation.queries.rounds_page import pointed, rounds_page, running_round
from partnerships.permissions import Right
from partnerships.rounds.actions import envelopes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from partnerships.case.header import CaseHeader
    from partnerships.models import Partnership
    from partnerships.negotiation.queries.own_answer import Saved
    from partnerships.negotiation.queries.remarks import Remark
    from partnerships.negotiation.queries.rounds_page import RoundsPage

PAGE = "partnerships/negotiation/page.html"


@dataclass(frozen=True, kw_only=True)
class RemarkRow:
    """A remark, with the form of the broker's reply where one is due."""

    remark: Remark
    form: ReplyForm | None
    action: str


@dataclass(frozen=True, kw_only=True)
class Focus:
    """What the one open clause holds beside its text; `other`: what somebody of the party saved meanwhile."""

    number: int
    form: AnswerForm | None
    action: str
    seen_number: int
    remarks: Sequence[RemarkRow]
    other: Saved | None


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What came with the request, so that nothing typed is lost; `id` of the clause or of the answer."""

    id: int
    answer: AnswerForm | None = None
    reply: ReplyForm | None = None


@require_safe
def rounds(request: HttpRequest, reference: str) -> HttpResponse:
    """Show each clause with who stands where on it; `?clause=` opens one of them."""
    partnership = case_of(request, reference, Right.READ)
    header, page = _asked(request, partnership, counted(request.GET.get("clause", "")))
    return _render(request, header, page)


@sensitive_variables()
@require_POST
def answer(request: HttpRequest, reference: str, clause_id: int) -> HttpResponse:
    """Keep what a party says of one clause in its envelope; with script it is kept while it is typed."""
    partnership = case_of(request, reference, Right.ANSWER)
    is_draft = bool(request.htmx)  # type: ignore[attr-defined]
    form = AnswerForm(request.POST, is_draft=is_draft, auto_id=f"answer-{clause_id}-%s")

    def act() -> None:
        answers.keep(
            round_id=_running(partnership),
            speaker=reader(request),
            revision_id=form.cleaned_data["revision"],
            said=form.said(),
            seen_number=form.cleaned_data["seen_number"] or 0,
            at=now(),
        )

    is_taken = submit_form(form, act)
    header, page = _asked(request, partnership, None)
    number = next((each.shown.number for each in page.talks if each.clause_id == clause_id), None)
    if number is None:
        raise Http404
    if is_taken and not is_draft:
        messages.success(request, _("Réponse enregistrée. Personne ne la lit avant l’ouverture."))
        return _next(partnership, page)
    header, page = _asked(request, partnership, number)
    typed = Typed(id=clause_id, answer=form)
    if is_draft:
        told = {"header": header, "page": page, "focus": _focus(header, page, typed), "is_fragment": True}
        return render(request, f"{PAGE}#autosaved", told, status=200 if is_taken else 422)
    return _render(request, header, page, typed)


def _next(partnership: Partnership, page: RoundsPage) -> CaseRedirect:
    """Return the way to the next clause to answer, or to the seal when all are answered."""
    here = f"#clause-{page.left[0].shown.number}" if page.left else "#suite"
    return case_redirect(partnership, "rounds", anchor=here)


@require_POST
def agree(request: HttpRequest, reference: str) -> HttpResponse:
    """Agree, in the envelope of a party, to the clauses that had not changed and were on the page."""
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

    done = _("Accord noté dans votre enveloppe. Relisez, puis scellez-la.")
    run_action(request, act, done)
    return case_redirect(partnership, "rounds", anchor="#suite")


@require_POST
def reply(request: HttpRequest, reference: str, answer_id: int) -> HttpResponse:
    """Take what the broker makes of a remark."""
    partnership = case_of(request, reference, Right.BROKER)
    number = clause_of_answer(partnership, answer_id)
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
        messages.success(request, _("Réponse envoyée. Toutes les parties la lisent."))
        return case_redirect(partnership, "rounds", anchor=f"?clause={number}#clause-{number}")
    header, page = _asked(request, partnership, number)
    return _render(request, header, page, Typed(id=answer_id, reply=form))


def _running(partnership: Partnership) -> UUID:
    asked = running_round(partnership)
    if asked is None:
        raise envelopes.RoundIsOver
    return asked.pk


def _asked(
    request: HttpRequest, partnership: Partnership, focus: int | None
) -> tuple[CaseHeader, RoundsPage]:
    at = now()
    header = case_header(partnership, reader(request), at, tab="rounds")
    page = rounds_page(header, at, focus=focus)
    return pointed(header, page), page


def _render(
    request: HttpRequest, header: CaseHeader, page: RoundsPage, typed: Typed | None = None
) -> HttpResponse:
    told = {
        "header": header,
        "page": page,
        "focus": _focus(header, page, typed),
        "form": typed and (typed.answer or typed.reply),
    }
    return render(request, PAGE, told, status=422 if typed else 200)


def _focus(header: CaseHeader, page: RoundsPage, typed: Typed | None) -> Focus | None:
    talk = page.focus
    if talk is None:
        return None
    reference = header.partnership.reference
    own = typed.answer if typed else None
    seen = own.data.get("seen_number", "") if own else ""
    saved = talk.saved
    is_overtaken = own is not None and saved is not None and saved.by_other and seen != str(saved.number)
    return Focus(
        number=talk.shown.number,
        form=own or (_answer_form(page) if page.may.answer else None),
        action=reverse("partnerships:answer", args=[reference, talk.clause_id]),
        seen_number=saved.number if saved else 0,
        remarks=[_remark(reference, remark, page, typed) for remark in page.remarks],
        other=saved if is_overtaken else None,
    )


def _answer_form(page: RoundsPage) -> AnswerForm | None:
    """Return the form of the open clause, holding what was drafted, or what was said of the same text."""
    talk = page.focus
    if talk is None:
        return None
    given = {}
    if talk.saved:
        given = vars(talk.saved.said)
    elif talk.last and talk.last.revision_id == talk.revision_id:
        words = next((each for each in page.remarks if each.answer_id == talk.last.answer_id), None)
        given = {"stance": talk.last.stance}
        if words:
            given |= {"reason": words.text, "proposed_text": words.proposed_text}
    return AnswerForm(initial=given, auto_id=f"answer-{talk.clause_id}-%s")


def _remark(reference: str, remark: Remark, page: RoundsPage, typed: Typed | None) -> RemarkRow:
    form = typed.reply if typed and typed.reply and typed.id == remark.answer_id else None
    if form is None and page.may.reply and remark.is_unanswered:
        form = ReplyForm(auto_id=f"reply-{remark.answer_id}-%s")
    action = reverse("partnerships:reply", args=[reference, remark.answer_id]) if remark.answer_id else ""
    return RemarkRow(remark=remark, form=form, action=action)
