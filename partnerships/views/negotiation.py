"""The rounds: what each party says of each clause, and what the broker makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.views.session import reader
from partnerships.actions import negotiation
from partnerships.forms.negotiation import AgreeForm, AnswerForm, ReplyForm
from partnerships.permissions import Right, partnership_for
from partnerships.queries.case import case_header
from partnerships.queries.negotiation import RoundsPage, pointed, rounds_page
from partnerships.views.page import press, see, took

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from partnerships.models import Partnership
    from partnerships.queries.case import CaseHeader
    from partnerships.queries.talks import ClauseTalk, Remark

PAGE = "partnerships/negotiation/page.html"


@dataclass(frozen=True, kw_only=True)
class RemarkRow:
    """A remark, with the form of the broker's reply where one is due."""

    remark: Remark
    form: ReplyForm | None
    action: str


@dataclass(frozen=True, kw_only=True)
class ClauseRow:
    """A clause with its forms; `form`: the reader has not answered, has asked for it or must correct it.

    `change`: where to ask for the form of an answer that was given; `blank`: nothing is in the form yet.
    """

    talk: ClauseTalk
    form: AnswerForm | None
    blank: BlankAnswer | None
    action: str
    change: str
    remarks: Sequence[RemarkRow]
    is_history_open: bool
    is_saved: bool
    has_errors: bool


