"""Pages of the questionnaires: the running one and the opened ones, sealing, asking, cancelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.submission import run_action, submit_form
from accounts.pages.session import reader
from partnerships.case.form_fields import counted
from partnerships.case.header import case_header
from partnerships.case.views import case_of, case_page, case_redirect, form_status
from partnerships.permissions import Right
from partnerships.questionnaires import actions, queries
from partnerships.questionnaires.forms import AnswersForm, AskForm, CancelQuestionnaireForm
from partnerships.rounds.actions import envelopes

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from partnerships.case.header import CaseHeader
    from partnerships.models import Partnership
    from partnerships.questionnaires.queries import QuestionnairesPage

PAGE = "partnerships/questionnaires/page.html"


@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def questionnaires(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the running questionnaire and those opened; on POST, save the answers of the reader's party.

    With the button "review" the next page is that of the sealing.
    """
    right = Right.ANSWER if request.method == "POST" else Right.READ
    partnership = case_of(request, reference, right)
    header, page = _header_and_page(request, partnership)
    form = _answers_form(request, page)
    if request.method != "POST":
        return _render(request, header, page, form=form)
    if page.running is None or form is None:
        messages.error(request, actions.NoQuestionnaireRuns().message)
    elif not _save(request, page.running.pk, form):
        header, page = _header_and_page(request, partnership)
        return _render(request, header, page, form=_with_latest_number(form, page), status=422)
    elif "review" in request.POST:
        return case_redirect(partnership, "seal_questionnaire")
    else:
        messages.success(request, _("Brouillon enregistré. Seule votre organisation peut le lire."))
    return case_redirect(partnership, "questionnaires")


@sensitive_variables()
def _save(request: HttpRequest, round_id: UUID, form: AnswersForm) -> bool:
    """Save the answers of a valid form as a draft; return whether that was done."""

    def act() -> None:
        envelopes.draft(
            round_id=round_id,
            speaker=reader(request),
            part=queries.PART,
            value=form.answers(),
            seen_number=form.cleaned_data["seen_number"] or 0,
            at=now(),
        )

    return submit_form(form, act)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def seal(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the answers that will be sealed; seal exactly what was shown."""
    partnership = case_of(request, reference, Right.ANSWER)
    if request.method == "POST":
        run_action(
            request,
            lambda: envelopes.seal(
                round_id=queries.running_questionnaire(partnership).pk,
                speaker=reader(request),
                seen_numbers=_seen_numbers(request),
                at=now(),
            ),
            _("Enveloppe scellée. Son empreinte est au journal."),
        )
        return case_redirect(partnership, "questionnaires")
    header, page = _header_and_page(request, partnership)
    if page.own is None or not page.may_write:
        return case_redirect(partnership, "questionnaires")
    return render(request, "partnerships/questionnaires/seal.html", {"header": header, "page": page})


@require_POST
def take_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Unseal the envelope of the reader's party, while nobody of the other side has sealed."""
    partnership = case_of(request, reference, Right.ANSWER)
    run_action(
        request,
        lambda: envelopes.take_back(
            round_id=queries.running_questionnaire(partnership).pk, speaker=reader(request), at=now()
        ),
        _("Enveloppe rouverte. Modifiez-la, puis scellez-la de nouveau."),
    )
    return case_redirect(partnership, "questionnaires")


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the questions that may be put to the parties now; on POST, ask one."""
    partnership = case_of(request, reference, Right.BROKER)
    _header, page = _header_and_page(request, partnership)
    form = AskForm(request.POST if request.method == "POST" else None, questions=page.askable)

    def act() -> None:
        actions.ask(
            partnership_id=partnership.pk,
            question=form.asked_question(),
            broker=reader(request),
            asking=form.round_settings(),
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("La question est envoyée à toutes les parties, au même moment."))
        return case_redirect(partnership, "questionnaires")
    return case_page(
        request,
        partnership,
        "partnerships/questionnaires/ask.html",
        tab="follow_up",
        status=form_status(form),
        form=form,
        page=page,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the form to cancel the running questionnaire; on POST, cancel it with a reason."""
    partnership = case_of(request, reference, Right.BROKER)
    form = CancelQuestionnaireForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        actions.cancel(
            partnership_id=partnership.pk,
            broker=reader(request),
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Questionnaire annulé. Toutes les parties lisent votre raison."))
        return case_redirect(partnership, "questionnaires")
    _header, page = _header_and_page(request, partnership)
    return case_page(
        request,
        partnership,
        "partnerships/questionnaires/cancel.html",
        tab="follow_up",
        status=form_status(form),
        form=form,
        page=page,
    )


def _header_and_page(request: HttpRequest, partnership: Partnership) -> tuple[CaseHeader, QuestionnairesPage]:
    at = now()
    header = case_header(partnership, reader(request), at, tab="questionnaires")
    return header, queries.questionnaires_page(header, at)


@sensitive_variables()
def _answers_form(request: HttpRequest, page: QuestionnairesPage) -> AnswersForm | None:
    """Return the form of the reader's party, also to show again what was posted too late."""
    own = page.own
    if page.running is None or own is None or not (page.may_write or request.method == "POST"):
        return None
    return AnswersForm(
        request.POST if request.method == "POST" else None,
        question=page.running.question,
        items=page.items,
        answers=own.answers,
        initial={"seen_number": own.number},
    )


def _with_latest_number(form: AnswersForm, page: QuestionnairesPage) -> AnswersForm:
    """Return the form so that sending it again replaces what a colleague saved meanwhile."""
    if page.own is not None:
        form.data = {**form.data, "seen_number": str(page.own.number)}
    return form


def _seen_numbers(request: HttpRequest) -> dict[str, int]:
    number = counted(request.POST.get("seen", ""))
    return {queries.PART: -1 if number is None else number} if number != 0 else {}


@sensitive_variables()
def _render(
    request: HttpRequest,
    header: CaseHeader,
    page: QuestionnairesPage,
    *,
    form: AnswersForm | None,
    status: int = 200,
) -> HttpResponse:
    return render(request, PAGE, {"header": header, "page": page, "form": form}, status=status)
