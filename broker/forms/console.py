"""What a broker types to find something, and to open a case."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, OrganisationState, Side
from broker.queries import organisations
from broker.queries.pipeline import Wish
from broker.queries.queue import Section
from broker.queries.stages import Stage


class Search(forms.Form):
    """Words and a page; whatever else was typed in the address is left aside."""

    q = forms.CharField(required=False, max_length=100)
    page = forms.IntegerField(required=False, min_value=1)

    def found(self) -> dict[str, Any]:
        """Return what was understood, each field present."""
        self.full_clean()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields} | {
            "page": self.cleaned_data.get("page") or 1
        }

    def kept(self, *, without: str = "page") -> str:
        """Return what was asked as the end of an address, but for the page and one other field."""
        found = self.found()
        return urlencode(
            {name: found[name] for name in found if found[name] and name not in ("page", without)}
        )


class BoardSearch(Search):
    mine = forms.BooleanField(required=False)
    stage = forms.ChoiceField(required=False, choices=Stage)

    def wish(self) -> Wish:
        """Return what the broker asks to see."""
        found = self.found()
        stage = Stage(found["stage"]) if found["stage"] else None
        return Wish(words=found["q"], is_mine=bool(found["mine"]), stage=stage)


class MailSearch(Search):
    state = forms.CharField(required=False, max_length=10)


class QueueSearch(Search):
    section = forms.ChoiceField(required=False, choices=Section)


class OrganisationSearch(Search):
    state = forms.ChoiceField(
        required=False, choices=[each for each in OrganisationState.choices if each[0] != "draft"]
    )
    side = forms.ChoiceField(required=False, choices=Side)


class OpenCase(forms.Form):
    """What a case needs to begin. 2 queries."""

    title = forms.CharField(
        label=_("Intitulé de l’action"),
        help_text=_("L’action précise, en quelques mots. Les deux parties le lisent dès l’ouverture."),
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
        self.offered: dict[str, Organisation] = {}
        for name, side in (("associations", Side.ASSOCIATION), ("companies", Side.COMPANY)):
            found = {str(each.pk): each for each in organisations.verified(side)}
            self.offered |= found
            field = self.fields[name]
            if isinstance(field, forms.MultipleChoiceField):
                # Two may bear one name.
                field.choices = [(key, f"{each.name}, {each.city}") for key, each in found.items()]

    @property
    def has_both_sides(self) -> bool:
        """Say whether there is somebody to choose on each side."""
        return {each.side for each in self.offered.values()} == set(Side)

    def chosen(self) -> list[Organisation]:
        """Return the organisations of a valid form, associations first."""
        keys = [*self.cleaned_data["associations"], *self.cleaned_data["companies"]]
        return [self.offered[key] for key in keys]
