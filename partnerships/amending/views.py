"""Pages of an amendment: what it changes, its description, its end, the confirmation of a correction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms.submission import run_action, submit_form
from accounts.pages.session import reader
from partnerships.amending import actions, queries
from partnerships.amending.forms import AmendmentForm, ConfirmForm, ContestForm, GiveUpForm
from partnerships.case.header import case_header
from partnerships.case.views import case_of, case_page, case_redirect, form_status
from partnerships.drafting.actions import amendments
from partnerships.permissions import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

page_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def amendment(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what the last amendment changes; a case without any leads to its text."""
    partnership, at = case_of(request, reference, Right.READ), now()
    header = case_header(partnership, reader(request), at, tab="roadmap")
    page = queries.amendment_page(header, at)
    if page is None:
        return redirect("partnerships:roadmap", reference)
    return render(request, "partnerships/amending/page.html", {"header": header, "page": page})


@page_methods
def describe_amendment(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the form of what an amendment is about; on POST, save it."""
    partnership = case_of(request, reference, Right.BROKER)
    described = queries.described(case_header(partnership, reader(request), now()))
    initial = described._asdict() if described else {}
    form = AmendmentForm(request.POST if request.method == "POST" else None, initial=initial)

    def act() -> None:
        amendments.describe_amendment(
            partnership_id=partnership.pk, broker=reader(request), description=form.description(), at=now()
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("L’avenant est décrit. Les parties le liront ainsi."))
        return case_redirect(partnership, "amendment")
    template = "partnerships/amending/describe.html"
    return case_page(request, partnership, template, tab="roadmap", status=form_status(form), form=form)


@page_methods
def give_up_amendment(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the form for the reason; on POST, give the amendment up."""
    partnership = case_of(request, reference, Right.BROKER)
    form = GiveUpForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        reason = form.cleaned_data["reason"]
        actions.give_up(partnership_id=partnership.pk, broker=reader(request), reason=reason, at=now())

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("L’avenant est abandonné. Toutes les parties en reçoivent la raison."))
        return case_redirect(partnership, "roadmap")
    template = "partnerships/amending/give_up.html"
    return case_page(request, partnership, template, tab="roadmap", status=form_status(form), form=form)


@require_POST
def send_correction(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask every party to confirm a clerical correction."""
    partnership = case_of(request, reference, Right.BROKER)
    run_action(
        request,
        lambda: actions.send_correction(partnership_id=partnership.pk, broker=reader(request), at=now()),
        _("La correction est envoyée à toutes les parties. Chaque partie la confirme."),
    )
    return case_redirect(partnership, "amendment")


@require_POST
def confirm_correction(request: HttpRequest, reference: str) -> HttpResponse:
    """Confirm for a party the correction that the page showed."""
    partnership = case_of(request, reference, Right.ANSWER)
    form = ConfirmForm(request.POST)

    def act() -> None:
        if not form.is_valid():
            raise actions.CorrectionHasMoved
        actions.confirm_correction(
            partnership_id=partnership.pk,
            speaker=reader(request),
            fingerprint=form.cleaned_data["fingerprint"],
            at=now(),
        )

    run_action(request, act, _("Confirmé pour votre organisation. La signature suivra."))
    return case_redirect(partnership, "amendment")


@page_methods
def contest_correction(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the form for the reason; on POST, say for a party that the correction is none."""
    partnership = case_of(request, reference, Right.ANSWER)
    form = ContestForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        reason = form.cleaned_data["reason"]
        actions.contest_correction(
            partnership_id=partnership.pk, speaker=reader(request), reason=reason, at=now()
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(
            request, _("Votre réponse est envoyée à toutes les parties. L’avenant passera par un tour.")
        )
        return case_redirect(partnership, "amendment")
    template = "partnerships/amending/contest.html"
    return case_page(request, partnership, template, tab="roadmap", status=form_status(form), form=form)
