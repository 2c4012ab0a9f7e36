"""What a broker types in the form of a clause: stored while typing, given up on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.pages.session import reader
from accounts.refusals import Refusal
from partnerships.case.form_fields import counted
from partnerships.case.views import case_of, case_redirect
from partnerships.drafting.actions import unsaved_wordings
from partnerships.drafting.forms.clause import UNSTORED_FIELDS, ClauseForm, line_ids_of
from partnerships.drafting.queries import clause_form
from partnerships.drafting.queries.library import offered_clause
from partnerships.drafting.views.clause_editor import party_choices, place_of, typed_clause
from partnerships.permissions import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from partnerships.drafting.actions.unsaved_wordings import FormPlace
    from partnerships.drafting.queries.clause_form import ClauseFormPage
    from partnerships.models import Partnership

STATUS = "partnerships/drafting/unsaved.html"


@require_POST
def store_wording(request: HttpRequest, reference: str) -> HttpResponse:
    """Store what a form of a clause contains, valid or not; answer the line that says so."""
    partnership = case_of(request, reference, Right.BROKER)
    try:
        page, place = _typed_form(request, partnership)
    except unsaved_wordings.UnknownForm as error:
        return render(request, STATUS, {"unsaved": None, "slot": "", "refusal": error.message}, status=422)
    form = ClauseForm(
        request.POST,
        heading=page.heading,
        parties=party_choices(page),
        used_codes=page.used_codes,
        is_revision=page.revision is not None,
        initial={},
    )
    at, refusal, unsaved = now(), "", None
    try:
        unsaved = unsaved_wordings.store(
            place=place,
            broker=reader(request),
            submitted={name: values for name, values in request.POST.lists() if name not in UNSTORED_FIELDS},
            typed=typed_clause(form, tuple(line_ids_of(request.POST))),
            at=at,
        )
    except Refusal as error:
        refusal = error.message
    context = {"unsaved": unsaved, "slot": place.slot, "refusal": refusal}
    return render(request, STATUS, context, status=422 if refusal else 200)


@require_POST
def discard_wording(request: HttpRequest, reference: str) -> HttpResponse:
    """Give up what was typed in a form; the clause stays as it is."""
    partnership = case_of(request, reference, Right.BROKER)
    try:
        page, place = _typed_form(request, partnership)
    except unsaved_wordings.UnknownForm as error:
        messages.error(request, error.message)
        return case_redirect(partnership, "drafting")
    unsaved_wordings.discard(place=place, broker=reader(request))
    messages.success(request, _("Mots abandonnés. Le texte n’a pas changé."))
    return case_redirect(partnership, "drafting", anchor=f"#rubrique-{page.heading}")


def _typed_form(request: HttpRequest, partnership: Partnership) -> tuple[ClauseFormPage, FormPlace]:
    """Return the page and the place of the form that the request names. Raises Http404, UnknownForm."""
    clause, heading, version = (
        counted(request.POST.get(name, "")) for name in ("typed_clause", "typed_heading", "typed_version")
    )
    if clause is not None:
        page = clause_form.clause_page(partnership, clause, is_posted=True)
        return page, place_of(page)
    if version is not None:
        offered = offered_clause(partnership, version)
        page = clause_form.new_clause(partnership, offered.heading)
        return page, place_of(page, offered)
    if heading is None:
        raise unsaved_wordings.UnknownForm
    page = clause_form.new_clause(partnership, heading)
    return page, place_of(page)
