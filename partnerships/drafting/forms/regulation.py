"""What a clause says to the regulations, picked from their lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.form_fields import DayField
from partnerships.charter.regulation import ADVANTAGES, CONVENTION_OBJECTS, OTHER, SUPPORTS, RegulationText

BLANK = ("", "—")
NAMES = tuple(each.name for each in fields(RegulationText))


def _listed(listed: Mapping[str, str]) -> list[tuple[str, Any]]:
    return [BLANK, *((code, gettext_lazy(title)) for code, title in listed.items())]


class RegulationForm(forms.Form):
    """The regulatory typology; all blank, the clause says nothing of it."""

    prefix = "regulation"
    kind = forms.ChoiceField(
        label=gettext_lazy("Nature du soutien"),
        required=False,
        choices=[BLANK, *((kind, gettext_lazy(each.title)) for kind, each in SUPPORTS.items())],
        help_text=gettext_lazy("Un seul choix, avec ses conséquences\u00a0: elles sont décrites à côté."),
    )
    object_code = forms.ChoiceField(
        label=gettext_lazy("Motif de la convention"), required=False, choices=_listed(CONVENTION_OBJECTS)
    )
    other_words = forms.CharField(
        label=gettext_lazy("Autre motif, en toutes lettres"), max_length=200, required=False
    )
    advantage_code = forms.ChoiceField(
        label=gettext_lazy("Nature de l’avantage"), required=False, choices=_listed(ADVANTAGES)
    )
    advantage_words = forms.CharField(
        label=gettext_lazy("Autre avantage, en toutes lettres"), max_length=200, required=False
    )
    event_name = forms.CharField(
        label=gettext_lazy("Manifestation"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "Si le soutien porte sur un évènement\u00a0: nom, organisateur, date et lieu."
        ),
    )
    event_organiser = forms.CharField(label=gettext_lazy("Organisée par"), max_length=200, required=False)
    event_date = DayField(label=gettext_lazy("Date de la manifestation"), required=False)
    event_place = forms.CharField(
        label=gettext_lazy("Lieu de la manifestation"), max_length=200, required=False
    )
    has_professionals = forms.BooleanField(
        label=gettext_lazy("Un professionnel de santé ou un étudiant reçoit quelque chose à titre personnel"),
        required=False,
    )

    def __init__(self, data: Mapping[str, Any] | None, given: Any) -> None:
        begun = given if isinstance(given, Mapping) else {name: getattr(given, name, "") for name in NAMES}
        super().__init__(data, initial=dict(begun))

    def clean(self) -> None:
        """Ask for the words that « autre » calls for."""
        asked = (("object_code", "other_words"), ("advantage_code", "advantage_words"))
        for code, words in asked:
            if self.cleaned_data.get(code) == OTHER and not self.cleaned_data.get(words):
                self.add_error(words, _("«\u202fAutre\u202f» demande d’être précisé en toutes lettres."))

    def printed(self) -> RegulationText | None:
        """Return what was said, or None when nothing was; only after `is_valid`."""
        told = RegulationText(**{name: self.cleaned_data[name] for name in NAMES})
        return None if told == RegulationText() else told


def as_typed(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was posted of it, unchecked."""
    return {name: data.get(f"{RegulationForm.prefix}-{name}", "") for name in NAMES}
