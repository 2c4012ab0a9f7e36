"""Pages of payments: the payer declares one, another party confirms it; the list of a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms.submission import run_action, submit_form
from accounts.organisations import pending_uploads
from accounts.organisations.views import file_response
from accounts.pages.session import current_organisation, reader
from accounts.refusals import Refusal
from partnerships.case.file_form import bound_form, keep_file
from partnerships.case.views import CaseRedirect, case_of, case_page, case_redirect, form_status
from partnerships.following.actions import payments as actions
from partnerships.following.forms import PaymentForm
from partnerships.following.payment_pdf import csv_of, payment_print
from partnerships.following.queries.money import payment_row, payments_of
from partnerships.permissions import Right, answering_party_of
from partnerships.text_files.pdf import printed_pdf

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, reference: str, payment_id: int) -> HttpResponse:
    """Show the form of a payment; on POST, declare it paid."""
    partnership = case_of(request, reference, Right.ANSWER)
    party = answering_party_of(reader(request), partnership)
    row = payment_row(partnership, payment_id, answering_party=party)
    purpose = f"payment-{payment_id}"
    form = bound_form(PaymentForm, request, purpose)

    def act() -> None:
        actions.declare_paid(
            payment_id=payment_id,
            partnership_id=partnership.pk,
            speaker=reader(request),
            proof=form.proof(),
            at=now(),
        )

    if request.method == "POST":
        if submit_form(form, act):
            pending_uploads.drop(request, purpose)
            messages.success(
                request, _("Versement indiqué. Les autres parties et le passeur sont prévenus par courriel.")
            )
            return case_redirect(partnership, "follow_up", anchor="#versements")
        keep_file(form, request, purpose)
    template = "partnerships/following/pay.html"
    return case_page(
        request, partnership, template, tab="follow_up", status=form_status(form), row=row, form=form
    )


@require_http_methods(["GET", "HEAD", "POST"])
def receive(request: HttpRequest, reference: str, payment_id: int) -> HttpResponse:
    """Show a declared payment with the button that confirms it; on POST, confirm that it came."""
    partnership = case_of(request, reference, Right.ANSWER)
    party = answering_party_of(reader(request), partnership)
    row = payment_row(partnership, payment_id, answering_party=party)
    if request.method == "POST":
        run_action(
            request,
            lambda: actions.confirm_received(
                payment_id=payment_id, partnership_id=partnership.pk, speaker=reader(request), at=now()
            ),
            _("Réception confirmée. Le payeur et le passeur sont prévenus par courriel."),
        )
        return case_redirect(partnership, "follow_up", anchor="#versements")
    return case_page(request, partnership, "partnerships/following/receive.html", tab="follow_up", row=row)


@require_safe
def payment_list(request: HttpRequest, year: int) -> HttpResponse:
    """Return the payments of one year of the reader's organisation as CSV, for a spreadsheet."""
    organisation = current_organisation(request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = _("versements-%(year)s.csv") % {"year": year}
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"  # noqa: FBT003
    response["Cache-Control"] = "private, no-store"
    response.write(csv_of(payments_of(organisation, year)))
    return response


@require_safe
def payment_list_pdf(request: HttpRequest, year: int) -> HttpResponse:
    """Return the payments of one year of the reader's organisation as a PDF; a refusal leads to the home."""
    organisation = current_organisation(request)
    rows = payments_of(organisation, year)
    try:
        content = printed_pdf(payment_print(organisation, year, rows, at=now()))
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return CaseRedirect(reverse("home"))
    return file_response(_("versements-%(year)s.pdf") % {"year": year}, "application/pdf", content)
