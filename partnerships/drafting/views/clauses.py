"""The broker's editor: the text under its headings, the form of a clause, order, source lines, library."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms.submission import run_action, submit_form
from accounts.pages.session import reader
from partnerships.case.views import case_of, case_page, case_redirect, form_status
from partnerships.drafting.actions import amendments, clause_order, clauses, library, source_links
from partnerships.drafting.forms.clause import (
    ClauseForm,
    initial_after_button,
    initial_from,
    is_submission,
    requested_line_ids,
    saved_fields,
    seen_number,
)
from partnerships.drafting.forms.rows import PartyChoice
from partnerships.drafting.forms.text_actions import MoveClauseForm, RemoveClauseForm, SourceLinksForm
from partnerships.drafting.queries import clause_form, drafting_page, latest_change, prefill
from partnerships.drafting.queries import library as library_queries
from partnerships.drafting.queries.source_links import source_links_page
from partnerships.permissions import Right

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from partnerships.charter.terms import Terms
    from partnerships.drafting.queries.clause_form import ClauseFormPage
    from partnerships.drafting.queries.prefill import Prefill
    from partnerships.models import Partnership

form_view = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def text(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the text under its nineteen headings, and what it lacks."""
    partnership = case_of(request, reference, Right.BROKER)
    context = drafting_page.drafting_page(partnership, now())
    return case_page(request, partnership, "partnerships/drafting/page.html", tab="drafting", page=context)


@form_view
def new_clause(request: HttpRequest, reference: str, heading: int) -> HttpResponse:
    """Add a clause under a heading."""
    partnership = case_of(request, reference, Right.BROKER)
    form_page = clause_form.new_clause(partnership, heading)
    draft = prefill.prefill_from(partnership, form_page, requested_line_ids(request))
    form = _clause_form(request, form_page, draft)

    def act() -> None:
        clauses.add_clause(
            partnership_id=partnership.pk,
            broker=reader(request),
            heading=form_page.heading,
            wording=replace(form.wording(), line_ids=draft.line_ids),
            responsible=form.cleaned_data["responsible"],
            at=now(),
        )

    if _is_submitted(request) and submit_form(form, act):
        messages.success(request, _("Clause ajoutée."))
        _question_dates(request, partnership, form)
        return case_redirect(partnership, "drafting", anchor=f"#rubrique-{form_page.heading}")
    return _clause_page(request, partnership, form_page, form, draft)


