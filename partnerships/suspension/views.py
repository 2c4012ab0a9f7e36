"""Pages of the suspensions of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms.submission import run_action, submit_form
from accounts.pages.session import reader
from partnerships.case.header import case_header
from partnerships.case.views import case_of, case_redirect, form_status
from partnerships.permissions import Right
from partnerships.suspension import actions, queries
from partnerships.suspension.forms import AskSuspensionForm, ProlongSuspensionForm, SuspensionAnswerForm

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse

    from partnerships.case.header import CaseHeader
    from partnerships.models import Partnership


@require_safe
def suspensions(request: HttpRequest, reference: str) -> HttpResponse:
    """List the suspensions of a case, the latest first; one that is asked or runs in full."""
    partnership = case_of(request, reference, Right.READ)
    header = _header(request, partnership)
    rows = queries.suspensions_of(header, now())
    context = {"header": header, "rows": rows, "may_ask": queries.may_ask(header, rows)}
    return render(request, "partnerships/suspension/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the form that asks for a suspension; on POST, ask for it."""
    right = Right.BROKER if reader(request).is_broker else Right.ANSWER
    partnership = case_of(request, reference, right)
    form = AskSuspensionForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        actions.ask(
            partnership_id=partnership.pk,
            person=reader(request),
            ground=form.chosen_ground(),
            text=form.cleaned_data["text"],
            until=form.cleaned_data["until"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        if reader(request).is_broker:
            messages.success(request, _("Proposition envoyée à toutes les parties. Chacune y répond."))
        else:
            messages.success(
                request, _("Demande envoyée au passeur et aux autres parties. Le passeur décide.")
            )
        return case_redirect(partnership, "suspensions")
    context = {"header": _header(request, partnership), "form": form}
    return render(request, "partnerships/suspension/ask.html", context, status=form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def suspension(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show a suspension; on POST, what the reader's party says of a proposal."""
    right = Right.ANSWER if request.method == "POST" else Right.READ
    partnership = case_of(request, reference, right)
    row = queries.suspension_row(_header(request, partnership), number, now())
    form = SuspensionAnswerForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        actions.answer(
            suspension_id=row.suspension.pk,
            speaker=reader(request),
            is_agreed=form.is_yes,
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Réponse envoyée aux autres parties et au passeur."))
        return case_redirect(partnership, "suspensions")
    return _page(request, partnership, number, form)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show the form of the broker's decision; on POST, decide."""
    partnership = case_of(request, reference, Right.BROKER)
    row = queries.suspension_row(_header(request, partnership), number, now())
    form = SuspensionAnswerForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        actions.decide(
            suspension_id=row.suspension.pk,
            broker=reader(request),
            is_granted=form.is_yes,
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Décision envoyée à toutes les parties."))
        return case_redirect(partnership, "suspensions")
    return _page(request, partnership, number, form, name="decide")


@require_http_methods(["GET", "HEAD", "POST"])
def prolong(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show the form of a later planned end; on POST, plan it."""
    partnership = case_of(request, reference, Right.BROKER)
    row = queries.suspension_row(_header(request, partnership), number, now())
    form = ProlongSuspensionForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        actions.prolong(
            suspension_id=row.suspension.pk,
            broker=reader(request),
            until=form.cleaned_data["until"],
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Nouvelle fin prévue envoyée à toutes les parties."))
        return case_redirect(partnership, "suspensions")
    return _page(request, partnership, number, form, name="prolong")


@require_POST
def withdraw(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Withdraw a request that has no answer yet."""
    right = Right.BROKER if reader(request).is_broker else Right.ANSWER
    partnership = case_of(request, reference, right)
    row = queries.suspension_row(_header(request, partnership), number, now())

    def act() -> None:
        actions.withdraw(suspension_id=row.suspension.pk, person=reader(request), at=now())

    run_action(request, act, _("Demande retirée. Toutes les parties le lisent."))
    return case_redirect(partnership, "suspensions")


@require_POST
def say_ready(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Say for the reader's party that the case can go on."""
    partnership = case_of(request, reference, Right.ANSWER)
    row = queries.suspension_row(_header(request, partnership), number, now())

    def act() -> None:
        actions.say_ready(suspension_id=row.suspension.pk, speaker=reader(request), at=now())

    run_action(request, act, _("Réponse envoyée aux autres parties et au passeur."))
    return case_redirect(partnership, "suspensions")


@require_POST
def resume(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """End a suspension whose planned end has passed."""
    partnership = case_of(request, reference, Right.BROKER)
    row = queries.suspension_row(_header(request, partnership), number, now())

    def act() -> None:
        actions.resume(suspension_id=row.suspension.pk, broker=reader(request), at=now())

    done = _("La suspension est finie. Les échéances ouvertes ont reculé d’autant pour toutes les parties.")
    run_action(request, act, done)
    return case_redirect(partnership, "suspensions")


def _header(request: HttpRequest, partnership: Partnership) -> CaseHeader:
    return case_header(partnership, reader(request), now(), tab="suspensions")


def _page(
    request: HttpRequest, partnership: Partnership, number: int, form: forms.Form, *, name: str = ""
) -> HttpResponse:
    """Return the page of a suspension, as it now is, with the form of that name."""
    header = _header(request, partnership)
    row = queries.suspension_row(header, number, now())
    # One form a page, so that no button loses what stands beside another.
    is_form_shown = bool(name) or row.may_answer or bool(form.errors)
    context = {
        "header": header,
        "row": row,
        "form": form,
        "form_name": name,
        "is_form_shown": is_form_shown,
    }
    return render(request, "partnerships/suspension/page.html", context, status=form_status(form))
