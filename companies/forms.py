"""The identity and the profile of a company."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import IdentifierField, TextLineField
from accounts.models import Declares
from accounts.organisations import identifiers
from accounts.organisations.forms import ProfileForm
from accounts.registration.forms import IdentityForm
from companies.actions import CompanyActivity
from partnerships.models import Trade


class CompanyIdentityForm(IdentityForm):
    siren = IdentifierField(
        label=_("SIREN"), normalise=identifiers.siren, help_text=_("Neuf chiffres. Exemple : 000 000 075.")
    )
    siret = IdentifierField(
        label=_("SIRET du siège"),
        normalise=identifiers.siret,
        help_text=_("Quatorze chiffres, dont les neuf du SIREN. Exemple : 000 000 075 00010."),
    )

    trade = forms.ChoiceField(
        label=_("Activité"),
        choices=Trade.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Indiquez ce que fait l’entreprise.")},
    )
    declares = forms.ChoiceField(
        label=_("Devez-vous déclarer sur Transparence-Santé ?"),
        choices=Declares.choices,
        help_text=_(
            "Si vous n’êtes pas sûr, choisissez « Je ne sais pas » : le passeur verra cela avec vous."
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("Répondez oui, non, ou « je ne sais pas ».")},
    )

    field_order = ("name", "city", "siren", "siret", "trade", "declares", "purpose", "website")

    def clean(self) -> dict[str, Any]:
        """Reject a SIRET of another company."""
        cleaned = super().clean() or {}
        siren, siret = cleaned.get("siren"), cleaned.get("siret")
        if siren and siret and not siret.startswith(siren):
            self.add_error(
                "siret", _("Ce SIRET n’est pas celui de ce SIREN : ses neuf premiers chiffres diffèrent.")
            )
        return cleaned

    def activity(self) -> CompanyActivity:
        """Return the activity of a valid form."""
        return CompanyActivity(self.cleaned_data["trade"], self.cleaned_data["declares"])


class CompanyProfileForm(ProfileForm):
    trade = forms.ChoiceField(
        label=_("Activité"), choices=Trade.choices, initial=Trade.MEDICINE, widget=forms.RadioSelect
    )
    declares = forms.ChoiceField(
        label=_("Devez-vous déclarer sur Transparence-Santé ?"),
        choices=Declares.choices,
        initial=Declares.UNKNOWN,
        help_text=_(
            "Si vous n’êtes pas sûr, choisissez « Je ne sais pas » : le passeur verra cela avec vous."
        ),
        widget=forms.RadioSelect,
    )
    professional_body = TextLineField(
        label=_("Organisation professionnelle"),
        required=False,
        max_length=80,
        help_text=_("Exemples : Leem, Snitem."),
    )
    labels = {"purpose": _("Ce que fait l’entreprise")}
    help_texts = {
        "purpose": _("En deux phrases, sans nom de marque ni de molécule."),
        "ethics_summary": _(
            "Chaque association la lit dès l’ouverture du dossier, avant de vous rencontrer."
        ),
    }

    field_order = ("purpose", "website", "trade", "declares", "professional_body", "ethics_summary")
