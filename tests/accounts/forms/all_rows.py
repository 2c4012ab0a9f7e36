"""The rows of all forms: those of who is who, and those of the brokers' library of clauses."""

from __future__ import annotations

from typing import Any

from broker.forms.library import (
    LibraryClauseForm,
    LibrarySearch,
    NewClauseForm,
    RetireClauseForm,
    ReviseClauseForm,
)
from broker.forms.model_charters import RetireModelForm, ReviseModelForm
from partnerships.charter.texts import Heading
from partnerships.drafting.actions import library, model_charters
from partnerships.models import LibraryClause, ModelCharter
from tests.accounts.forms import rows
from tests.accounts.forms.rows import Row, Scene, bare, search

TEXT = library.LibraryText(
    title="Litiges",
    body="Les parties parlent d’abord au passeur.",
    plain_words="On se parle.",
    title_en="Disputes",
    body_en="The parties speak to the broker first.",
    plain_words_en="We talk.",
    source="Texte de la maison",
    rule="",
)


def add(form: LibraryClauseForm, scene: Scene, heading: Heading = Heading.DISPUTES) -> LibraryClause:
    """Add what was typed to the library."""
    return library.add(broker=scene.cast.nora, heading=heading, text=form.text(), at=scene.at)


def on_a_clause(act: Any, scene: Scene, **fields: Any) -> object:
    """Do something with a clause that was just added."""
    broker, at = scene.cast.nora, scene.at
    clause = library.add(broker=broker, heading=Heading.DISPUTES, text=TEXT, at=at)
    return act(clause_id=clause.pk, broker=broker, at=at, **fields)


def revise_form(data: Any) -> ReviseModelForm:
    """Return the form of a model charter that takes every clause in use."""
    clauses = list(LibraryClause.objects.select_related("current").order_by("pk"))
    return ReviseModelForm(
        data,
        initial={"seen_number": 1},
        clauses=clauses,
        chosen=[clause.pk for clause in clauses if clause.current],
    )


def on_a_model(act: Any, scene: Scene, **fields: Any) -> object:
    """Do something with the first model charter."""
    model = ModelCharter.objects.order_by("pk")[0]
    return act(model_id=model.pk, broker=scene.cast.nora, at=scene.at, **fields)


ROWS = rows.ROWS | {
    LibraryClauseForm: Row(make=bare(LibraryClauseForm), keep=add),
    NewClauseForm: Row(
        make=bare(NewClauseForm),
        keep=lambda form, scene: add(form, scene, form.selected_heading()),
        plausible={"rule": [""]},
    ),
    ReviseClauseForm: Row(
        make=bare(ReviseClauseForm),
        keep=lambda form, scene: on_a_clause(
            library.revise,
            scene,
            text=form.text(),
            reason=form.cleaned_data["reason"],
            seen_number=form.cleaned_data["seen_number"],
        ),
        plausible={"seen_number": ["1"]},
    ),
    RetireClauseForm: Row(
        make=bare(RetireClauseForm),
        keep=lambda form, scene: on_a_clause(library.retire, scene, reason=form.cleaned_data["reason"]),
    ),
    ReviseModelForm: Row(
        make=lambda data, _files, _scene: revise_form(data),
        keep=lambda form, scene: on_a_model(
            model_charters.revise_model,
            scene,
            content=form.content(),
            reason=form.cleaned_data["reason"],
            seen_number=form.cleaned_data["seen_number"],
        ),
        plausible={"seen_number": ["1"]},
    ),
    RetireModelForm: Row(
        make=bare(RetireModelForm),
        keep=lambda form, scene: on_a_model(
            model_charters.retire_model, scene, reason=form.cleaned_data["reason"]
        ),
    ),
    LibrarySearch: search(LibrarySearch),
}
