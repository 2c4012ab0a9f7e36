"""The form of a clause: its words, the tables its heading carries, and the buttons that do not save it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Final, NamedTuple

from django import forms
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.fields import DayField, TextLineField
from partnerships.case.form_fields import Prose, counted
from partnerships.charter.regulation import ADVANTAGES, CONVENTION_OBJECTS, OTHER, SUPPORTS, RegulationText
from partnerships.charter.terms import TABLES, Terms
from partnerships.charter.texts import Heading
from partnerships.drafting.actions.clauses import Wording
from partnerships.drafting.forms import rows
from partnerships.drafting.forms.rows import PartyChoice, RowForm, RowFormSet
from partnerships.drafting.queries.clause_form import ClauseFormPage
from partnerships.drafting.queries.prefill import LINE_PARAMETER

LONG_TEXT = forms.Textarea(attrs={"rows": 8})
SHORT_TEXT = forms.Textarea(attrs={"rows": 2})
BLANK = ("", "—")
REGULATION_FIELDS = tuple(field.name for field in fields(RegulationText))
SAVED_PREFIX: Final = "kept-"
EDIT_BUTTONS: Final = frozenset({"add", "refer", "take"})
CONTROL_FIELDS: Final = EDIT_BUTTONS | {"csrfmiddlewaretoken", "reference", "seen_number", LINE_PARAMETER}
# Which form an unsaved text was typed in.
PLACE_FIELDS: Final = ("typed_clause", "typed_heading", "typed_version")
UNSTORED_FIELDS: Final = EDIT_BUTTONS | {"csrfmiddlewaretoken", "reference", *PLACE_FIELDS}


def _choices(titles: Mapping[str, str]) -> list[tuple[str, Any]]:
    return [BLANK, *((code, gettext_lazy(title)) for code, title in titles.items())]


class RegulationForm(forms.Form):
    """The regulatory typology of a clause; all fields blank means that it has none."""

    prefix = "regulation"
    kind = forms.ChoiceField(
        label=gettext_lazy("Nature du soutien"),
        required=False,
        choices=[BLANK, *((kind, gettext_lazy(support.title)) for kind, support in SUPPORTS.items())],
        help_text=gettext_lazy("Un seul choix, avec ses conséquences\u00a0: elles sont décrites à côté."),
    )
    object_code = forms.ChoiceField(
        label=gettext_lazy("Motif de la convention"), required=False, choices=_choices(CONVENTION_OBJECTS)
    )
    other_words = TextLineField(
        label=gettext_lazy("Autre motif, en toutes lettres"), max_length=200, required=False
    )
    advantage_code = forms.ChoiceField(
        label=gettext_lazy("Nature de l’avantage"), required=False, choices=_choices(ADVANTAGES)
    )
    advantage_words = TextLineField(
        label=gettext_lazy("Autre avantage, en toutes lettres"), max_length=200, required=False
    )
    event_name = TextLineField(
        label=gettext_lazy("Manifestation"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "Si le soutien porte sur un évènement\u00a0: nom, organisateur, date et lieu."
        ),
    )
    event_organiser = TextLineField(label=gettext_lazy("Organisée par"), max_length=200, required=False)
    event_date = DayField(label=gettext_lazy("Date de la manifestation"), required=False)
    event_place = TextLineField(
        label=gettext_lazy("Lieu de la manifestation"), max_length=200, required=False
    )
    has_professionals = forms.BooleanField(
        label=gettext_lazy("Un professionnel de santé ou un étudiant reçoit quelque chose à titre personnel"),
        required=False,
    )

    def __init__(self, data: Mapping[str, Any] | None, initial: Any, *, auto_id: str = "id_%s") -> None:
        if not isinstance(initial, Mapping):
            initial = {name: getattr(initial, name, "") for name in REGULATION_FIELDS}
        super().__init__(data, initial=dict(initial), auto_id=auto_id)

    def clean(self) -> None:
        """Require the words of a code that means "other"."""
        for code, words in (("object_code", "other_words"), ("advantage_code", "advantage_words")):
            if self.cleaned_data.get(code) == OTHER and not self.cleaned_data.get(words):
                self.add_error(words, _("«\u202fAutre\u202f» est à préciser en toutes lettres."))

    def regulation_text(self) -> RegulationText | None:
        """Return the typology, or None when every field is blank; only after `is_valid`."""
        regulation = RegulationText(**{name: self.cleaned_data[name] for name in REGULATION_FIELDS})
        return None if regulation == RegulationText() else regulation


def posted_regulation(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the posted fields of the typology, unchecked."""
    return {name: data.get(f"{RegulationForm.prefix}-{name}", "") for name in REGULATION_FIELDS}


