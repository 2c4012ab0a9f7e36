"""Pages of the end of a case: review, part of each party, accounts, early exit, closing, report, renewal."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms.submission import run_action, submit_form
from accounts.pages.session import reader
from partnerships.case.header import case_header
from partnerships.case.views import case_of, case_redirect, form_status
from partnerships.closing.actions import early_exit as exits
from partnerships.closing.actions import renewal, review
from partnerships.closing.forms import (
    AccountsAnswerForm,
    AskExitForm,
    CloseForm,
    ClosingPartForm,
    ExitAnswerForm,
    ExitTermsForm,
    RenewForm,
)
from partnerships.closing.notices import report_name
from partnerships.closing.queries import page as queries
from partnerships.closing.queries.checklist import NOTICE
from partnerships.following.queries import follow_up
from partnerships.permissions import Right

if TYPE_CHECKING:
    from django.http import HttpRequest

    from partnerships.case.header import CaseHeader
    from partnerships.models import Partnership


@require_http_methods(["GET", "HEAD", "POST"])
def closing(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the checklist and what was done; on POST, close the case."""
    right = Right.BROKER if request.method == "POST" else Right.READ
    partnership = case_of(request, reference, right)
    header = _header(request, partnership)
    page = queries.closing_page(header, now())
    posted = request.POST if request.method == "POST" else None
    form = CloseForm(posted, is_complete=not page.missing)

    def act() -> None:
        review.close(partnership_id=partnership.pk, broker=reader(request), words=form.words(), at=now())

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Le dossier est clos. Toutes les parties reçoivent le rapport en PDF."))
        return case_redirect(partnership, "closing")
    context = {
        "header": header,
        "page": page,
        "form": form,
        "follow_up": follow_up.follow_up(partnership, now()),
    }
    return render(request, "partnerships/closing/page.html", context, status=form_status(form))


@require_POST
def start_review(request: HttpRequest, reference: str) -> HttpResponse:
    partnership = case_of(request, reference, Right.BROKER)
    run_action(
        request,
        lambda: review.start_review(partnership_id=partnership.pk, broker=reader(request), at=now()),
        _("Le bilan est ouvert. Chaque partie est invitée à écrire sa part."),
    )
    return case_redirect(partnership, "closing")


