"""The clauses that hurt: reread while typing, reworded in one press, kept for a reason that all read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.session import reader
from partnerships.case.views import case_of, case_page, invalid, press, see, took
from partnerships.checks import risk
from partnerships.drafting.actions import clauses as drafting
from partnerships.drafting.actions import risks as actions
from partnerships.drafting.forms.risks import KeepForm, ProductsForm, RereadForm, SeenForm, textarea
from partnerships.permissions import Right
from partnerships.text import risks as queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

page = require_http_methods(["GET", "HEAD", "POST"])


@page
def at_risk(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what the rules find in the whole text; take the names of products it must not hold."""
    partnership = case_of(request, reference, Right.BROKER)
    typed = request.POST if request.method == "POST" else None
    form = ProductsForm(typed, initial={"names": partnership.product_names})

    def act() -> None:
        names = form.cleaned_data["names"]
        actions.watch_products(partnership_id=partnership.pk, broker=reader(request), names=names, at=now())

    if request.method == "POST" and took(form, act):
        messages.success(request, _("Noms enregistrés. Le texte est relu avec eux."))
        return see(partnership, "risks")
    found = queries.risks_page(partnership)
    template = "partnerships/drafting/at_risk.html"
    return case_page(
        request, partnership, template, tab="drafting", status=invalid(form), rows=found, form=form
    )


@page
def keep(request: HttpRequest, reference: str, clause_id: int, code: str) -> HttpResponse:
    """Ask why a clause is kept although a rule stops it, and keep it."""
    partnership = case_of(request, reference, Right.BROKER)
    shown = queries.clause_at_risk(partnership, clause_id, code)
    typed = request.POST if request.method == "POST" else None
    form = KeepForm(typed, initial={"seen_number": shown.revision.number})

    def act() -> None:
        actions.keep(
            clause_id=clause_id,
            broker=reader(request),
            seen_number=form.cleaned_data["seen_number"],
            code=code,
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if request.method == "POST" and took(form, act):
        messages.success(request, _("Clause gardée. Toutes les parties liront pourquoi."))
        return see(partnership, "drafting", anchor=f"#clause-{shown.number}")
    template = "partnerships/drafting/keep.html"
    return case_page(
        request, partnership, template, tab="drafting", status=invalid(form), shown=shown, form=form
    )


@require_POST
def adopt(request: HttpRequest, reference: str, clause_id: int, code: str) -> HttpResponse:
    """Put the suggested wording in the place of the words that a rule found."""
    partnership = case_of(request, reference, Right.BROKER)
    shown = queries.clause_at_risk(partnership, clause_id, code)
    form = SeenForm(request.POST)

    def act() -> None:
        if not form.is_valid():
            raise drafting.SomebodyWasFaster
        seen = form.cleaned_data["seen_number"]
        actions.adopt(clause_id=clause_id, broker=reader(request), seen_number=seen, code=code, at=now())

    done = _("Formulation reprise. Relisez la clause, puis changez ce que vous voulez.")
    return press(request, act, done, see(partnership, "drafting", anchor=f"#clause-{shown.number}"))


@require_POST
def reread(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what the rules find in a text being typed, or give it back with a suggested wording in it."""
    partnership = case_of(request, reference, Right.BROKER)
    form = RereadForm(request.POST)
    form.full_clean()
    body = form.cleaned_data.get("body", "")
    products = queries.products_of(partnership)
    better = risk.with_suggestion(body, form.cleaned_data.get("adopt", ""), products)
    told = {
        "reference": partnership.reference,
        "risks": queries.shown(risk.findings(better, "", products)),
        "textarea": textarea(better) if better != body else "",
    }
    return render(request, "partnerships/drafting/reread_answer.html", told)
