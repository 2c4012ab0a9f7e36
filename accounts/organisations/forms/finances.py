"""What came in during a year, and which company gave how much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import SupportNature
from accounts.organisations.actions.finances import Income, Support

MAX_EUROS = 100_000_000


class YearForm(forms.Form):
    """What came in during a year, in whole euros; a year told again is corrected."""

    year = forms.IntegerField(
        label=_("Année"),
        min_value=1990,
        max_value=2100,
        help_text=_("En quatre chiffres. Une année déjà donnée est corrigée."),
    )
    income = forms.IntegerField(
        label=_("Ressources de cette année"),
        min_value=0,
        max_value=MAX_EUROS,
        help_text=_("En euros, toutes origines."),
    )
    industry = forms.IntegerField(
        label=_("Dont versé par l’industrie"),
        min_value=0,
        max_value=MAX_EUROS,
        help_text=_("En euros, toutes entreprises de santé ensemble."),
    )

    def clean(self) -> dict[str, Any]:
        """Compare the amounts."""
        cleaned = super().clean() or {}
        income, industry = cleaned.get("income"), cleaned.get("industry")
        if income is not None and industry is not None and industry > income:
            self.add_error("industry", _("L’industrie ne peut pas donner plus que toutes les ressources."))
        return cleaned

    def told(self) -> Income:
        """Return the income of the year, in cents."""
        told = self.cleaned_data
        return Income(told["year"], told["income"] * 100, told["industry"] * 100)


class SupportForm(forms.Form):
    """What one company gave in a year, in whole euros; `known`: companies of its cases (key, name, city)."""

    organisation = forms.ChoiceField(label=_("Entreprise"), required=False)
    company = forms.CharField(
        label=_("Nom de l’entreprise"),
        max_length=200,
        required=False,
        help_text=_("Si elle n’est pas dans la liste."),
    )
    nature = forms.ChoiceField(
        label=_("Nature"),
        choices=SupportNature.choices,
        initial=SupportNature.PATRONAGE,
        widget=forms.RadioSelect,
    )
    amount = forms.IntegerField(
        label=_("Montant"), min_value=1, max_value=MAX_EUROS, help_text=_("En euros.")
    )

    def __init__(self, *args: Any, known: Sequence[tuple[str, str, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.known = {key: name for key, name, _city in known}
        if self.known:
            field = self.fields["organisation"]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101
            field.choices = [
                ("", _("Une autre, nommée ci-dessous")),
                # Two may bear one name.
                *((key, f"{name}, {city}") for key, name, city in known),
            ]
        else:
            del self.fields["organisation"]
            self.fields["company"].help_text = ""

    def clean(self) -> dict[str, Any]:
        """Ask for a name where none was chosen."""
        cleaned = super().clean() or {}
        if "organisation" in self.errors or "company" in self.errors:
            return cleaned
        if not cleaned.get("organisation") and not cleaned.get("company"):
            self.add_error("company", _("Dites quelle entreprise : choisissez-la, ou donnez son nom."))
        return cleaned

    def told(self) -> Support:
        """Return what was given, in cents."""
        told = self.cleaned_data
        key = told.get("organisation") or ""
        name = self.known[key] if key else told["company"]
        nature, amount_minor = SupportNature(told["nature"]), told["amount"] * 100
        return Support(name, nature, amount_minor, UUID(key) if key else None)
