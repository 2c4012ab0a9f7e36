"""The clause library: found by heading, revised with a reason, retired, never lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import broker_or_404
from accounts.refusals import Refusal
from accounts.session import see_other
from broker.forms.library import LibrarySearch, NewClause, Retire, RevisedClause
from broker.queries import library as queries
from partnerships.drafting.actions import library as actions

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def shelf(request: HttpRequest) -> HttpResponse:
    """Show the clauses under their headings."""
    broker_or_404(request.user)
    search = LibrarySearch(request.GET)
    found = search.found()
    told = {
        "sections": queries.sections(words=found["q"], heading=found["heading"], state=found["state"]),
        "search": search,
        "found": found,
    }
    return render(request, "broker/library/page.html", told)


@page
def add(request: HttpRequest) -> HttpResponse:
    """Put a clause of one's own in the library."""
    broker = broker_or_404(request.user)
    form = NewClause(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.add(broker=broker, heading=form.chosen(), text=form.text(), at=now())
        messages.success(request, _("Clause ajoutée à la bibliothèque."))
        return see_other("broker:library")
    told = {"form": form}
    return render(request, "broker/library/new.html", told, status=422 if form.errors else 200)


@page
def clause(request: HttpRequest, clause_id: int) -> HttpResponse:
    """Show a clause with its versions, and take the next one."""
    broker = broker_or_404(request.user)
    shown = queries.clause_page(clause_id)
    typed = request.POST if request.method == "POST" else None
    given = {**vars_of(shown), "seen_number": shown.current.number}
    form = RevisedClause(typed, initial=given)
    if form.is_valid():
        try:
            actions.revise(
                clause_id=clause_id,
                broker=broker,
                seen_number=form.cleaned_data["seen_number"],
                text=form.text(),
                reason=form.cleaned_data["reason"],
                at=now(),
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            shown = queries.clause_page(clause_id)
        else:
            messages.success(
                request, _("Nouvelle version enregistrée. Les textes déjà écrits ne changent pas.")
            )
            return see_other("broker:library_clause", clause_id)
    told = {"shown": shown, "form": form, "number": shown.current.number}
    return render(request, "broker/library/clause.html", told, status=422 if form.errors else 200)


def vars_of(shown: queries.ClausePage) -> dict[str, object]:
    """Return what the form of a clause begins with."""
    text = actions.text_of(shown.current)
    return {name: getattr(text, name) for name in text.__dataclass_fields__}


@page
def retire(request: HttpRequest, clause_id: int) -> HttpResponse:
    """Ask why a clause is offered no more, and retire it."""
    broker = broker_or_404(request.user)
    shown = queries.clause_page(clause_id)
    form = Retire(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.retire(clause_id=clause_id, broker=broker, reason=form.cleaned_data["reason"], at=now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Clause retirée. Son histoire reste ici."))
            return see_other("broker:library_clause", clause_id)
    told = {"shown": shown, "form": form}
    return render(request, "broker/library/retire.html", told, status=422 if form.errors else 200)