@require_http_methods(["GET", "HEAD", "POST"])
def closing_part(request: HttpRequest, reference: str, party_id: int) -> HttpResponse:
    """Show the part of a party; on POST, write it for the reader's party."""
    right = Right.ANSWER if request.method == "POST" else Right.READ
    partnership = case_of(request, reference, right)
    header = _header(request, partnership)
    row = queries.part_row(header, party_id)
    posted = request.POST if request.method == "POST" else None
    form = ClosingPartForm(posted, budget=row.budget, part=row.part)

    def act() -> None:
        review.write_part(
            party_id=party_id,
            speaker=reader(request),
            words=form.words(),
            seen_number=form.cleaned_data["seen_number"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Votre part du bilan est enregistrée. Toutes les parties la lisent."))
        return case_redirect(partnership, "closing")
    may_write = header.reader.may_answer and header.reader.party == row.party
    context = {
        "header": header,
        "row": row,
        "form": form,
        "may_write": may_write and partnership.state == "review",
    }
    return render(request, "partnerships/closing/part.html", context, status=form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def closing_accounts(request: HttpRequest, reference: str, party_id: int) -> HttpResponse:
    """Show the accounts of a party; on POST, confirm or contest them for the reader's party."""
    right = Right.ANSWER if request.method == "POST" else Right.READ
    partnership = case_of(request, reference, right)
    header = _header(request, partnership)
    row = queries.part_row(header, party_id)
    number = row.part.accounts_number if row.part else 0
    posted = request.POST if request.method == "POST" else None
    form = AccountsAnswerForm(posted, initial={"seen_number": number})

    def act() -> None:
        review.answer_accounts(
            party_id=party_id,
            speaker=reader(request),
            seen_number=form.cleaned_data["seen_number"],
            is_confirmed=form.is_yes,
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Réponse enregistrée. Toutes les parties la lisent."))
        return case_redirect(partnership, "closing")
    may_answer = header.reader.may_answer and header.reader.party in row.waiting
    context = {
        "header": header,
        "row": row,
        "form": form,
        "may_answer": may_answer and partnership.state == "review",
    }
    return render(request, "partnerships/closing/accounts.html", context, status=form_status(form))


@require_safe
def report_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """Return the stored PDF of the closing report."""
    partnership = case_of(request, reference, Right.READ)
    report = queries.report_of(partnership)
    response = HttpResponse(bytes(report.pdf), content_type="application/pdf")
    name = report_name(partnership.reference)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"  # noqa: FBT003
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def ask_exit(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the form of an early exit; on POST, ask for it."""
    right = Right.BROKER if reader(request).is_broker else Right.ANSWER
    partnership = case_of(request, reference, right)
    header = _header(request, partnership)
    initial = {"leaves_on": localdate() + NOTICE + timedelta(days=1)}
    form = AskExitForm(request.POST if request.method == "POST" else None, initial=initial)
    asked = []

    def act() -> None:
        asked.append(
            exits.ask_early_exit(
                partnership_id=partnership.pk,
                person=reader(request),
                reason=form.cleaned_data["reason"],
                leaves_on=form.cleaned_data["leaves_on"],
                terms=form.terms(),
                at=now(),
            )
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Sortie anticipée demandée. Toutes les parties et le passeur la lisent."))
        return case_redirect(partnership, "early_exit", asked[0].number)
    context = {"header": header, "form": form, "clauses": queries.exit_clauses(partnership)}
    return render(request, "partnerships/closing/ask_exit.html", context, status=form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def early_exit(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show an early exit; on POST, what the reader's party says of its terms."""
    right = Right.ANSWER if request.method == "POST" else Right.READ
    partnership = case_of(request, reference, right)
    header = _header(request, partnership)
    row = queries.exit_row(header, number)
    posted = request.POST if request.method == "POST" else None
    form = ExitAnswerForm(posted, initial={"seen_number": row.early_exit.wording_number})

    def act() -> None:
        exits.answer_early_exit(
            exit_id=row.early_exit.pk,
            speaker=reader(request),
            seen_number=form.cleaned_data["seen_number"],
            is_agreed=form.is_yes,
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Réponse enregistrée. Toutes les parties la lisent."))
        return case_redirect(partnership, "early_exit", number)
    context = {"header": header, "row": row, "form": form, "form_name": ""}
    return render(request, "partnerships/closing/exit.html", context, status=form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def rewrite_terms(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show the form of the terms of an early exit; on POST, write them again."""
    partnership = case_of(request, reference, Right.BROKER)
    header = _header(request, partnership)
    row = queries.exit_row(header, number)
    written = {"wording": row.early_exit.wording, "money": row.early_exit.money}
    form = ExitTermsForm(request.POST if request.method == "POST" else None, initial=written)

    def act() -> None:
        exits.rewrite_terms(exit_id=row.early_exit.pk, broker=reader(request), terms=form.terms(), at=now())

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Conditions modifiées. Chaque partie les accepte ou les refuse."))
        return case_redirect(partnership, "early_exit", number)
    context = {"header": header, "row": row, "form": form, "form_name": "terms"}
    return render(request, "partnerships/closing/exit.html", context, status=form_status(form))


@require_POST
def withdraw_exit(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    right = Right.BROKER if reader(request).is_broker else Right.ANSWER
    partnership = case_of(request, reference, right)
    row = queries.exit_row(_header(request, partnership), number)
    run_action(
        request,
        lambda: exits.withdraw_early_exit(exit_id=row.early_exit.pk, person=reader(request), at=now()),
        _("Sortie anticipée retirée. Le dossier continue."),
    )
    return case_redirect(partnership, "early_exit", number)


@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what a renewal carries over; on POST, open the successor case."""
    partnership = case_of(request, reference, Right.BROKER)
    header = _header(request, partnership)
    form = RenewForm(request.POST if request.method == "POST" else None, initial={"title": partnership.title})
    renewed = []

    def act() -> None:
        renewed.append(
            renewal.renew(
                partnership_id=partnership.pk,
                broker=reader(request),
                title=form.cleaned_data["title"],
                at=now(),
            )
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(
            request, _("Nouveau dossier ouvert. Les parties y écriront de nouveau leurs attentes.")
        )
        return case_redirect(renewed[0], "scoping")
    context = {"header": header, "form": form, "page": queries.closing_page(header, now())}
    return render(request, "partnerships/closing/renew.html", context, status=form_status(form))


def _header(request: HttpRequest, partnership: Partnership) -> CaseHeader:
    return case_header(partnership, reader(request), now(), tab="closing")
