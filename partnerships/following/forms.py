"""Form for the evidence of a milestone."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import WebAddressField
from partnerships.case.form_fields import Prose


class EvidenceForm(forms.Form):
    """The evidence of a milestone: a text and an optional link."""

    text = Prose(
        label=_("Votre preuve, en quelques mots"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Compte rendu, relevé, nombre de réponses. Les autres parties le liront. "
            "N’écrivez aucune donnée de santé sur une personne."
        ),
    )
    link = WebAddressField(
        label=_("Lien vers le document"),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        help_text=_("Une page ou un fichier que les autres parties peuvent ouvrir."),
    )
