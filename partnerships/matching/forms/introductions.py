"""Answering an introduction, proposing one, opening the case that follows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Side
from partnerships.case.form_fields import Prose
from partnerships.matching.queries import briefs
from partnerships.models import Brief

YES, NO = "yes", "no"


class AnswerForm(forms.Form):
    """Yes or no, and why, for the broker alone."""

    answer = forms.ChoiceField(
        label=_("Voulez-vous rencontrer l’autre côté ?"),
        choices=[(YES, _("Oui, dites-nous qui c’est si tous disent oui")), (NO, _("Non, pas cette fois"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez oui ou non.")},
    )
    reason = Prose(
        label=_("Pourquoi"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Lu par le passeur seul. L’autre côté n’en saura rien."),
    )


class ProposeForm(forms.Form):
    """Which briefs are put in touch; 1 query."""

    associations = forms.MultipleChoiceField(
        label=_("Associations"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins une association.")},
    )
    companies = forms.MultipleChoiceField(
        label=_("Entreprises"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins une entreprise.")},
    )
    words = Prose(
        label=_("Votre mot"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Le même pour tous, sans nom ni indice. Ce qui vous fait penser qu’ils devraient se parler."
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offered: dict[str, Brief] = {str(each.pk): each for each in briefs.published()}
        for name, side in (("associations", Side.ASSOCIATION), ("companies", Side.COMPANY)):
            field = self.fields[name]
            if isinstance(field, forms.MultipleChoiceField):
                field.choices = [
                    (key, f"{each.organisation.name}, {each.title}")
                    for key, each in self.offered.items()
                    if each.organisation.side == side
                ]

    def chosen(self) -> list[UUID]:
        """Return the briefs of a valid form."""
        return [UUID(key) for key in (*self.cleaned_data["associations"], *self.cleaned_data["companies"])]


class OpenForm(forms.Form):
    title = forms.CharField(
        label=_("Intitulé de l’action"),
        max_length=160,
        help_text=_("L’action précise, en quelques mots. Les deux parties le lisent dès l’ouverture."),
    )
