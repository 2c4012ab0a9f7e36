"""The form that opens a case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import TextLineField
from accounts.models import Organisation, Side
from broker.queries import organisations


class OpenCaseForm(forms.Form):
    """The action and the organisations of a new case. 2 queries."""

    title = TextLineField(
        label=_("Intitulé de l’action"),
        help_text=_("L’action précise, en quelques mots. Toutes les parties la lisent dès l’ouverture."),
        max_length=160,
    )
    associations = forms.MultipleChoiceField(
        label=_("Associations"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choisissez au moins une association."),
            "invalid_choice": _("Cette association n’est plus vérifiée. Choisissez-en une autre."),
        },
    )
    companies = forms.MultipleChoiceField(
        label=_("Entreprises"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choisissez au moins une entreprise."),
            "invalid_choice": _("Cette entreprise n’est plus vérifiée. Choisissez-en une autre."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations_by_id: dict[str, Organisation] = {}
        for name, side in (("associations", Side.ASSOCIATION), ("companies", Side.COMPANY)):
            verified = {str(each.pk): each for each in organisations.verified(side)}
            self.organisations_by_id |= verified
            field = self.fields[name]
            if isinstance(field, forms.MultipleChoiceField):
                # Two organisations may have one name.
                field.choices = [(key, f"{each.name}, {each.city}") for key, each in verified.items()]

    @property
    def has_both_sides(self) -> bool:
        """Whether there is an organisation to choose on each side."""
        return {each.side for each in self.organisations_by_id.values()} == set(Side)

    def organisations(self) -> list[Organisation]:
        """Return the organisations of a valid form, associations first."""
        keys = [*self.cleaned_data["associations"], *self.cleaned_data["companies"]]
        return [self.organisations_by_id[key] for key in keys]
