"""Sign-up, preferences, invitations, roles and mandates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import (
    EUROS,
    FIRST_YEAR_OF_A_PAST,
    AddressField,
    DayField,
    NameField,
    TextLineField,
    WholeNumberField,
)
from accounts.models import User
from accounts.organisations.forms import MAX_EUROS
from accounts.pages.time_zones import TERRITORIES, ZONES
from accounts.people.actions.mandates import MandateTerms
from accounts.people.actions.memberships import Guest, Roles
from accounts.people.queries.mandates import MandateProof
from outbox import caps
from outbox.kinds import Topic
from outbox.models import Rhythm

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import User


class SignupForm(forms.Form):
    full_name = NameField(
        label=_("Prénom et nom"),
        max_length=120,
        help_text=_("Tels que vous les écrivez pour signer."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Langue des courriels"),
        choices=[("fr", "Français"), ("en", "English")],
        initial="fr",
        widget=forms.RadioSelect,
    )

    field_order = ("full_name", "email", "password1", "language")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Do nothing: allauth requires this method, and the adapter saves the fields."""


class MandateForm(forms.Form):
    capacity = TextLineField(
        label=_("En qualité de"),
        max_length=120,
        help_text=_("Imprimé dans la charte. Exemple : présidente."),
    )
    basis = TextLineField(
        label=_("Ce qui donne ce pouvoir"),
        max_length=200,
        help_text=_("Exemple : statuts, article 12, ou procès-verbal du conseil du 3 mars."),
    )
    valid_from_date = DayField(label=_("À partir du"), first_year=FIRST_YEAR_OF_A_PAST)
    valid_until_date = DayField(label=_("Jusqu’au"), required=False, help_text=_("Vide : sans fin prévue."))
    ceiling = WholeNumberField(
        units=EUROS,
        label=_("Plafond, en euros"),
        required=False,
        min_value=1,
        max_value=MAX_EUROS,
        help_text=_("Vide : quel que soit le montant."),
    )

    document = forms.ChoiceField(
        label=_("Pièce qui le prouve"),
        required=False,
        help_text=_("Sans pièce, le passeur lit « non prouvé » à côté de ce mandat."),
    )

    def __init__(
        self, data: QueryDict | None = None, *, proofs: list[MandateProof] | None = None, **options: Any
    ) -> None:
        super().__init__(data, **options)
        document = self.fields["document"]
        assert isinstance(document, forms.ChoiceField)  # noqa: S101
        document.choices = [("", _("Aucune pièce : mandat non prouvé")), *(proofs or [])]

    def clean(self) -> dict[str, Any]:
        """Refuse a mandate that ends before it starts."""
        cleaned = super().clean() or {}
        start, end = cleaned.get("valid_from_date"), cleaned.get("valid_until_date")
        if start and end and end < start:
            self.add_error("valid_until_date", _("Ce jour vient avant le premier. Corrigez l’un des deux."))
        return cleaned

    def terms(self) -> MandateTerms:
        """Return the terms of the mandate, its ceiling in cents."""
        euros = self.cleaned_data["ceiling"]
        return MandateTerms(
            capacity=self.cleaned_data["capacity"],
            basis=self.cleaned_data["basis"],
            valid_from_date=self.cleaned_data["valid_from_date"],
            valid_until_date=self.cleaned_data["valid_until_date"],
            ceiling_minor=euros * 100 if euros else None,
            document_id=UUID(self.cleaned_data["document"]) if self.cleaned_data["document"] else None,
        )


class PreferencesForm(forms.Form):
    """Language, time zone, holidays, messages a month, and a rhythm for each topic that may be off."""

    language = forms.ChoiceField(
        label=_("Langue des pages et des courriels"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    time_zone = forms.ChoiceField(
        label=_("Fuseau horaire"),
        choices=[(name, words.place) for name, words in ZONES.items()],
        help_text=_(
            "Les pages et les courriels donnent l’heure de ce lieu, et celle de Paris quand elle diffère. "
            "Les rappels partent entre 8\u202fh et 19\u202fh, à cette heure."
        ),
    )
    territory = forms.ChoiceField(
        label=_("Jours fériés"),
        choices=[("", _("Ceux du fuseau horaire")), *TERRITORIES.items()],
        required=False,
        help_text=_(
            "Aucun rappel ne part un jour férié\u00a0: pour une échéance qui tombe ce "
            "jour-là, le rappel part avant. Les fêtes propres à une commune ou à une "
            "religion ne sont pas prises en compte."
        ),
    )

    monthly_cap = WholeNumberField(
        label=_("Messages par mois, au plus"),
        min_value=caps.LEAST,
        max_value=caps.MOST,
        help_text=_(
            "Au-delà, les messages attendent le résumé de la semaine : aucun n’est perdu. Les messages de "
            "signature et de compte, et le dernier rappel avant une échéance, partent toujours."
        ),
    )

    def __init__(
        self, user: User, rhythms: dict[Topic, Rhythm], monthly_cap: int, data: QueryDict | None = None
    ) -> None:
        initial = {
            "language": user.language,
            "time_zone": user.time_zone,
            "territory": user.territory,
            "monthly_cap": monthly_cap,
        }
        super().__init__(data, initial=initial)
        self.topics = list(rhythms)
        if user.time_zone not in ZONES:
            zone = self.fields["time_zone"]
            assert isinstance(zone, forms.ChoiceField)  # noqa: S101
            zone.choices = [
                (user.time_zone, user.time_zone),
                *((name, words.place) for name, words in ZONES.items()),
            ]
        for topic, rhythm in rhythms.items():
            self.fields[topic.value] = forms.ChoiceField(
                label=topic.label, choices=Rhythm.choices, initial=rhythm, widget=forms.RadioSelect
            )

    def rhythms(self) -> dict[Topic, Rhythm]:
        """Return the chosen rhythm by topic."""
        return {topic: Rhythm(self.cleaned_data[topic.value]) for topic in self.topics}


class OrganisationSwitchForm(forms.Form):
    organisation = forms.UUIDField()


class RolesForm(forms.Form):
    is_referent = forms.BooleanField(
        label=_("Référent"),
        required=False,
        help_text=_("Répond à chaque tour au nom de l’organisation."),
    )
    is_signatory = forms.BooleanField(
        label=_("Signataire"),
        required=False,
        help_text=_("Signe et engage l’organisation, avec un mandat de signature valable."),
    )
    is_administrator = forms.BooleanField(
        label=_("Gestionnaire"),
        required=False,
        help_text=_("Invite des personnes, donne les rôles et les mandats."),
    )

    def roles(self) -> Roles:
        return Roles(**{name: self.cleaned_data[name] for name in Roles._fields})


class InvitationForm(RolesForm):
    full_name = NameField(label=_("Prénom et nom"), max_length=120)
    email = AddressField(
        label=_("Adresse électronique"),
        max_length=254,
        help_text=_("L’invitation est valable quatorze jours, pour cette adresse seule."),
    )

    field_order = ("full_name", "email", "is_referent", "is_signatory", "is_administrator")

    def guest(self) -> Guest:
        return Guest(email=self.cleaned_data["email"], full_name=self.cleaned_data["full_name"])
