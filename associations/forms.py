"""Forms of the identity, the profile and the approval of an association."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import (
    FIRST_YEAR_OF_A_PAST,
    HOURS,
    DayField,
    IdentifierField,
    TextLineField,
    WholeNumberField,
)
from accounts.models import GRANTED, REGIONS, ApprovalLevel
from accounts.organisations import identifiers
from accounts.organisations.actions.approvals import ApprovalDetails
from accounts.organisations.forms import ProfileForm
from accounts.registration.forms import IdentityForm

# The fields of each kind of registration; a value of the first one identifies the kind.
FIELDS_OF = {"rna": ("rna",), "court": ("court", "court_volume", "court_folio"), "siren": ("siren",)}


class AssociationIdentityForm(IdentityForm):
    """The identity by one of three kinds of registration; the fields of the others are emptied."""

    kind = forms.ChoiceField(
        label=_("Comment votre association est-elle déclarée ?"),
        choices=[
            ("rna", _("Numéro RNA : la plupart des associations")),
            ("siren", _("Par son SIREN : elle n’a pas de numéro RNA")),
            ("court", _("Inscrite au tribunal : Alsace et Moselle")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Indiquez comment votre association est déclarée.")},
    )
    rna = IdentifierField(
        label=_("Numéro RNA"),
        normalise=identifiers.rna,
        required=False,
        error_messages={"required": _("Indiquez le numéro RNA. Exemple : W000000002.")},
        help_text=_("Il figure sur le récépissé de la préfecture. Exemple : W000000002."),
    )
    court = TextLineField(
        label=_("Tribunal"),
        max_length=80,
        required=False,
        help_text=_("Celui qui tient le registre. Exemple : Tribunal judiciaire de Strasbourg."),
        error_messages={"required": _("Indiquez le tribunal. Exemple : Tribunal judiciaire de Strasbourg.")},
    )
    court_volume = TextLineField(
        label=_("Volume"),
        max_length=20,
        required=False,
        error_messages={"required": _("Indiquez le volume, écrit sur l’extrait du registre. Exemple : 12.")},
    )
    court_folio = TextLineField(
        label=_("Folio"),
        max_length=20,
        required=False,
        error_messages={"required": _("Indiquez le folio, écrit sur l’extrait du registre. Exemple : 34.")},
    )
    siren = IdentifierField(
        label=_("SIREN"),
        normalise=identifiers.siren,
        required=False,
        error_messages={"required": _("Indiquez le SIREN. Exemple : 000 000 018.")},
        help_text=_("Neuf chiffres, si vous en avez un. Exemple : 000 000 018."),
    )

    field_order = (
        "name",
        "city",
        "kind",
        "rna",
        "court",
        "court_volume",
        "court_folio",
        "siren",
        "purpose",
        "website",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("kind", self._initial_kind())
        chosen = self.data.get("kind") if self.is_bound else self.initial["kind"]
        for name in FIELDS_OF.get(str(chosen), ()):
            self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        """Empty the fields of the other kinds of registration."""
        cleaned = super().clean() or {}
        kind = cleaned.get("kind")
        for name in {*FIELDS_OF["rna"], *FIELDS_OF["court"]} - {*FIELDS_OF.get(str(kind), ())}:
            cleaned[name] = ""
        return cleaned

    def _initial_kind(self) -> str:
        kinds = (kind for kind, names in FIELDS_OF.items() if self.initial.get(names[0]))
        return next(kinds, "rna")


class AssociationProfileForm(ProfileForm):
    member_count = WholeNumberField(
        label=_("Nombre d’adhérents"), required=False, min_value=0, max_value=10_000_000
    )
    volunteer_hours = WholeNumberField(
        units=HOURS,
        label=_("Heures de bénévolat disponibles par an"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text=_("Pour que la charte ne vous en demande jamais plus."),
    )
    labels = {"purpose": _("Objet de l’association")}
    help_texts = {
        "purpose": _("En deux phrases. N’écrivez aucune donnée de santé sur une personne."),
        "ethics_summary": _("Chaque entreprise la lit dès l’ouverture du dossier, avant de vous rencontrer."),
    }

    field_order = ("purpose", "website", "member_count", "volunteer_hours", "ethics_summary")


class ApprovalForm(forms.Form):
    """An official approval as in its decision; expiry and renewal are computed from its date."""

    level = forms.ChoiceField(
        label=_("Agrément des usagers du système de santé"),
        choices=ApprovalLevel.choices,
        initial=ApprovalLevel.NONE,
        help_text=_("Il n’est pas nécessaire pour un partenariat."),
        widget=forms.RadioSelect,
    )
    region = forms.ChoiceField(
        label=_("Région"),
        required=False,
        choices=[("", "—"), *((each, each) for each in REGIONS)],
        help_text=_("Pour un agrément régional."),
    )
    number = TextLineField(
        label=_("Numéro d’agrément"),
        required=False,
        max_length=40,
        help_text=_("Il figure sur la décision publiée. Exemple : N2023RN0012."),
    )
    decided_date = DayField(
        first_year=FIRST_YEAR_OF_A_PAST,
        label=_("Décision du"),
        required=False,
        help_text=_("L’agrément est valable cinq ans à compter de ce jour."),
    )

    def clean(self) -> dict[str, Any]:
        """Require the date of a granted approval and the region of a regional one."""
        cleaned = super().clean() or {}
        level = cleaned.get("level")
        if level in GRANTED and not cleaned.get("decided_date") and "decided_date" not in self.errors:
            self.add_error("decided_date", _("Indiquez depuis quand : la date figure sur la décision."))
        if level == ApprovalLevel.REGIONAL and not cleaned.get("region") and "region" not in self.errors:
            self.add_error("region", _("Choisissez la région de l’agrément."))
        return cleaned

    def approval_details(self) -> ApprovalDetails:
        """Return the approval of a valid form."""
        data = self.cleaned_data
        level = ApprovalLevel(data["level"])
        return ApprovalDetails(level, data["region"], data["number"], data["decided_date"])