# The terms of a clause that are one value each, with a field of the form.
SCALARS = ("starts_on", "ends_on", "transparency_object", "publication")


class ClauseForm(forms.Form):
    """A clause. `used_codes`: codes of the rows of the other clauses."""

    title = TextLineField(label=gettext_lazy("Titre"), max_length=160)
    body = Prose(
        label=gettext_lazy("Texte"),
        max_length=8000,
        widget=LONG_TEXT,
        help_text=gettext_lazy("Une ligne vide sépare deux paragraphes ; « - » commence une ligne de liste."),
    )
    plain_words = Prose(
        label=gettext_lazy("En clair"),
        max_length=600,
        required=False,
        widget=SHORT_TEXT,
        help_text=gettext_lazy("La même chose, en une phrase que chacun comprend."),
    )
    responsible = forms.ChoiceField(label=gettext_lazy("Responsable"), required=False)
    starts_on = DayField(
        label=gettext_lazy("Prend effet le"),
        required=False,
    )
    ends_on = DayField(
        label=gettext_lazy("Prend fin le"),
        required=False,
    )
    transparency_object = TextLineField(
        label=gettext_lazy("Objet au titre de la transparence"), max_length=200, required=False
    )
    publication = forms.BooleanField(
        label=gettext_lazy("Publier le résumé de la charte au registre public"),
        required=False,
        help_text=gettext_lazy(
            "Toutes les parties l’acceptent en acceptant cette clause. Rien n’est publié avant le sceau."
        ),
    )
    reason = Prose(
        label=gettext_lazy("Pourquoi ce changement"),
        max_length=1000,
        required=False,
        widget=SHORT_TEXT,
        help_text=gettext_lazy("Obligatoire dès que les parties ont le texte. Toutes les parties le liront."),
    )
    seen_number = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(  # noqa: PLR0913 - what a clause of the text depends on
        self,
        data: Mapping[str, Any] | None = None,
        *,
        heading: Heading,
        parties: Sequence[PartyChoice],
        used_codes: frozenset[str] = frozenset(),
        is_revision: bool,
        initial: Mapping[str, Any],
        auto_id: str = "id_%s",
    ) -> None:
        super().__init__(data, initial=dict(initial), auto_id=auto_id)
        self.heading, self.used_codes = heading, used_codes
        table_names = TABLES.get(heading, ())
        self._drop_unused(table_names, is_revision=is_revision)
        if "responsible" in self.fields:
            choices = [(party.code, party.name) for party in parties]
            self.fields["responsible"].choices = [("", _("toutes les parties")), *choices]  # type: ignore[attr-defined]
        self.tables: list[RowFormSet] = [
            rows.build_table(
                name,
                data,
                # A posted row counts because it is filled, not because it differs from its initial values.
                initial.get(name, ()) if data is None else (),
                auto_id=auto_id,
                party_choices=rows.party_choices_for(heading, name, parties),
            )
            for name in table_names
            if name in rows.ROW_FORMS
        ]
        self.regulation = (
            RegulationForm(data, initial.get("regulation"), auto_id=auto_id)
            if "regulation" in table_names
            else None
        )

    def _drop_unused(self, table_names: Sequence[str], *, is_revision: bool) -> None:
        # The responsible party is set when the clause is added; a revision does not change it.
        unused = {"responsible"} if is_revision else {"reason", "seen_number"}
        for name in unused | (set(SCALARS) - set(table_names)):
            del self.fields[name]

    def is_valid(self) -> bool:
        """Check the fields and every table, then give a code to each row that has none."""
        is_valid = all([super().is_valid(), *(table.is_valid() for table in self.tables)])
        if self.regulation and not self.regulation.is_valid():
            is_valid = False
            self._copy_errors(self.regulation)
        if is_valid:
            is_valid = self._assign_codes()
        elif not self.errors:
            self.add_error(None, _("Une ligne d’un tableau est à corriger."))
        return is_valid

    def _copy_errors(self, form: forms.Form) -> None:
        for name, errors in form.errors.items():
            values = {"label": form.fields[name].label, "error": errors[0]}
            self.add_error(None, _("%(label)s\u00a0: %(error)s") % values)

    def wording(self) -> Wording:
        """Return the clause as it was posted; only after `is_valid`."""
        tables: dict[str, Any] = {
            table.name: tuple(row.charter_row() for row in table.filled_rows()) for table in self.tables
        }
        scalars: dict[str, Any] = {
            name: self.cleaned_data[name] for name in SCALARS if name in self.cleaned_data
        }
        regulation = self.regulation.regulation_text() if self.regulation else None
        return Wording(
            title=self.cleaned_data["title"],
            body=self.cleaned_data["body"],
            plain_words=self.cleaned_data["plain_words"],
            terms=Terms(**tables, **scalars, regulation=regulation),
        )

    def _assign_codes(self) -> bool:
        coded_rows = [row for table in self.tables for row in table.filled_rows() if row.code_prefix]
        used_codes = set(self.used_codes)
        for row in coded_rows:
            code = row.cleaned_data["code"]
            if code in used_codes:
                row.add_error("code", _("Ce code est déjà pris dans le texte."))
                self.add_error(None, _("Le code %(code)s est donné deux fois.") % {"code": code})
            if code:
                used_codes.add(code)
        for row in coded_rows:
            if not row.cleaned_data.get("code"):
                row.cleaned_data["code"] = _next_free_code(row, used_codes)
        return not self.errors


