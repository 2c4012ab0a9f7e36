"""The clause library: clauses by heading, their revision with a reason, their retirement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms.submission import submit_form
from accounts.pages.session import post_data, see_other
from accounts.permissions import broker_or_404
from broker.forms.library import LibrarySearch, NewClauseForm, RetireClauseForm, ReviseClauseForm
from broker.queries import library as queries
from partnerships.drafting.actions import library as actions

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Show the clauses under their headings."""
    broker_or_404(request.user)
    search = LibrarySearch(request.GET)
    values = search.values()
    context = {
        "sections": queries.sections(words=values["q"], heading=values["heading"], state=values["state"]),
        "search": search,
        "values": values,
    }
    return render(request, "broker/library/page.html", context)


@form_page
def add(request: HttpRequest) -> HttpResponse:
    """Add a clause to the library."""
    broker = broker_or_404(request.user)
    form = NewClauseForm(post_data(request))

    def save() -> None:
        actions.add(broker=broker, heading=form.selected_heading(), text=form.text(), at=now())

    if submit_form(form, save):
        messages.success(request, _("Clause ajoutée à la bibliothèque."))
        return see_other("broker:library")
    return render(request, "broker/library/new.html", {"form": form}, status=422 if form.errors else 200)


@form_page
def clause(request: HttpRequest, clause_id: int) -> HttpResponse:
    """Show a clause with its versions, and save the next version."""
    broker = broker_or_404(request.user)
    page = queries.clause_page(clause_id)
    form = ReviseClauseForm(post_data(request), initial=_initial_text(page))

    def save() -> None:
        actions.revise(
            clause_id=clause_id,
            broker=broker,
            seen_number=form.cleaned_data["seen_number"],
            text=form.text(),
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if submit_form(form, save):
        messages.success(request, _("Nouvelle version enregistrée. Les textes déjà écrits ne changent pas."))
        return see_other("broker:library_clause", clause_id)
    if form.errors:
        # A refusal often means that another broker saved a version meanwhile: show it.
        page = queries.clause_page(clause_id)
    context = {"page": page, "form": form, "number": page.current.number}
    return render(request, "broker/library/clause.html", context, status=422 if form.errors else 200)


def _initial_text(page: queries.LibraryClausePage) -> dict[str, object]:
    text = actions.text_of(page.current)
    initial: dict[str, object] = {name: getattr(text, name) for name in text.__dataclass_fields__}
    return {**initial, "seen_number": page.current.number}


@form_page
def retire(request: HttpRequest, clause_id: int) -> HttpResponse:
    """Ask for the reason, and retire a clause."""
    broker = broker_or_404(request.user)
    page = queries.clause_page(clause_id)
    form = RetireClauseForm(post_data(request))

    def save() -> None:
        actions.retire(clause_id=clause_id, broker=broker, reason=form.cleaned_data["reason"], at=now())

    if submit_form(form, save):
        messages.success(request, _("Clause retirée. Son historique reste ici."))
        return see_other("broker:library_clause", clause_id)
    context = {"page": page, "form": form}
    return render(request, "broker/library/retire.html", context, status=422 if form.errors else 200)
