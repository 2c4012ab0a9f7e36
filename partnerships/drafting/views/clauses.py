"""The broker's editor: the text under its headings, the form of a clause, order, source lines, library."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms.submission import run_action, submit_form
from accounts.pages.session import reader
from partnerships.case.views import case_of, case_page, case_redirect, form_status
from partnerships.drafting.actions import amendments, clause_order, clauses, library, source_links
from partnerships.drafting.forms.clause import requested_line_ids, saved_fields, seen_number
from partnerships.drafting.forms.text_actions import MoveClauseForm, RemoveClauseForm, SourceLinksForm
from partnerships.drafting.queries import (
    clause_form,
    drafting_page,
    latest_change,
    prefill,
    unsaved_wordings,
)
from partnerships.drafting.queries import library as library_queries
from partnerships.drafting.queries.source_links import source_links_page
from partnerships.drafting.views.clause_editor import discard, editor_of, is_submitted
from partnerships.permissions import Right

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.http import HttpRequest, HttpResponse

    from partnerships.charter.terms import Terms
    from partnerships.drafting.forms.clause import ClauseForm
    from partnerships.drafting.queries.drafting_page import DraftClause, DraftingPage, DraftSection
    from partnerships.drafting.views.clause_editor import ClauseEditor
    from partnerships.models import Partnership

form_view = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def text(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the text under its headings, and what it lacks; a clause typed in is open in its place."""
    partnership = case_of(request, reference, Right.BROKER)
    page = drafting_page.drafting_page(partnership, now(), broker=reader(request))
    page = replace(page, sections=_sections_with_editors(request, partnership, page))
    return case_page(request, partnership, "partnerships/drafting/page.html", tab="drafting", page=page)


def _sections_with_editors(
    request: HttpRequest, partnership: Partnership, page: DraftingPage
) -> Sequence[DraftSection]:
    """Return the sections with the forms of the clauses that the reader has typed in."""
    roadmap = page.roadmap
    if roadmap is None or not page.may_write:
        return page.sections
    unsaved = {row.clause_id: row for row in page.own_unsaved if row.clause_id}

    def with_editor(section: DraftSection, row: DraftClause) -> DraftClause:
        if row.clause.pk not in unsaved:
            return row
        form_page = clause_form.form_page(
            roadmap, section.heading, row.clause, page.clauses, page.parties, row.sources
        )
        editor = editor_of(request, partnership, form_page, unsaved=unsaved[row.clause.pk], is_in_place=True)
        return replace(row, editor=editor)

    return [
        replace(section, clauses=[with_editor(section, row) for row in section.clauses])
        for section in page.sections
    ]


@require_safe
def edit_clause(request: HttpRequest, reference: str, clause_id: int) -> HttpResponse:
    """Show the form of one clause, to stand where the clause stands in the text."""
    partnership = case_of(request, reference, Right.BROKER)
    page = clause_form.clause_page(partnership, clause_id)
    editor = editor_of(request, partnership, page, is_in_place=True)
    editor.form.fields["body"].widget.attrs["autofocus"] = True
    context = {"reference": partnership.reference, "editor": editor}
    return render(request, "partnerships/drafting/in_place.html", context)


@form_view
def new_clause(request: HttpRequest, reference: str, heading: int) -> HttpResponse:
    """Add a clause under a heading."""
    partnership = case_of(request, reference, Right.BROKER)
    editor = editor_of(request, partnership, clause_form.new_clause(partnership, heading))
    form, place = editor.form, editor.place

    def act() -> None:
        clauses.add_clause(
            partnership_id=partnership.pk,
            broker=reader(request),
            heading=place.heading,
            wording=replace(form.wording(), line_ids=editor.prefill.line_ids),
            responsible=form.cleaned_data["responsible"],
            at=now(),
        )
        discard(request, editor)

    if is_submitted(request) and submit_form(form, act):
        messages.success(request, _("Clause ajoutée."))
        _question_dates(request, partnership, form)
        return case_redirect(partnership, "drafting", anchor=f"#rubrique-{place.heading}")
    return _clause_page(request, partnership, editor)


