"""Forms of a model charter: its words, kinds of action and clauses by heading; its retirement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.fields import TextLineField
from partnerships.case.form_fields import Prose
from partnerships.charter.texts import HEADING_TITLES, Heading
from partnerships.drafting.actions.model_charters import ModelContent
from partnerships.drafting.queries.headings import MANDATORY_HEADINGS
from partnerships.models import ActionKind, LibraryClause


def _description(label: Any) -> Prose:
    return Prose(label=label, max_length=600, is_printed=False, widget=forms.Textarea(attrs={"rows": 3}))


class ReviseModelForm(forms.Form):
    """A model in both languages. `clauses`: those of the library in use; `chosen`: keys of its own."""

    title = TextLineField(label=gettext_lazy("Titre"), max_length=160)
    description = _description(gettext_lazy("Description"))
    title_en = TextLineField(label=gettext_lazy("Titre en anglais"), max_length=160)
    description_en = _description(gettext_lazy("Description en anglais"))
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Convient à ces sortes d’action"),
        required=False,
        choices=ActionKind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = Prose(
        is_printed=False,
        label=gettext_lazy("Pourquoi ce changement"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Les autres passeurs le liront. Les textes déjà écrits ne changent pas."),
    )
    seen_number = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        initial: Mapping[str, Any],
        clauses: Sequence[LibraryClause],
        chosen: Sequence[int],
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self.chosen = list(chosen)
        for heading in Heading:
            choices = [
                (str(clause.pk), clause.current.title)
                for clause in clauses
                if clause.heading == heading and clause.current
            ]
            if choices:
                self.fields[f"clauses-{heading:d}"] = forms.MultipleChoiceField(
                    label=_(HEADING_TITLES[heading]),
                    required=heading in MANDATORY_HEADINGS,
                    choices=choices,
                    initial=[str(pk) for pk in chosen],
                    widget=forms.CheckboxSelectMultiple,
                    error_messages={
                        "required": _(
                            "Une charte a besoin de cette rubrique : choisissez au moins une clause."
                        )
                    },
                )

    def word_fields(self) -> list[BoundField]:
        """Return the fields before the clauses."""
        return [self[name] for name in ("title", "description", "title_en", "description_en", "kinds")]

    def clause_fields(self) -> list[BoundField]:
        """Return the fields of the headings, in printed order."""
        return [self[name] for name in self.fields if name.startswith("clauses-")]

    def content(self) -> ModelContent:
        """Return the model; clauses chosen before keep their order. Only after `is_valid`."""
        clause_ids: list[int] = []
        for name in self.fields:
            if name.startswith("clauses-"):
                selected = [int(pk) for pk in self.cleaned_data[name]]
                clause_ids += sorted(selected, key=self._place)
        cleaned = self.cleaned_data
        return ModelContent(
            title=cleaned["title"],
            description=cleaned["description"],
            title_en=cleaned["title_en"],
            description_en=cleaned["description_en"],
            kinds=tuple(cleaned["kinds"]),
            clause_ids=tuple(clause_ids),
        )

    def _place(self, pk: int) -> tuple[int, int]:
        return (self.chosen.index(pk), pk) if pk in self.chosen else (len(self.chosen), pk)


class RetireModelForm(forms.Form):
    reason = Prose(
        is_printed=False,
        label=gettext_lazy("Pourquoi le retirer"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Il ne sera plus proposé. Les textes commencés avec lui ne changent pas."),
    )
