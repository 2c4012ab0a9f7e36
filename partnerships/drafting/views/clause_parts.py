"""Pages that go back to a revision of a clause, copy it, split it, or join it with the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.submission import run_action, submit_form
from accounts.pages.session import reader
from partnerships.case.views import case_of, case_page, case_redirect, form_status
from partnerships.drafting.actions import clause_parts
from partnerships.drafting.forms.text_actions import FormerRevisionForm, JoinClausesForm, SplitClauseForm
from partnerships.drafting.queries import clause_form
from partnerships.drafting.queries import clause_parts as queries
from partnerships.permissions import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from partnerships.drafting.queries.clause_form import ClauseFormPage
    from partnerships.models import Partnership

form_view = require_http_methods(["GET", "HEAD", "POST"])


@form_view
def former_revisions(request: HttpRequest, reference: str, clause_id: int) -> HttpResponse:
    """Show the former revisions of a clause, each with what going back to it changes; go back to one."""
    partnership = case_of(request, reference, Right.BROKER)
    page = clause_form.clause_page(partnership, clause_id, is_posted=request.method == "POST")
    form = FormerRevisionForm(request.POST if request.method == "POST" else None, initial=_seen(page))

    def act() -> None:
        clause_parts.restore_revision(
            clause_id=clause_id,
            broker=reader(request),
            seen_number=form.cleaned_data["seen_number"],
            number=form.cleaned_data["number"],
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Version remise. Elle est la nouvelle version de la clause."))
        return _to_text(partnership, page)
    return case_page(
        request,
        partnership,
        "partnerships/drafting/versions.html",
        tab="drafting",
        status=form_status(form),
        page=page,
        form=form,
        former=queries.former_revisions(page),
    )


@require_POST
def copy_clause(request: HttpRequest, reference: str, clause_id: int) -> HttpResponse:
    """Add a copy of a clause after it."""
    partnership = case_of(request, reference, Right.BROKER)
    page = clause_form.clause_page(partnership, clause_id, is_posted=True)
    run_action(
        request,
        lambda: clause_parts.copy_clause(clause_id=clause_id, broker=reader(request), at=now()),
        _("Clause copiée, sans ses lignes de tableau, qui restent à la première."),
    )
    return _to_text(partnership, page)


@form_view
def split_clause(request: HttpRequest, reference: str, clause_id: int) -> HttpResponse:
    """Show the paragraphs of a clause; split it before one of them."""
    partnership = case_of(request, reference, Right.BROKER)
    page = clause_form.clause_page(partnership, clause_id, is_posted=request.method == "POST")
    form = SplitClauseForm(request.POST if request.method == "POST" else None, initial=_seen(page))

    def act() -> None:
        clause_parts.split_clause(
            clause_id=clause_id,
            broker=reader(request),
            seen_number=form.cleaned_data["seen_number"],
            paragraph=form.cleaned_data["paragraph"],
            title=form.cleaned_data["title"],
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Clause partagée en deux. Les lignes de tableau restent à la première."))
        return _to_text(partnership, page)
    return case_page(
        request,
        partnership,
        "partnerships/drafting/split.html",
        tab="drafting",
        status=form_status(form),
        page=page,
        form=form,
        paragraphs=list(enumerate(queries.displayed_paragraphs(page), 1)),
    )


@form_view
def join_clauses(request: HttpRequest, reference: str, clause_id: int) -> HttpResponse:
    """Show a clause and the next one; join them."""
    partnership = case_of(request, reference, Right.BROKER)
    page = clause_form.clause_page(partnership, clause_id, is_posted=request.method == "POST")
    if page.clause is None:
        raise Http404
    follower = queries.next_clause(page.clause)
    current = follower.current if follower else None
    form = JoinClausesForm(
        request.POST if request.method == "POST" else None,
        initial={**_seen(page), "next_number": current.number if current else 0},
    )

    def act() -> None:
        clause_parts.join_clauses(
            clause_id=clause_id,
            broker=reader(request),
            seen_number=form.cleaned_data["seen_number"],
            next_number=form.cleaned_data["next_number"],
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Clauses jointes, avec toutes leurs lignes de tableau."))
        return _to_text(partnership, page)
    return case_page(
        request,
        partnership,
        "partnerships/drafting/join.html",
        tab="drafting",
        status=form_status(form),
        page=page,
        form=form,
        following=current,
    )


def _seen(page: ClauseFormPage) -> dict[str, object]:
    return {"seen_number": page.revision.number if page.revision else 0}


def _to_text(partnership: Partnership, page: ClauseFormPage) -> HttpResponse:
    return case_redirect(partnership, "drafting", anchor=f"#rubrique-{page.heading}")
