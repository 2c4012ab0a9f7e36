"""What an association says of itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import identifiers
from accounts.actions.organisations import Income
from accounts.forms.people import MAX_EUROS, DayInput
from accounts.forms.registration import IdentityForm, NumberField
from associations.models import Approval

# What each way of being registered asks for; the first tells it from the others.
FIELDS_OF = {"rna": ("rna",), "court": ("court", "court_volume", "court_folio"), "siren": ("siren",)}
WITHOUT_DATE = (Approval.NONE, Approval.REQUESTED)


class AssociationIdentityForm(IdentityForm):
    """Three ways to be registered; only the fields of the chosen one are kept."""

    kind = forms.ChoiceField(
        label=_("Comment êtes-vous enregistrée ?"),
        choices=[
            ("rna", _("Numéro RNA : la plupart des associations")),
            ("siren", _("SIREN seul : pas encore au RNA")),
            ("court", _("Tribunal : Alsace et Moselle")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites comment vous êtes enregistrée.")},
    )
    rna = NumberField(
        label=_("Numéro RNA"),
        check=identifiers.rna,
        required=False,
        error_messages={"required": _("Donnez le numéro RNA. Exemple : W000000002.")},
        help_text=_("Il figure sur le récépissé de la préfecture. Exemple : W000000002."),
    )
    court = forms.CharField(
        label=_("Tribunal"),
        max_length=80,
        required=False,
        help_text=_("Celui qui tient le registre. Exemple : Tribunal judiciaire de Strasbourg."),
        error_messages={"required": _("Donnez le tribunal. Exemple : Tribunal judiciaire de Strasbourg.")},
    )
    court_volume = forms.CharField(
        label=_("Volume"),
        max_length=20,
        required=False,
        error_messages={"required": _("Donnez le volume, écrit sur l’extrait du registre. Exemple : 12.")},
    )
    court_folio = forms.CharField(
        label=_("Folio"),
        max_length=20,
        required=False,
        error_messages={"required": _("Donnez le folio, écrit sur l’extrait du registre. Exemple : 34.")},
    )
    siren = NumberField(
        label=_("SIREN"),
        check=identifiers.siren,
        required=False,
        error_messages={"required": _("Donnez le SIREN. Exemple : 000 000 018.")},
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
        self.initial.setdefault("kind", self._known_kind())
        chosen = self.data.get("kind") if self.is_bound else self.initial["kind"]
        for name in FIELDS_OF.get(str(chosen), ()):
            self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        """Forget what belongs to the ways that were not chosen."""
        cleaned = super().clean() or {}
        kind = cleaned.get("kind")
        for name in {*FIELDS_OF["rna"], *FIELDS_OF["court"]} - {*FIELDS_OF.get(str(kind), ())}:
            cleaned[name] = ""
        return cleaned

    def _known_kind(self) -> str:
        known = (kind for kind, names in FIELDS_OF.items() if self.initial.get(names[0]))
        return next(known, "rna")


class ProfileForm(forms.Form):
    purpose = forms.CharField(
        label=_("Objet de l’association"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("En deux phrases. N’écrivez aucune donnée de santé sur une personne."),
    )
    website = forms.URLField(label=_("Site"), required=False, max_length=200, assume_scheme="https")
    member_count = forms.IntegerField(
        label=_("Nombre d’adhérents"), required=False, min_value=0, max_value=10_000_000
    )
    year = forms.IntegerField(
        label=_("Dernier exercice clos"),
        min_value=1990,
        max_value=2100,
        help_text=_("L’année, en quatre chiffres."),
    )
    income = forms.IntegerField(
        label=_("Ressources de cette année"),
        min_value=0,
        max_value=MAX_EUROS,
        help_text=_("En euros. Sert à calculer la part qui vient de l’industrie."),
    )
    industry = forms.IntegerField(
        label=_("Dont versé par l’industrie"), min_value=0, max_value=MAX_EUROS, help_text=_("En euros.")
    )
    volunteer_hours = forms.IntegerField(
        label=_("Heures de bénévolat disponibles par an"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text=_("Pour ne jamais vous en demander plus."),
    )
    approval = forms.ChoiceField(
        label=_("Agrément des usagers du système de santé"),
        choices=Approval.choices,
        initial=Approval.NONE,
        help_text=_("Il n’est pas nécessaire pour un partenariat."),
        widget=forms.RadioSelect,
    )
    approved_date = forms.DateField(label=_("Agréée le"), required=False, widget=DayInput)
    ethics_summary = forms.CharField(
        label=_("Votre charte éthique, en bref"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Chaque entreprise la lit avant de vous rencontrer."),
    )

    def clean(self) -> dict[str, Any]:
        """Compare the amounts, and ask since when an approval runs."""
        cleaned = super().clean() or {}
        income, industry = cleaned.get("income"), cleaned.get("industry")
        if income is not None and industry is not None and industry > income:
            self.add_error("industry", _("L’industrie ne peut pas donner plus que toutes les ressources."))
        if cleaned.get("approval") in WITHOUT_DATE:
            cleaned["approved_date"] = None
        elif (
            cleaned.get("approval")
            and not cleaned.get("approved_date")
            and "approved_date" not in self.errors
        ):
            self.add_error("approved_date", _("Dites depuis quand : la date figure sur la décision."))
        return cleaned

    def yearly_income(self) -> Income:
        """Return the income of the year, in cents."""
        told = self.cleaned_data
        return Income(told["year"], told["income"] * 100, told["industry"] * 100)
