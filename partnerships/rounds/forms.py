"""Forms for opening and cancelling a round."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import DAYS, WholeNumberField
from partnerships.case.form_fields import Prose
from partnerships.models import OFFERED_RULES, Rule
from partnerships.rounds.actions.extensions import FEWEST_EXTRA_DAYS, MOST_EXTRA_DAYS, USUAL_EXTRA_DAYS
from partnerships.rounds.actions.rounds import FEWEST_DAYS, MOST_DAYS, USUAL_DAYS, RoundSettings


class RoundForm(forms.Form):
    """The question of a round, its length in working days, and what happens when they have passed."""

    words = Prose(
        is_printed=False,
        label=_("Ce que vous demandez"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Facultatif. Toutes les parties le liront, en même temps."),
    )
    days = WholeNumberField(
        units=DAYS,
        label=_("Jours ouvrés pour répondre"),
        min_value=FEWEST_DAYS,
        max_value=MOST_DAYS,
        initial=USUAL_DAYS,
        help_text=_(
            "De 2 à 30. La date limite est la même pour toutes les parties\u00a0: le dernier "
            "jour à 18 h, heure de Paris."
        ),
        error_messages={
            "required": _("Écrivez un nombre de jours, de 2 à 30."),
            "invalid": _("Écrivez un nombre de jours, de 2 à 30."),
            "min_value": _("Un tour dure au moins 2 jours ouvrés."),
            "max_value": _("Un tour dure au plus 30 jours ouvrés."),
        },
    )
    rule = forms.ChoiceField(
        label=_("S’il manque une réponse à la date limite"),
        choices=[(rule.value, rule.label) for rule in OFFERED_RULES],
        initial=Rule.ALL,
        widget=forms.RadioSelect,
        error_messages={"required": _("Indiquez ce qui se passe si une réponse manque.")},
    )

    def round_settings(self) -> RoundSettings:
        """Return the settings of the round from the valid form."""
        cleaned = self.cleaned_data
        return RoundSettings(days=cleaned["days"], rule=Rule(cleaned["rule"]), words=cleaned["words"])


class ExtensionRequestForm(forms.Form):
    """Why a party asks for more time."""

    reason = Prose(
        is_printed=False,
        label=_("Pourquoi vous faut-il plus de temps\u202f?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Facultatif. Toutes les parties le liront."),
    )


class ExtensionForm(forms.Form):
    """How many working days the broker grants to all parties, and why, or why the deadline stays."""

    days = WholeNumberField(
        units=DAYS,
        label=_("Jours ouvrés à ajouter pour toutes les parties"),
        min_value=FEWEST_EXTRA_DAYS,
        max_value=MOST_EXTRA_DAYS,
        initial=USUAL_EXTRA_DAYS,
        error_messages={
            "required": _("Écrivez un nombre de jours, de 1 à 30."),
            "invalid": _("Écrivez un nombre de jours, de 1 à 30."),
            "min_value": _("Ajoutez au moins 1 jour ouvré."),
            "max_value": _("Ajoutez au plus 30 jours ouvrés."),
        },
    )
    answer = Prose(
        is_printed=False,
        label=_("Votre réponse aux parties"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Facultatif si vous accordez le délai. Toutes les parties le liront."),
    )

    def __init__(self, *args: Any, is_granted: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_granted = is_granted

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.is_granted and not cleaned.get("answer", "").strip() and "answer" not in self.errors:
            self.add_error("answer", _("Écrivez pourquoi la date limite reste la même."))
        return cleaned


class CancelForm(forms.Form):
    """The reason why a running round is cancelled."""

    reason = Prose(
        is_printed=False,
        label=_("Pourquoi annuler ce tour\u202f?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Toutes les parties le liront, et le journal le conserve."),
        error_messages={"required": _("Écrivez pourquoi\u00a0: chaque partie a peut-être déjà répondu.")},
    )
