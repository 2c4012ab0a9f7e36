"""Pages of the voice of patients: the forms of a case, their poster, and the public form."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms.submission import run_action, submit_form
from accounts.organisations.views import file_response
from accounts.pages.session import reader
from accounts.refusals import Refusal
from partnerships.case.header import case_header
from partnerships.case.views import CaseRedirect, case_of, case_page, case_redirect, form_status
from partnerships.charter.pdf.pictures import qr
from partnerships.patient_surveys import actions, queries
from partnerships.patient_surveys.forms import OpenSurveyForm, PatientAnswerForm
from partnerships.patient_surveys.poster import poster
from partnerships.permissions import Right
from partnerships.text_files.pdf import printed_pdf

if TYPE_CHECKING:
    from django.http import HttpRequest

    from partnerships.patient_surveys.queries import SurveyCounts

PUBLIC_PAGE = "partnerships/patient_surveys/public.html"


@require_safe
def surveys(request: HttpRequest, reference: str) -> HttpResponse:
    """List the forms for patients of a case, with their links and their counts."""
    partnership = case_of(request, reference, Right.READ)
    header = case_header(partnership, reader(request), now(), tab="surveys")
    rows = queries.surveys_of(partnership)
    context = {
        "header": header,
        "rows": [(row, _address(row)) for row in rows],
        "may_open": queries.may_open(header),
    }
    return render(request, "partnerships/patient_surveys/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def open_survey(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the form that opens a questionnaire for patients; on POST, open it."""
    right = Right.BROKER if reader(request).is_broker else Right.ANSWER
    partnership = case_of(request, reference, right)
    posted = request.POST if request.method == "POST" else None
    initial = {"milestone": request.GET.get("jalon", "")}
    form = OpenSurveyForm(posted, subjects=queries.subjects_of(partnership), initial=initial)

    def act() -> None:
        actions.open_survey(
            partnership_id=partnership.pk,
            person=reader(request),
            subject=form.cleaned_data["subject"],
            language=form.chosen_language(),
            milestone_id=form.milestone_id(),
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Questionnaire ouvert. Donnez son adresse ou son affiche aux patients."))
        return case_redirect(partnership, "surveys")
    return case_page(
        request,
        partnership,
        "partnerships/patient_surveys/open.html",
        tab="surveys",
        status=form_status(form),
        form=form,
    )


@require_POST
def close_survey(request: HttpRequest, reference: str, survey_id: int) -> HttpResponse:
    right = Right.BROKER if reader(request).is_broker else Right.ANSWER
    partnership = case_of(request, reference, right)
    row = queries.survey_row(partnership, survey_id)
    run_action(
        request,
        lambda: actions.close_survey(survey_id=row.survey.pk, person=reader(request), at=now()),
        _("Questionnaire fermé. Ce qui a été compté reste."),
    )
    return case_redirect(partnership, "surveys")


@require_safe
def survey_poster(request: HttpRequest, reference: str, survey_id: int) -> HttpResponse:
    """Return the poster of a form as a PDF, in the language of the form; a refusal leads to the list."""
    partnership = case_of(request, reference, Right.READ)
    row = queries.survey_row(partnership, survey_id)
    header = case_header(partnership, reader(request), now(), tab="surveys")
    names = [party.organisation.name for party in header.parties]
    try:
        content = printed_pdf(poster(row.survey, address=_address(row), names=names))
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return case_redirect(partnership, "surveys")
    return file_response(_("affiche-%(number)s.pdf") % {"number": survey_id}, "application/pdf", content)


@require_safe
def qr_code(request: HttpRequest, reference: str, survey_id: int) -> HttpResponse:
    """Return the public address of a form as a QR code."""
    partnership = case_of(request, reference, Right.READ)
    row = queries.survey_row(partnership, survey_id)
    return HttpResponse(qr(_address(row)), content_type="image/svg+xml")


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def public_form(request: HttpRequest, token: str) -> HttpResponse:
    """Show the three questions; on POST, count the answers.

    It sets no cookie and stores nothing of its reader, so it has no token against forged requests either:
    whoever forges one adds an anonymous answer, as anybody may, within the same limits.
    """
    survey = queries.public_survey(token)
    with override(survey.language):
        if not queries.is_answerable(survey):
            return render(request, PUBLIC_PAGE, {"survey": survey, "state": "closed"}, status=HTTPStatus.GONE)
        if request.method == "POST" and not _is_within_limits(request, token):
            context = {"survey": survey, "state": "busy", "form": PatientAnswerForm(request.POST)}
            return render(request, PUBLIC_PAGE, context, status=HTTPStatus.TOO_MANY_REQUESTS)
        form = PatientAnswerForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and submit_form(
            form, lambda: actions.count_answer(token=token, choices=form.cleaned_data)
        ):
            return CaseRedirect(reverse("patient_survey_thanks", args=[token]))
        context = {"survey": survey, "state": "open", "form": form}
        return render(request, PUBLIC_PAGE, context, status=form_status(form))


@login_not_required
@require_safe
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """Thank whoever answered."""
    survey = queries.public_survey(token)
    with override(survey.language):
        return render(request, PUBLIC_PAGE, {"survey": survey, "state": "thanks"})


def _address(row: SurveyCounts) -> str:
    return f"{settings.PUBLIC_URL}{reverse('patient_survey', args=[row.survey.token])}"


def _is_within_limits(request: HttpRequest, token: str) -> bool:
    """Count an attempt from its address, and in all for this form; the address is in no table and no log."""
    return bool(
        ratelimit.consume(request, action="patient_answer")
        and ratelimit.consume(request, action="patient_answer_all", key=token)
    )
