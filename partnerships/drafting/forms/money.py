"""The rows in which money is typed: budget, payments, what is given back, the broker's fees."""

from __future__ import annotations

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.case.form_fields import Code, Euros
from partnerships.charter.texts import BudgetLineText, CounterpartText, FeeText, PaymentText
from partnerships.drafting.forms.row import Row

RATES: Final = [
    (0, "0\u202f%"),
    (55, _("5,5\u202f%")),
    (100, "10\u202f%"),
    (200, "20\u202f%"),
]


class BudgetRow(Row):
    kind = BudgetLineText
    who = "payer_key"
    label = forms.CharField(label=_("Ligne"), max_length=200)
    payer_key = forms.ChoiceField(label=_("Apporté par"))
    amount_minor = Euros(label=_("Montant hors TVA, en euros"))
    contribution = forms.ChoiceField(
        label=_("Nature"), choices=[("cash", _("Numéraire")), ("in_kind", _("En nature"))]
    )
    vat = forms.ChoiceField(
        label=_("TVA"),
        required=False,
        choices=[
            ("none", _("Sans TVA")),
            ("borne", _("Non récupérée\u00a0: elle coûte")),
            ("recovered", _("Récupérée\u00a0: elle ne coûte rien")),
        ],
    )
    vat_permille = forms.TypedChoiceField(
        label=_("Taux de TVA"), required=False, coerce=int, empty_value=None, choices=RATES
    )

    def clean_vat(self) -> str:
        """Read a table posted without this column as one without VAT."""
        return str(self.cleaned_data["vat"] or "none")

    def clean_vat_permille(self) -> int:
        """Ask what becomes of a VAT that is due."""
        rate: int = self.cleaned_data["vat_permille"] or 0
        if rate and self.cleaned_data.get("vat") == "none":
            raise forms.ValidationError(_("Dites si cette TVA est récupérée, ou choisissez 0\u202f%."))
        return rate


class PaymentRow(Row):
    kind = PaymentText
    who = "payer_key"
    label = forms.CharField(label=_("Versement"), max_length=200)
    amount_minor = Euros(label=_("Montant, en euros"))
    milestone_code = Code(label=_("Après le jalon"), empty_value=None)
    payer_key = forms.TypedChoiceField(label=_("Versé par"), required=False, empty_value=None)


class FeeRow(Row):
    kind = FeeText
    who = "payer_key"
    label = forms.CharField(label=_("Honoraires"), max_length=200)
    payer_key = forms.ChoiceField(label=_("Payés par"))
    amount_minor = Euros(label=_("Montant, en euros"))


class CounterpartRow(Row):
    kind = CounterpartText
    who = "party_key"
    label = forms.CharField(label=_("Contrepartie"), max_length=200)
    party_key = forms.ChoiceField(label=_("Reçue par"))
    amount_minor = Euros(label=_("Valeur, en euros"))
