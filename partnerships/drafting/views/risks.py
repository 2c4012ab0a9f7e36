"""Risks of the text: the list, keeping a clause with a reason, adopting a wording, checks while typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.submission import run_action, submit_form
from accounts.pages.session import reader
from partnerships.case.views import case_of, case_page, case_redirect, form_status
from partnerships.checks import risk
from partnerships.drafting.actions import clauses as drafting
from partnerships.drafting.actions import risks as actions
from partnerships.drafting.forms.text_actions import (
    BodyCheckForm,
    KeepRiskForm,
    ProductNamesForm,
    RevisionNumberForm,
    render_body_field,
)
from partnerships.permissions import Right
from partnerships.text import risks as queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

form_view = require_http_methods(["GET", "HEAD", "POST"])


@form_view
def risk_list(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the risks of the whole text; save the product names it must not contain."""
    partnership = case_of(request, reference, Right.BROKER)
    data = request.POST if request.method == "POST" else None
    form = ProductNamesForm(data, initial={"names": partnership.product_names})

    def act() -> None:
        names = form.cleaned_data["names"]
        actions.set_product_names(
            partnership_id=partnership.pk, broker=reader(request), names=names, at=now()
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Noms enregistrés. Le texte a été vérifié avec ces noms."))
        return case_redirect(partnership, "risks")
    rows = queries.risks_page(partnership)
    template = "partnerships/drafting/at_risk.html"
    return case_page(
        request, partnership, template, tab="drafting", status=form_status(form), rows=rows, form=form
    )


@form_view
def keep_risk(request: HttpRequest, reference: str, clause_id: int, code: str) -> HttpResponse:
    """Keep a clause that breaks a blocking rule, with a reason."""
    partnership = case_of(request, reference, Right.BROKER)
    clause = queries.clause_at_risk(partnership, clause_id, code)
    data = request.POST if request.method == "POST" else None
    form = KeepRiskForm(data, initial={"seen_number": clause.revision.number})

    def act() -> None:
        actions.keep_risk(
            clause_id=clause_id,
            broker=reader(request),
            seen_number=form.cleaned_data["seen_number"],
            code=code,
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Clause gardée. Toutes les parties liront pourquoi."))
        return case_redirect(partnership, "drafting", anchor=f"#clause-{clause.number}")
    template = "partnerships/drafting/keep.html"
    return case_page(
        request, partnership, template, tab="drafting", status=form_status(form), clause=clause, form=form
    )


@require_POST
def adopt_suggestion(request: HttpRequest, reference: str, clause_id: int, code: str) -> HttpResponse:
    """Replace the words that break a rule by the suggested wording."""
    partnership = case_of(request, reference, Right.BROKER)
    clause = queries.clause_at_risk(partnership, clause_id, code)
    form = RevisionNumberForm(request.POST)

    def act() -> None:
        if not form.is_valid():
            raise drafting.StaleRevision
        seen = form.cleaned_data["seen_number"]
        actions.adopt_suggestion(
            clause_id=clause_id, broker=reader(request), seen_number=seen, code=code, at=now()
        )

    confirmation = _("Formulation utilisée. Relisez la clause, puis modifiez-la si besoin.")
    response = case_redirect(partnership, "drafting", anchor=f"#clause-{clause.number}")
    run_action(request, act, confirmation)
    return response


@require_POST
def check_body(request: HttpRequest, reference: str) -> HttpResponse:
    """Return the risks of an unsaved text, with the text field if a suggested wording was inserted."""
    partnership = case_of(request, reference, Right.BROKER)
    form = BodyCheckForm(request.POST)
    form.full_clean()
    body = form.cleaned_data.get("body", "")
    products = queries.products_of(partnership)
    corrected = risk.with_suggestion(body, form.cleaned_data.get("adopt", ""), products)
    context = {
        "reference": partnership.reference,
        "risks": queries.shown(risk.findings(corrected, "", products)),
        "textarea": render_body_field(corrected) if corrected != body else "",
    }
    return render(request, "partnerships/drafting/reread_answer.html", context)
