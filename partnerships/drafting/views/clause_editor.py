"""The form of a clause as a broker sees it: with what was posted, typed before or taken from lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from accounts.pages.session import reader
from partnerships.drafting.actions import clauses, unsaved_wordings
from partnerships.drafting.actions.unsaved_wordings import FormPlace, TypedClause
from partnerships.drafting.forms.clause import (
    ClauseForm,
    initial_after_button,
    initial_from,
    is_submission,
    line_ids_of,
    requested_line_ids,
    restored_initial,
    seen_number,
)
from partnerships.drafting.forms.rows import PartyChoice
from partnerships.drafting.queries import prefill
from partnerships.drafting.queries import unsaved_wordings as unsaved_queries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from partnerships.drafting.queries.clause_form import ClauseFormPage
    from partnerships.drafting.queries.library import OfferedClause
    from partnerships.drafting.queries.prefill import Prefill
    from partnerships.models import Partnership, UnsavedWording


@dataclass(frozen=True, kw_only=True)
class ClauseEditor:
    """A form of a clause; `number`: of the revision that its broker read, 0 for a new clause.

    `unsaved`: what the broker typed in this form before, None if nothing is left; `action`: where it is sent.
    """

    page: ClauseFormPage
    form: ClauseForm
    prefill: Prefill
    place: FormPlace
    number: int
    unsaved: UnsavedWording | None
    action: str
    is_in_place: bool = False

    @property
    def is_outdated(self) -> bool:
        """Whether the clause was revised after the broker began to type."""
        return self.page.revision is not None and self.number != self.page.revision.number


def is_submitted(request: HttpRequest) -> bool:
    """Return whether the request saves the clause."""
    return request.method == "POST" and is_submission(request.POST)


def editor_of(
    request: HttpRequest,
    partnership: Partnership,
    page: ClauseFormPage,
    *,
    offered: OfferedClause | None = None,
    unsaved: UnsavedWording | None = None,
    is_in_place: bool = False,
) -> ClauseEditor:
    """Return the form of a clause. `offered`: the clause of the library that it starts from.

    On a GET it contains what the broker typed in it before: `unsaved`, if given, spares 1 query.
    """
    place = place_of(page, offered)
    if request.method != "POST" and unsaved is None:
        unsaved = stored_wording(request, page, place)
    stored = MultiValueDict(unsaved.submitted) if unsaved else MultiValueDict()
    requested = requested_line_ids(request)
    stored_lines = line_ids_of(stored)
    lines = prefill.prefill_from(partnership, page, [*stored_lines, *requested])
    added = lines
    if unsaved:
        new_lines = [pk for pk in requested if pk not in stored_lines]
        added = prefill.prefill_from(partnership, page, new_lines)
    current = page.revision.number if page.revision else 0
    data: Mapping[str, str] = request.POST if request.method == "POST" else stored
    form = ClauseForm(
        request.POST if is_submitted(request) else None,
        heading=page.heading,
        parties=party_choices(page),
        used_codes=page.used_codes,
        is_revision=page.revision is not None,
        initial=_initial(request, page, offered, stored if unsaved else None, added),
        auto_id=f"clause-{place.clause_id}-%s" if is_in_place else "id_%s",
    )
    return ClauseEditor(
        page=page,
        form=form,
        prefill=lines,
        place=place,
        number=seen_number(data, current) if unsaved else current,
        unsaved=unsaved,
        action=_action(partnership, place),
        is_in_place=is_in_place,
    )


def _initial(
    request: HttpRequest,
    page: ClauseFormPage,
    offered: OfferedClause | None,
    stored: Mapping[str, str] | None,
    added: Prefill,
) -> dict[str, Any]:
    if request.method == "POST" and not is_submitted(request) and request.POST.get("take") != "theirs":
        return initial_after_button(request.POST, page)
    initial: dict[str, Any] = {}
    if stored is not None:
        initial = restored_initial(stored, heading=page.heading)
    elif page.revision is not None:
        initial = initial_from(clauses.wording_of(page.revision), page.revision.number)
    elif offered is not None:
        initial = {"title": offered.title, "body": offered.body, "plain_words": offered.plain_words}
    if request.method == "POST":
        return initial
    return prefill.merge_initial(initial, added, is_started=bool(initial))


def party_choices(page: ClauseFormPage) -> list[PartyChoice]:
    """Return the parties that a form offers."""
    return [PartyChoice(party.code, party.organisation.name, party.side) for party in page.parties]


def place_of(page: ClauseFormPage, offered: OfferedClause | None = None) -> FormPlace:
    """Return which form a page shows."""
    return FormPlace(
        roadmap_id=page.roadmap.pk,
        heading=page.heading,
        clause_id=page.clause.pk if page.clause else None,
        library_version_id=offered.pk if offered else None,
    )


def stored_wording(request: HttpRequest, page: ClauseFormPage, place: FormPlace) -> UnsavedWording | None:
    """Return what the reader typed in a form and did not save. 1 query."""
    return unsaved_queries.of_form(
        page.roadmap,
        reader(request),
        heading=place.heading,
        clause_id=place.clause_id,
        library_version_id=place.library_version_id,
    )


def discard(request: HttpRequest, editor: ClauseEditor) -> None:
    """Delete what was typed in a form that has just been saved."""
    unsaved_wordings.discard(place=editor.place, broker=reader(request))


def typed_clause(form: ClauseForm, line_ids: tuple[int, ...]) -> TypedClause | None:
    """Return the content of a form, None if it has errors."""
    if not form.is_valid():
        return None
    return TypedClause(
        wording=replace(form.wording(), line_ids=line_ids),
        reason=form.cleaned_data.get("reason", ""),
        responsible=form.cleaned_data.get("responsible", ""),
        seen_number=form.cleaned_data.get("seen_number") or 0,
    )


def _action(partnership: Partnership, place: FormPlace) -> str:
    reference = partnership.reference
    if place.clause_id is not None:
        return reverse("partnerships:clause", args=[reference, place.clause_id])
    if place.library_version_id is not None:
        return reverse("partnerships:insert_clause", args=[reference, place.library_version_id])
    return reverse("partnerships:new_clause", args=[reference, place.heading])
