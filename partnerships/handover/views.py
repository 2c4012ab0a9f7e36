"""Pages of the hand-over of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.submission import run_action, submit_form
from accounts.pages.session import reader
from partnerships.case.header import case_header
from partnerships.case.views import case_of, case_redirect, form_status
from partnerships.handover import actions, queries
from partnerships.handover.forms import AcceptHandoverForm, AskHandoverForm, DeclineHandoverForm
from partnerships.permissions import Right

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse

    from partnerships.case.header import CaseHeader
    from partnerships.handover.queries import HandoverPage
    from partnerships.models import CaseHandover, Partnership


@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the hand-overs of a case; on POST, ask another broker to take it over."""
    right = Right.BROKER if request.method == "POST" else Right.READ
    partnership = case_of(request, reference, right)
    header, page = _read(request, partnership)
    form = AskHandoverForm(request.POST if request.method == "POST" else None, brokers=page.others)

    def act() -> None:
        actions.ask(
            partnership_id=partnership.pk,
            broker=reader(request),
            to_broker_id=UUID(form.cleaned_data["to_broker"]),
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Demande envoyée. Le dossier ne change pas de passeur avant la réponse."))
        return case_redirect(partnership, "handover")
    return _page(request, header, page, form, name="ask" if page.others or form.errors else "")


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what the new broker declares; on POST, take the case over."""
    partnership = case_of(request, reference, Right.BROKER)
    header, page = _read(request, partnership)
    asked = _asked(page)
    form = AcceptHandoverForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        actions.accept(
            handover_id=asked.pk, broker=reader(request), interests=form.cleaned_data["interests"], at=now()
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Vous suivez ce dossier. Toutes les parties sont prévenues."))
        return case_redirect(partnership, "handover")
    return _page(request, header, page, form, name="accept")


@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the form of a refusal to take over; on POST, decline."""
    partnership = case_of(request, reference, Right.BROKER)
    header, page = _read(request, partnership)
    asked = _asked(page)
    form = DeclineHandoverForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        actions.decline(
            handover_id=asked.pk, broker=reader(request), reason=form.cleaned_data["reason"], at=now()
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Réponse envoyée au passeur du dossier."))
        return case_redirect(partnership, "handover")
    return _page(request, header, page, form, name="decline")


@require_POST
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Withdraw a request that has no answer yet."""
    partnership = case_of(request, reference, Right.BROKER)
    _header, page = _read(request, partnership)
    asked = _asked(page)

    def act() -> None:
        actions.withdraw(handover_id=asked.pk, broker=reader(request), at=now())

    run_action(request, act, _("Demande retirée."))
    return case_redirect(partnership, "handover")


def _read(request: HttpRequest, partnership: Partnership) -> tuple[CaseHeader, HandoverPage]:
    header = case_header(partnership, reader(request), now(), tab="handover")
    return header, queries.handover_page(header)


def _asked(page: HandoverPage) -> CaseHandover:
    """Return the request that waits for an answer. Raises Http404."""
    if page.asked is None:
        raise Http404
    return page.asked


def _page(
    request: HttpRequest, header: CaseHeader, page: HandoverPage, form: forms.Form, *, name: str
) -> HttpResponse:
    """Return the page of the hand-overs with the form of that name, "" for none."""
    context = {"header": header, "page": page, "form": form, "form_name": name}
    return render(request, "partnerships/handover/page.html", context, status=form_status(form))
