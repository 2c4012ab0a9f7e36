"""Forms of the steps of a registration that both sides share."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import NameField, TextAreaField, TextLineField, WebAddressField
from accounts.registration.actions import OrganisationIdentity


class IdentityForm(forms.Form):
    """Name, city and profile; each side adds its registration numbers."""

    name = NameField(
        label=_("Nom"),
        max_length=200,
        error_messages={"required": _("Indiquez le nom, comme dans les statuts.")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    city = NameField(
        label=_("Ville du siège"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
        error_messages={"required": _("Indiquez la ville du siège.")},
    )

    purpose = TextAreaField(
        label=_("Ce que fait l’organisation"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("En deux phrases. N’écrivez aucune donnée de santé sur une personne."),
        error_messages={"required": _("Indiquez en deux phrases ce que vous faites.")},
    )
    website = WebAddressField(label=_("Site"), required=False, max_length=200, assume_scheme="https")

    def identity(self) -> OrganisationIdentity:
        return OrganisationIdentity(
            **{name: self.cleaned_data.get(name, "") for name in OrganisationIdentity._fields}
        )


class RulesForm(forms.Form):
    version = TextLineField(widget=forms.HiddenInput, max_length=20)
    accepted = forms.BooleanField(
        label=_("J’ai lu ces règles et mon organisation les accepte"),
        error_messages={
            "required": _("Cochez la case : il faut accepter les règles pour envoyer l’inscription.")
        },
    )