@form_view
def clause(request: HttpRequest, reference: str, clause_id: int) -> HttpResponse:
    """Revise a clause; a revision written meanwhile is compared, word by word, with what was posted."""
    partnership = case_of(request, reference, Right.BROKER)
    is_posted = request.method == "POST"
    unsaved = None if is_posted else unsaved_wordings.of_clause(clause_id, reader(request))
    form_page = clause_form.clause_page(partnership, clause_id, is_posted=is_posted or unsaved is not None)
    editor = editor_of(request, partnership, form_page, unsaved=unsaved)
    form = editor.form
    posted_terms: list[Terms] = []

    def act() -> None:
        wording = replace(form.wording(), line_ids=editor.prefill.line_ids)
        posted_terms.append(wording.terms)
        clauses.revise_clause(
            clause_id=clause_id,
            broker=reader(request),
            seen_number=form.cleaned_data["seen_number"] or 0,
            wording=wording,
            reason=form.cleaned_data["reason"],
            at=now(),
        )
        discard(request, editor)

    if is_submitted(request):
        if submit_form(form, act):
            messages.success(request, _("Clause enregistrée."))
            _question_dates(request, partnership, form)
            return case_redirect(partnership, "drafting", anchor=f"#rubrique-{form_page.heading}")
        # Queried again: it may have been revised since this request began.
        editor = replace(editor, page=clause_form.clause_page(partnership, clause_id, is_posted=True))
    terms = posted_terms[0] if posted_terms else None
    return _clause_page(request, partnership, editor, posted_terms=terms)


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
    editor = editor_of(request, partnership, form_page, offered=offered)
    form = editor.form

    def act() -> None:
        library.insert_clause(
            partnership_id=partnership.pk,
            broker=reader(request),
            version_id=version_id,
            wording=replace(form.wording(), line_ids=editor.prefill.line_ids),
            responsible=form.cleaned_data["responsible"],
            at=now(),
        )
        discard(request, editor)

    if is_submitted(request) and submit_form(form, act):
        messages.success(request, _("Clause ajoutée."))
        _question_dates(request, partnership, form)
        return case_redirect(partnership, "drafting", anchor=f"#rubrique-{offered.heading}")
    return _clause_page(request, partnership, editor)


def _question_dates(request: HttpRequest, partnership: Partnership, form: ClauseForm) -> None:
    """Show the dates of the text that are probably mistakes; they stay saved."""
    for sentence in drafting_page.date_doubts_of(partnership, form.wording().terms, now()):
        messages.warning(request, sentence)


def _clause_page(
    request: HttpRequest,
    partnership: Partnership,
    editor: ClauseEditor,
    *,
    posted_terms: Terms | None = None,
) -> HttpResponse:
    page, form = editor.page, editor.form
    number = page.revision.number if page.revision else 0
    data = _displayed_data(request, editor)
    seen = seen_number(data, number)
    is_compared = is_submitted(request) or editor.unsaved is not None
    has_conflict = page.revision is not None and seen != number and is_compared
    if not editor.unsaved:
        editor = replace(editor, number=number)
    return case_page(
        request,
        partnership,
        "partnerships/drafting/clause.html",
        tab="drafting",
        status=form_status(form),
        page=page,
        editor=editor,
        prefill=editor.prefill,
        form=form,
        conflict=clause_form.revision_conflict(page, seen, data, posted_terms) if has_conflict else None,
        removal=clause_form.removal_of(partnership, page),
        saved_fields=saved_fields(data),
        support_kinds=clause_form.support_kinds() if form.regulation else (),
    )


def _displayed_data(request: HttpRequest, editor: ClauseEditor) -> Mapping[str, str]:
    if request.method == "POST":
        return request.POST
    return MultiValueDict(editor.unsaved.submitted) if editor.unsaved else {}
