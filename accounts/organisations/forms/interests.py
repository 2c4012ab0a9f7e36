"""A tie of the board of an organisation, as its administrator tells it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.organisations.actions.interests import Tie
from accounts.organisations.forms.days import DayField


class LinkForm(forms.Form):
    person = forms.CharField(
        label=_("Personne du conseil ou de la direction"),
        max_length=120,
        help_text=_("Prénom et nom. Les deux parties de vos dossiers les lisent."),
    )
    counterpart = forms.CharField(label=_("Avec qui"), max_length=200)
    words = forms.CharField(
        label=_("Lien"),
        max_length=300,
        help_text=_("Exemples : salariée, orateur payé, actions. Aucune donnée de santé."),
    )
    since_date = DayField(label=_("Depuis le"))
    until_date = DayField(label=_("Jusqu’au"), required=False, help_text=_("Vide : le lien dure encore."))

    def __init__(self, *args: Any, side: str = "association", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["counterpart"].help_text = (
            _("L’entreprise de santé.") if side == "association" else _("L’association de patients.")
        )

    def clean(self) -> dict[str, Any]:
        """Refuse a tie that ends before it begins."""
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("since_date"), cleaned.get("until_date")
        if begins and ends and ends < begins:
            self.add_error("until_date", _("Ce jour vient avant le premier. Corrigez l’un des deux."))
        return cleaned

    def tie(self) -> Tie:
        """Return what was typed as a tie."""
        return Tie(**{name: self.cleaned_data[name] for name in Tie._fields})
