"""What the broker types of a clause: its words and the tables that its heading may carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.form_fields import DayField
from partnerships.case.form_fields import Prose
from partnerships.charter.terms import TABLES, Terms
from partnerships.charter.texts import Heading
from partnerships.drafting.actions.clauses import Wording
from partnerships.drafting.forms import regulation, rows
from partnerships.drafting.forms.regulation import RegulationForm
from partnerships.drafting.forms.row import PartyChoice, Row
from partnerships.drafting.forms.rows import Table

LONG = forms.Textarea(attrs={"rows": 8})
SHORT = forms.Textarea(attrs={"rows": 2})


class ClauseForm(forms.Form):
    """A clause. `taken`: codes of milestones, expectations, limits and commitments of the other clauses."""

    title = forms.CharField(label=gettext_lazy("Titre"), max_length=160)
    body = Prose(
        label=gettext_lazy("Texte"),
        max_length=8000,
        widget=LONG,
        help_text=gettext_lazy("Une ligne vide sépare deux paragraphes ; « - » commence une ligne de liste."),
    )
    plain_words = Prose(
        label=gettext_lazy("En clair"),
        max_length=600,
        required=False,
        widget=SHORT,
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
    transparency_object = forms.CharField(
        label=gettext_lazy("Objet au titre de la transparence"), max_length=200, required=False
    )
    reason = Prose(
        label=gettext_lazy("Pourquoi ce changement"),
        max_length=1000,
        required=False,
        widget=SHORT,
        help_text=gettext_lazy("Obligatoire dès que les parties ont le texte. Toutes le liront."),
    )
    seen_number = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        heading: Heading,
        parties: Sequence[PartyChoice],
        taken: frozenset[str] = frozenset(),
        is_revision: bool,
        given: Mapping[str, Any],
    ) -> None:
        super().__init__(data, initial=dict(given))
        self.heading, self.taken = heading, taken
        carried = TABLES.get(heading, ())
        self._drop_unused(carried, is_revision=is_revision)
        if "responsible" in self.fields:
            named = [(each.code, each.name) for each in parties]
            self.fields["responsible"].choices = [("", _("toutes les parties")), *named]  # type: ignore[attr-defined]
        self.tables: list[Table] = [
            rows.table(
                name,
                data,
                # A posted row is there because it is filled, not because it differs from what was shown.
                given.get(name, ()) if data is None else (),
                people=rows.people_for(heading, name, parties),
            )
            for name in carried
            if name in rows.ROWS
        ]
        self.regulation = RegulationForm(data, given.get("regulation")) if "regulation" in carried else None

    def _drop_unused(self, carried: Sequence[str], *, is_revision: bool) -> None:
        # A party answers for its clause from the day it is added; a revision does not move it.
        unused = {"responsible"} if is_revision else {"reason", "seen_number"}
        for name in unused | ({"starts_on", "ends_on", "transparency_object"} - set(carried)):
            del self.fields[name]

    def is_valid(self) -> bool:
        """Check the words and every table, then give a code to each row that has none."""
        right = all([super().is_valid(), *(table.is_valid() for table in self.tables)])
        if self.regulation and not self.regulation.is_valid():
            right = False
            self._say_here(self.regulation)
        if right:
            right = self._number()
        elif not self.errors:
            self.add_error(None, _("Une ligne d’un tableau est à corriger."))
        return right

    def _say_here(self, inner: forms.Form) -> None:
        for name, errors in inner.errors.items():
            told = {"label": inner.fields[name].label, "error": errors[0]}
            self.add_error(None, _("%(label)s\u00a0: %(error)s") % told)

    def wording(self) -> Wording:
        """Return the clause as it was typed; only after `is_valid`."""
        tables: dict[str, Any] = {
            table.name: tuple(row.printed() for row in table.filled()) for table in self.tables
        }
        scalars: dict[str, Any] = {
            name: self.cleaned_data[name]
            for name in ("starts_on", "ends_on", "transparency_object")
            if name in self.cleaned_data
        }
        return Wording(
            title=self.cleaned_data["title"],
            body=self.cleaned_data["body"],
            plain_words=self.cleaned_data["plain_words"],
            terms=Terms(
                **tables, **scalars, regulation=self.regulation.printed() if self.regulation else None
            ),
        )

    def _number(self) -> bool:
        coded = [row for table in self.tables for row in table.filled() if row.numbered]
        used = set(self.taken)
        for row in coded:
            code = row.cleaned_data["code"]
            if code in used:
                row.add_error("code", _("Ce code est déjà pris dans le texte."))
                self.add_error(None, _("Le code %(code)s est donné deux fois.") % {"code": code})
            if code:
                used.add(code)
        for row in coded:
            if not row.cleaned_data.get("code"):
                row.cleaned_data["code"] = _next_code(row, used)
        return not self.errors


def _next_code(row: Row, used: set[str]) -> str:
    number = 1
    while f"{row.stem()}{number}" in used:
        number += 1
    used.add(f"{row.stem()}{number}")
    return f"{row.stem()}{number}"


def given_by(wording: Wording, seen_number: int) -> dict[str, Any]:
    """Return what the form begins with: a clause as the broker saw it."""
    terms = wording.terms
    return {
        "title": wording.title,
        "body": wording.body,
        "plain_words": wording.plain_words,
        "seen_number": seen_number,
        **{each.name: getattr(terms, each.name) for each in fields(terms)},
    }


def as_typed(data: Mapping[str, Any], *, heading: Heading) -> dict[str, Any]:
    """Return a posted clause, unchecked, to begin a form with: every table gains a blank row."""
    typed: dict[str, Any] = {name: data[name] for name in ClauseForm.base_fields if name in data}
    for name in TABLES.get(heading, ()):
        if name in rows.ROWS:
            typed[name] = rows.typed_rows(name, data)
    if "regulation" in TABLES.get(heading, ()):
        typed["regulation"] = regulation.as_typed(data)
    return typed


class WithdrawForm(forms.Form):
    """Why a frozen text goes back to the negotiation."""

    reason = Prose(
        label=gettext_lazy("Pourquoi reprendre ce texte"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Toutes les parties le liront."),
    )