def _next_free_code(row: RowForm, used_codes: set[str]) -> str:
    """Return the first free code of a row and add it to `used_codes`."""
    number = 1
    while f"{row.code_stem()}{number}" in used_codes:
        number += 1
    used_codes.add(f"{row.code_stem()}{number}")
    return f"{row.code_stem()}{number}"


def initial_from(wording: Wording, seen_number: int) -> dict[str, Any]:
    """Return the initial values of the form of a revision."""
    terms = wording.terms
    return {
        "title": wording.title,
        "body": wording.body,
        "plain_words": wording.plain_words,
        "seen_number": seen_number,
        **{field.name: getattr(terms, field.name) for field in fields(terms)},
    }


def posted_initial(data: Mapping[str, Any], *, heading: Heading) -> dict[str, Any]:
    """Return a posted clause, unchecked, as initial values: every table gains a blank row."""
    initial: dict[str, Any] = {name: data[name] for name in ClauseForm.base_fields if name in data}
    for name in TABLES.get(heading, ()):
        if name in rows.ROW_FORMS:
            initial[name] = rows.posted_rows(name, data)
    if "regulation" in TABLES.get(heading, ()):
        initial["regulation"] = posted_regulation(data)
    return initial


def restored_initial(data: Mapping[str, Any], *, heading: Heading) -> dict[str, Any]:
    """Return a stored form, unchecked, as initial values: a table gains one blank row, however often."""
    initial = posted_initial(data, heading=heading)
    for name in TABLES.get(heading, ()):
        if name in rows.ROW_FORMS:
            initial[name] = [row for row in initial[name] if rows.is_filled(name, row)]
    return initial


class SavedField(NamedTuple):
    """A posted field put aside in a hidden input, so that it can be restored."""

    name: str
    value: str


def requested_line_ids(request: HttpRequest) -> list[int]:
    """Return the keys of the opened lines that the query or the posted form names."""
    return line_ids_of(request.POST if request.method == "POST" else request.GET)


def line_ids_of(data: MultiValueDict[str, str]) -> list[int]:
    """Return the keys of opened lines among these fields."""
    return [pk for value in data.getlist(LINE_PARAMETER) if (pk := counted(value)) is not None]


def is_submission(data: Mapping[str, str]) -> bool:
    """Return whether the clause is to be saved; the buttons of `EDIT_BUTTONS` only change the form."""
    return not EDIT_BUTTONS & data.keys()


def initial_after_button(data: Mapping[str, str], page: ClauseFormPage) -> dict[str, Any]:
    """Return the initial values after an edit button: what was posted, with what the button adds."""
    values = _saved_values(data) if data.get("take") == "mine" else data
    initial = posted_initial(values, heading=page.heading)
    reference = data.get("reference", "")
    if "refer" in data and reference in {row.marker for row in page.references}:
        initial["body"] = f"{initial.get('body', '').rstrip()} {reference}".lstrip()
    return initial


def saved_fields(data: Mapping[str, str]) -> list[SavedField]:
    """Return the fields put aside, to be written into the page as hidden inputs."""
    if data.get("take") == "theirs":
        return [
            SavedField(SAVED_PREFIX + name, value)
            for name, value in data.items()
            if name not in CONTROL_FIELDS and not name.startswith(SAVED_PREFIX)
        ]
    if data.get("take") == "mine":
        return []
    return [SavedField(name, value) for name, value in data.items() if name.startswith(SAVED_PREFIX)]


def seen_number(data: Mapping[str, str], current: int) -> int:
    """Return the number of the revision that the broker read: `current` if not posted, 0 if not a number."""
    if "seen_number" not in data:
        return current
    return counted(data["seen_number"]) or 0


def _saved_values(data: Mapping[str, str]) -> dict[str, str]:
    return {
        name.removeprefix(SAVED_PREFIX): value
        for name, value in data.items()
        if name.startswith(SAVED_PREFIX)
    }
