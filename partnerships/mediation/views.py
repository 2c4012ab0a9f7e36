"""Pages of the mediations of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms.submission import submit_form
from accounts.pages.session import reader
from partnerships.case.header import case_header
from partnerships.case.views import case_of, case_redirect, form_status
from partnerships.mediation import actions, queries
from partnerships.mediation.forms import MediationAnswerForm, MinutesForm, OpenMediationForm
from partnerships.meetings.forms import MinutesAnswerForm
from partnerships.permissions import Right

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse

    from partnerships.case.header import CaseHeader
    from partnerships.mediation.queries import MediationRow
    from partnerships.models import Partnership


@require_safe
def mediations(request: HttpRequest, reference: str) -> HttpResponse:
    """List the mediations of a case, the latest first."""
    partnership = case_of(request, reference, Right.READ)
    header = _header(request, partnership)
    context = {
        "header": header,
        "rows": queries.mediations_of(header),
        "may_open": partnership.state in actions.OPEN_CASES
        and (header.reader.is_broker or header.reader.may_answer),
    }
    return render(request, "partnerships/mediation/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def open_mediation(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the form that opens a mediation; on POST, open it."""
    right = Right.BROKER if reader(request).is_broker else Right.ANSWER
    partnership = case_of(request, reference, right)
    posted = request.POST if request.method == "POST" else None
    initial = {"subject": request.GET.get("point", "")}
    form = OpenMediationForm(posted, quotes=queries.quotable(partnership), initial=initial)
    opened = []

    def act() -> None:
        opened.append(
            actions.open_mediation(
                partnership_id=partnership.pk,
                person=reader(request),
                subject=form.cleaned_data["subject"],
                text=form.cleaned_data["text"],
                at=now(),
            )
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Médiation ouverte. Le passeur répond à toutes les parties."))
        return case_redirect(partnership, "mediation", opened[0].number)
    context = {"header": _header(request, partnership), "form": form}
    return render(request, "partnerships/mediation/open.html", context, status=form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def mediation(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show a mediation; on POST, what the reader's party says of its minutes."""
    right = Right.ANSWER if request.method == "POST" else Right.READ
    partnership = case_of(request, reference, right)
    header = _header(request, partnership)
    row = queries.mediation_row(header, number)
    posted = request.POST if request.method == "POST" else None
    form = MinutesAnswerForm(posted, initial={"seen_number": row.mediation.minutes_number})

    def act() -> None:
        actions.answer_minutes(
            mediation_id=row.mediation.pk,
            speaker=reader(request),
            reply=form.reply(),
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Réponse envoyée aux autres parties et au passeur."))
        return case_redirect(partnership, "mediation", number)
    return _page(request, header, row, form)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show the form of the broker's answer; on POST, send it to all parties."""
    partnership = case_of(request, reference, Right.BROKER)
    header = _header(request, partnership)
    row = queries.mediation_row(header, number)
    form = MediationAnswerForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        actions.answer(
            mediation_id=row.mediation.pk, broker=reader(request), text=form.cleaned_data["text"], at=now()
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Réponse envoyée à toutes les parties."))
        return case_redirect(partnership, "mediation", number)
    return _page(request, header, row, form, name="answer")


@require_http_methods(["GET", "HEAD", "POST"])
def minutes(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show the form of the minutes; on POST, ask all parties to agree to them."""
    partnership = case_of(request, reference, Right.BROKER)
    header = _header(request, partnership)
    row = queries.mediation_row(header, number)
    written = {"minutes": row.mediation.minutes, "outcome": row.mediation.outcome}
    form = MinutesForm(request.POST if request.method == "POST" else None, initial=written)

    def act() -> None:
        actions.write_minutes(
            mediation_id=row.mediation.pk,
            broker=reader(request),
            minutes=form.cleaned_data["minutes"],
            outcome=form.chosen_outcome(),
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Compte rendu envoyé. Chaque partie l’approuve ou le refuse."))
        return case_redirect(partnership, "mediation", number)
    return _page(request, header, row, form, name="minutes")


def _header(request: HttpRequest, partnership: Partnership) -> CaseHeader:
    return case_header(partnership, reader(request), now(), tab="mediations")


def _page(
    request: HttpRequest, header: CaseHeader, row: MediationRow, form: forms.Form, *, name: str = ""
) -> HttpResponse:
    """Return the page of a mediation with the form of that name."""
    context = {"header": header, "row": row, "form": form, "form_name": name}
    return render(request, "partnerships/mediation/page.html", context, status=form_status(form))
