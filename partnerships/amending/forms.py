"""Forms of an amendment: what it is about, why it is given up, why it is no mere correction."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import DayField, TextLineField
from partnerships.case.form_fields import Prose
from partnerships.drafting.actions.amendments import AmendmentDescription
from partnerships.models import AmendmentKind


class AmendmentForm(forms.Form):
    """The kind of an amendment, its purpose and its date of effect."""

    kind = forms.ChoiceField(
        label=_("Nature de l’avenant"),
        choices=AmendmentKind.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Une correction matérielle ne touche qu’à des mots\u00a0: un nom mal écrit, un renvoi faux. "
            "Chaque partie la confirme, puis la signe. Tout le reste passe par un tour."
        ),
    )
    purpose = Prose(
        label=_("Ce qui change, et pourquoi"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Toutes les parties le liront, et l’avenant signé le contiendra."),
    )
    effective_on = DayField(
        label=_("Date d’effet"),
        required=False,
        help_text=_("Sans date, l’avenant prend effet à la dernière signature."),
    )

    def description(self) -> AmendmentDescription:
        """Return the description from the valid form."""
        cleaned = self.cleaned_data
        return AmendmentDescription(
            kind=AmendmentKind(cleaned["kind"]),
            purpose=cleaned["purpose"],
            effective_on=cleaned["effective_on"],
        )


class GiveUpForm(forms.Form):
    """The reason why an amendment is given up."""

    reason = Prose(
        is_printed=False,
        label=_("Pourquoi abandonner cet avenant\u202f?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Toutes les parties le liront, et le journal le conserve."),
    )


class ContestForm(forms.Form):
    """The reason why a correction is none."""

    reason = Prose(
        is_printed=False,
        label=_("En quoi le sens du texte change"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Toutes les parties le liront, et le journal le conserve."),
    )


class ConfirmForm(forms.Form):
    """The fingerprint of the text that the page showed."""

    fingerprint = TextLineField(max_length=64, widget=forms.HiddenInput)