@form_view
def clause(request: HttpRequest, reference: str, clause_id: int) -> HttpResponse:
    """Revise a clause; a revision written meanwhile is compared, word by word, with what was posted."""
    partnership = case_of(request, reference, Right.BROKER)
    form_page = clause_form.clause_page(partnership, clause_id, is_posted=request.method == "POST")
    draft = prefill.prefill_from(partnership, form_page, requested_line_ids(request))
    form = _clause_form(request, form_page, draft)
    posted_terms: list[Terms] = []

    def act() -> None:
        wording = replace(form.wording(), line_ids=draft.line_ids)
        posted_terms.append(wording.terms)
        clauses.revise_clause(
            clause_id=clause_id,
            broker=reader(request),
            seen_number=form.cleaned_data["seen_number"] or 0,
            wording=wording,
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if _is_submitted(request):
        if submit_form(form, act):
            messages.success(request, _("Clause enregistrée."))
            _question_dates(request, partnership, form)
            return case_redirect(partnership, "drafting", anchor=f"#rubrique-{form_page.heading}")
        # Queried again: it may have been revised since this request began.
        form_page = clause_form.clause_page(partnership, clause_id, is_posted=True)
    terms = posted_terms[0] if posted_terms else None
    return _clause_page(request, partnership, form_page, form, draft, posted_terms=terms)


@require_POST
def open_amendment(request: HttpRequest, reference: str) -> HttpResponse:
    """Open the next edition of the text, a copy of the signed one."""
    partnership = case_of(request, reference, Right.BROKER)
    run_action(
        request,
        lambda: amendments.open_amendment(partnership_id=partnership.pk, broker=reader(request), at=now()),
        _("L’avenant est ouvert, à partir du texte signé."),
    )
    return case_redirect(partnership, "drafting")


@require_POST
def move_clause(request: HttpRequest, reference: str, clause_id: int) -> HttpResponse:
    """Move a clause under its heading; a conflict names who changed the order meanwhile."""
    partnership = case_of(request, reference, Right.BROKER)
    form_page = clause_form.clause_page(partnership, clause_id)
    response = case_redirect(partnership, "drafting", anchor=f"#rubrique-{form_page.heading}")
    form = MoveClauseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Cette place n’existe pas. Relisez l’ordre, puis réessayez."))
        return response

    def act() -> None:
        clause_order.move_clause(
            clause_id=clause_id,
            broker=reader(request),
            to=form.cleaned_data["to"],
            seen=form.cleaned_data["seen"],
            at=now(),
        )

    try:
        run_action(request, act, _("Clause déplacée."), propagate=(clause_order.StaleClauseOrder,))
    except clause_order.StaleClauseOrder:
        messages.error(request, latest_change.order_change_sentence(partnership))
    return response


@form_view
def remove_clause(request: HttpRequest, reference: str, clause_id: int) -> HttpResponse:
    """Remove a clause; of one that the parties have read or signed, show the form for the reason first."""
    return _move_out_or_in(request, reference, clause_id, clause_order.remove_clause, _("Clause retirée."))


@form_view
def restore_clause(request: HttpRequest, reference: str, clause_id: int) -> HttpResponse:
    """Put a removed clause back where it was; once the parties have the text, for a reason."""
    done = _("Clause remise dans le texte.")
    return _move_out_or_in(request, reference, clause_id, clause_order.restore_clause, done)


def _move_out_or_in(
    request: HttpRequest, reference: str, clause_id: int, action: Callable[..., object], done: str
) -> HttpResponse:
    partnership = case_of(request, reference, Right.BROKER)
    form_page = clause_form.clause_page(partnership, clause_id, is_posted=True)
    form = RemoveClauseForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        reason = form.cleaned_data["reason"]
        action(clause_id=clause_id, broker=reader(request), reason=reason, at=now())

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, done)
        return case_redirect(partnership, "drafting", anchor=f"#rubrique-{form_page.heading}")
    return case_page(
        request,
        partnership,
        "partnerships/drafting/remove.html",
        tab="drafting",
        status=form_status(form),
        page=form_page,
        form=form,
        is_removal=action is clause_order.remove_clause,
    )


@form_view
def edit_source_lines(request: HttpRequest, reference: str, clause_id: int) -> HttpResponse:
    """Choose which of the opened lines a clause puts into words; its text does not change."""
    partnership = case_of(request, reference, Right.BROKER)
    context = source_links_page(partnership, clause_id)
    form = SourceLinksForm(
        request.POST if request.method == "POST" else None,
        lines=context.lines,
        linked_ids=context.linked_ids,
        preselected_ids=requested_line_ids(request),
    )

    def act() -> None:
        source_links.set_source_lines(
            clause_id=clause_id,
            broker=reader(request),
            seen=form.cleaned_data["seen"],
            line_ids=form.line_ids(),
            at=now(),
        )

    try:
        if request.method == "POST" and submit_form(form, act, propagate=(source_links.StaleSourceLinks,)):
            messages.success(request, _("Enregistré au journal. Le texte et les accords n’ont pas changé."))
            return case_redirect(partnership, "drafting", anchor=f"#clause-{context.number}")
    except source_links.StaleSourceLinks as error:
        form.add_error(None, latest_change.linking_change_sentence(partnership) or error.message)
        # Queried again: the links may have changed since this request began.
        context = source_links_page(partnership, clause_id)
        form.linked_ids = context.linked_ids
    template = "partnerships/drafting/tie.html"
    return case_page(
        request, partnership, template, tab="drafting", status=form_status(form), page=context, form=form
    )