class BlankAnswer(NamedTuple):
    """The form of a clause that nobody filled in yet, which is the same for all who may answer."""

    clause_id: int
    number: int

    @property
    def form(self) -> AnswerForm:
        return AnswerForm(auto_id=f"answer-{self.clause_id}-%s")


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What came with the request, so that nothing typed is lost; `id` of the clause or of the answer."""

    id: int
    answer: AnswerForm | None = None
    reply: ReplyForm | None = None


@require_safe
def rounds(request: HttpRequest, reference: str) -> HttpResponse:
    """Show each clause with who stands where on it; `?clause=` opens the form of an answer once more."""
    partnership = partnership_for(reader(request), reference, Right.READ)
    header, page = _asked(request, partnership)
    return _render(request, header, page, opened=request.GET.get("clause", ""))


@require_POST
def answer(request: HttpRequest, reference: str, clause_id: int) -> HttpResponse:
    """Take what a party says of one clause; with script only that clause comes back."""
    partnership = partnership_for(reader(request), reference, Right.ANSWER)
    form = AnswerForm(request.POST, auto_id=f"answer-{clause_id}-%s")

    def act() -> None:
        negotiation.answer(partnership_id=partnership.pk, speaker=reader(request), said=form.said(), at=now())

    is_taken = took(form, act)
    header, page = _asked(request, partnership)
    talk = next((each for each in page.talks if each.clause_id == clause_id), None)
    if talk is None:
        raise Http404
    if is_taken:
        return _answered(request, header, page, talk)
    typed = Typed(id=clause_id, answer=form)
    if request.htmx:  # type: ignore[attr-defined]
        row = _row(header, page, talk, typed)
        return render(request, f"{PAGE}#clause", {"header": header, "page": page, "row": row}, status=422)
    return _render(request, header, page, typed)


def _answered(request: HttpRequest, header: CaseHeader, page: RoundsPage, talk: ClauseTalk) -> HttpResponse:
    here = see(header.partnership, "rounds", anchor=f"#clause-{talk.shown.number}")
    if not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, _("Réponse enregistrée."))
        return here
    if page.running is None:
        # The last agreement moved the whole text on: nothing of the page shown still holds.
        messages.success(request, _("Réponse enregistrée. Toutes les clauses ont l’accord de tous."))
        return HttpResponseClientRedirect(reverse("partnerships:rounds", args=[header.partnership.reference]))
    row = _row(header, page, talk, None, is_saved=True)
    told = {"header": header, "page": page, "row": row, "is_fragment": True}
    return render(request, f"{PAGE}#answered", told)


@require_POST
def agree(request: HttpRequest, reference: str) -> HttpResponse:
    """Agree, for a party, to the clauses that it had not answered and that were on the page."""
    partnership = partnership_for(reader(request), reference, Right.ANSWER)
    form = AgreeForm(request.POST)

    def act() -> None:
        if not form.is_valid():
            raise negotiation.TextHasMoved
        negotiation.answer(partnership_id=partnership.pk, speaker=reader(request), said=form.said(), at=now())

    return press(request, act, _("Accord enregistré."), see(partnership, "rounds"))


@require_POST
def ask_again(request: HttpRequest, reference: str) -> HttpResponse:
    """Put the text to all parties again, with a new deadline for all."""
    partnership = partnership_for(reader(request), reference, Right.BROKER)
    return press(
        request,
        lambda: negotiation.ask_again(partnership_id=partnership.pk, broker=reader(request), at=now()),
        _("Un nouveau tour est ouvert\u00a0: chaque partie a sept jours pour répondre."),
        see(partnership, "rounds"),
    )


@require_POST
def reply(request: HttpRequest, reference: str, answer_id: int) -> HttpResponse:
    """Take what the broker makes of a remark."""
    partnership = partnership_for(reader(request), reference, Right.BROKER)
    header, page = _asked(request, partnership)
    talk = next((each for each in page.talks if answer_id in each.asked_by_answer), None)
    if talk is None:
        raise Http404
    form = ReplyForm(request.POST, auto_id=f"reply-{answer_id}-%s")

    def act() -> None:
        negotiation.reply(
            answer_id=answer_id,
            broker=reader(request),
            outcome=form.cleaned_data["outcome"],
            text=form.cleaned_data["text"],
            at=now(),
        )

    if took(form, act):
        messages.success(request, _("Réponse envoyée. Toutes les parties la lisent."))
        return see(partnership, "rounds", anchor=f"#clause-{talk.shown.number}")
    return _render(request, header, page, Typed(id=answer_id, reply=form))


def _asked(request: HttpRequest, partnership: Partnership) -> tuple[CaseHeader, RoundsPage]:
    at = now()
    header = case_header(partnership, reader(request), at, tab="rounds")
    page = rounds_page(header, at)
    return pointed(header, page), page


def _render(
    request: HttpRequest,
    header: CaseHeader,
    page: RoundsPage,
    typed: Typed | None = None,
    *,
    opened: str = "",
) -> HttpResponse:
    rows = [_row(header, page, talk, typed, is_opened=opened == str(talk.clause_id)) for talk in page.talks]
    told = {"header": header, "page": page, "rows": rows, "form": typed and (typed.answer or typed.reply)}
    return render(request, PAGE, told, status=422 if typed else 200)


def _row(
    header: CaseHeader,
    page: RoundsPage,
    talk: ClauseTalk,
    typed: Typed | None,
    *,
    is_saved: bool = False,
    is_opened: bool = False,
) -> ClauseRow:
    reference = header.partnership.reference
    remarks = [_remark(reference, remark, page, typed) for remark in talk.remarks]
    own = typed.answer if typed and typed.id == talk.clause_id else None
    is_blank = talk.is_open_to_reader and talk.own_answer is None and own is None
    may_change = talk.is_open_to_reader and talk.own_answer is not None and own is None
    return ClauseRow(
        talk=talk,
        form=own or (_answer_form(talk) if may_change and is_opened else None),
        blank=BlankAnswer(talk.clause_id, talk.shown.number) if is_blank else None,
        action=reverse("partnerships:answer", args=[reference, talk.clause_id]),
        change=f"?clause={talk.clause_id}#clause-{talk.shown.number}" if may_change else "",
        remarks=remarks,
        is_history_open=any(each.form is not None for each in remarks),
        is_saved=is_saved,
        has_errors=own is not None or any(each.form is not None and each.form.is_bound for each in remarks),
    )


def _answer_form(talk: ClauseTalk) -> AnswerForm:
    own = talk.own_answer
    given = {"stance": own.stance, "reason": own.reason, "proposed_text": own.proposed_text} if own else {}
    return AnswerForm(initial=given, auto_id=f"answer-{talk.clause_id}-%s")


def _remark(reference: str, remark: Remark, page: RoundsPage, typed: Typed | None) -> RemarkRow:
    form = typed.reply if typed and typed.reply and typed.id == remark.answer_id else None
    if form is None and page.may_reply and remark.is_unanswered:
        form = ReplyForm(auto_id=f"reply-{remark.answer_id}-%s")
    action = reverse("partnerships:reply", args=[reference, remark.answer_id]) if remark.answer_id else ""
    return RemarkRow(remark=remark, form=form, action=action)
