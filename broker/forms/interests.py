"""What a broker received from an organisation, and the independence thresholds of the house."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import (
    EUROS,
    FIRST_YEAR_OF_A_PAST,
    PERCENT,
    DayField,
    TextLineField,
    WholeNumberField,
)
from accounts.models import InterestKind, Organisation
from accounts.organisations.actions.interests import BrokerInterestDetails
from accounts.organisations.forms import MAX_EUROS
from accounts.organisations.independence import Thresholds
from broker.queries import interests


class InterestForm(forms.Form):
    """What a broker received from an organisation, in whole euros. 1 query."""

    organisation = forms.ChoiceField(label=_("Organisation"))
    kind = forms.ChoiceField(
        label=_("Type de déclaration"),
        choices=InterestKind.choices,
        initial=InterestKind.FEE,
        widget=forms.RadioSelect,
    )
    amount = WholeNumberField(
        units=EUROS,
        label=_("Montant"),
        required=False,
        min_value=1,
        max_value=MAX_EUROS,
        help_text=_("En euros. Pour des honoraires."),
    )
    words = TextLineField(
        label=_("De quoi il s’agit"),
        max_length=300,
        help_text=_("Exemple : accompagnement d’un partenariat en 2025."),
    )
    from_date = DayField(label=_("À partir du"), first_year=FIRST_YEAR_OF_A_PAST)
    until_date = DayField(
        first_year=FIRST_YEAR_OF_A_PAST,
        label=_("Jusqu’au"),
        required=False,
        help_text=_("Vide : un lien qui dure encore."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._set_choices(
            [(str(each.pk), f"{each.name}, {each.city}") for each in interests.submitted_organisations()]
        )

    def fix_organisation(self, organisation: Organisation) -> None:
        """Offer this organisation alone: a declaration is replaced by one about the same organisation."""
        self._set_choices([(str(organisation.pk), organisation.name)])

    def _set_choices(self, choices: list[tuple[str, str]]) -> None:
        field = self.fields["organisation"]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Require the amount of a fee; refuse an end before the start."""
        cleaned = super().clean() or {}
        if (
            cleaned.get("kind") == InterestKind.FEE
            and not cleaned.get("amount")
            and "amount" not in self.errors
        ):
            self.add_error("amount", _("Indiquez le montant de ces honoraires."))
        from_date, until_date = cleaned.get("from_date"), cleaned.get("until_date")
        if from_date and until_date and until_date < from_date:
            self.add_error("until_date", _("Ce jour vient avant le premier. Corrigez l’un des deux."))
        return cleaned

    def organisation_id(self) -> UUID:
        """Return the key of the chosen organisation."""
        return UUID(self.cleaned_data["organisation"])

    def interest(self) -> BrokerInterestDetails:
        """Return the interest of a valid form, its amount in cents."""
        data = self.cleaned_data
        amount_minor = data["amount"] * 100 if data["amount"] else None
        return BrokerInterestDetails(
            InterestKind(data["kind"]), data["words"], data["from_date"], data["until_date"], amount_minor
        )


class ThresholdsForm(forms.Form):
    amber = WholeNumberField(
        units=PERCENT,
        label=_("À surveiller à partir de"),
        min_value=1,
        max_value=99,
        help_text=_("En pour cent."),
    )
    red = WholeNumberField(
        units=PERCENT,
        label=_("À expliquer à partir de"),
        min_value=2,
        max_value=100,
        help_text=_("En pour cent."),
    )

    def clean(self) -> dict[str, Any]:
        """Require amber below red."""
        cleaned = super().clean() or {}
        amber, red = cleaned.get("amber"), cleaned.get("red")
        if amber is not None and red is not None and red <= amber:
            self.add_error("red", _("Le seuil rouge vient après l’orange."))
        return cleaned

    def thresholds(self) -> Thresholds:
        """Return the thresholds of a valid form, in per cent."""
        return Thresholds(self.cleaned_data["amber"], self.cleaned_data["red"])