@require_safe
def library_offer(request: HttpRequest, reference: str, heading: int) -> HttpResponse:
    """Show the clauses of the library under a heading."""
    partnership = case_of(request, reference, Right.BROKER)
    return case_page(
        request,
        partnership,
        "partnerships/drafting/library_offer.html",
        tab="drafting",
        offer=library_queries.library_offer(partnership, heading),
        lines_query=prefill.lines_query(requested_line_ids(request)),
    )


@form_view
def insert_clause(request: HttpRequest, reference: str, version_id: int) -> HttpResponse:
    """Add a clause whose form starts from a clause of the library."""
    partnership = case_of(request, reference, Right.BROKER)
    offered = library_queries.offered_clause(partnership, version_id)
    form_page = clause_form.new_clause(partnership, offered.heading)
    draft = prefill.prefill_from(partnership, form_page, requested_line_ids(request))
    words = {"title": offered.title, "body": offered.body, "plain_words": offered.plain_words}
    initial = prefill.merge_initial(words, draft, is_started=True)
    if request.method == "POST" and not _is_submitted(request):
        initial = initial_after_button(request.POST, form_page)
    form = ClauseForm(
        request.POST if _is_submitted(request) else None,
        heading=offered.heading,
        parties=_party_choices(form_page),
        used_codes=form_page.used_codes,
        is_revision=False,
        initial=initial,
    )

    def act() -> None:
        library.insert_clause(
            partnership_id=partnership.pk,
            broker=reader(request),
            version_id=version_id,
            wording=replace(form.wording(), line_ids=draft.line_ids),
            responsible=form.cleaned_data["responsible"],
            at=now(),
        )

    if _is_submitted(request) and submit_form(form, act):
        messages.success(request, _("Clause ajoutée."))
        _question_dates(request, partnership, form)
        return case_redirect(partnership, "drafting", anchor=f"#rubrique-{offered.heading}")
    return _clause_page(request, partnership, form_page, form, draft)


def _question_dates(request: HttpRequest, partnership: Partnership, form: ClauseForm) -> None:
    """Show the dates of the text that are probably mistakes; they stay saved."""
    for sentence in drafting_page.date_doubts_of(partnership, form.wording().terms, now()):
        messages.warning(request, sentence)


def _is_submitted(request: HttpRequest) -> bool:
    return request.method == "POST" and is_submission(request.POST)


def _party_choices(form_page: ClauseFormPage) -> list[PartyChoice]:
    return [PartyChoice(party.code, party.organisation.name, party.side) for party in form_page.parties]


def _clause_form(request: HttpRequest, form_page: ClauseFormPage, draft: Prefill) -> ClauseForm:
    initial: dict[str, Any] = {}
    revision = form_page.revision
    if request.method == "POST" and not _is_submitted(request) and request.POST.get("take") != "theirs":
        initial = initial_after_button(request.POST, form_page)
    elif revision is not None:
        initial = initial_from(clauses.wording_of(revision), revision.number)
    if request.method != "POST":
        initial = prefill.merge_initial(initial, draft, is_started=revision is not None)
    return ClauseForm(
        request.POST if _is_submitted(request) else None,
        heading=form_page.heading,
        parties=_party_choices(form_page),
        used_codes=form_page.used_codes,
        is_revision=revision is not None,
        initial=initial,
    )


def _clause_page(
    request: HttpRequest,
    partnership: Partnership,
    form_page: ClauseFormPage,
    form: ClauseForm,
    draft: Prefill,
    *,
    posted_terms: Terms | None = None,
) -> HttpResponse:
    number = form_page.revision.number if form_page.revision else 0
    data = request.POST if request.method == "POST" else {}
    seen = seen_number(data, number)
    has_conflict = form_page.revision is not None and seen != number and _is_submitted(request)
    return case_page(
        request,
        partnership,
        "partnerships/drafting/clause.html",
        tab="drafting",
        status=form_status(form),
        page=form_page,
        prefill=draft,
        form=form,
        number=number,
        conflict=clause_form.revision_conflict(form_page, seen, data, posted_terms) if has_conflict else None,
        removal=clause_form.removal_of(partnership, form_page),
        saved_fields=saved_fields(data),
        support_kinds=clause_form.support_kinds() if form.regulation else (),
        extended_table=data.get("add", ""),
    )
