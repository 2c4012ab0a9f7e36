"""The steps of a registration that both sides share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.organisations import identifiers
from accounts.registration.actions.registration import Identity


class NumberField(forms.CharField):
    """A register number, however it is spaced; `check` gives it bare or says what is wrong."""

    def __init__(self, *, check: Callable[[str], str], **options: Any) -> None:
        super().__init__(max_length=40, **options)
        self.check = check

    def clean(self, value: Any) -> Any:
        """Return the bare number, or "" when none was given."""
        written = super().clean(value)
        if not written:
            return ""
        try:
            return self.check(written)
        except identifiers.BadIdentifier as error:
            raise forms.ValidationError(str(error.sentence), code="identifier") from error


class IdentityForm(forms.Form):
    """What tells an organisation from all others; each side adds its numbers."""

    name = forms.CharField(
        label=_("Nom"),
        max_length=200,
        error_messages={"required": _("Donnez le nom, comme dans les statuts.")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    city = forms.CharField(
        label=_("Ville du siège"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
        error_messages={"required": _("Donnez la ville du siège.")},
    )

    purpose = forms.CharField(
        label=_("Ce que fait l’organisation"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("En deux phrases. N’écrivez aucune donnée de santé sur une personne."),
        error_messages={"required": _("Dites en deux phrases ce que vous faites.")},
    )
    website = forms.URLField(label=_("Site"), required=False, max_length=200, assume_scheme="https")

    def identity(self) -> Identity:
        """Return what was typed as an identity."""
        kept = {name: self.cleaned_data.get(name, "") for name in Identity._fields}
        return Identity(**kept)


class RulesForm(forms.Form):
    version = forms.CharField(widget=forms.HiddenInput, max_length=20)
    accepted = forms.BooleanField(
        label=_("J’ai lu ces règles et mon organisation les accepte"),
        error_messages={
            "required": _("Cochez la case pour accepter les règles : sans elles, rien ne commence.")
        },
    )
