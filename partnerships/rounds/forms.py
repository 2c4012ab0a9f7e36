"""Forms for opening and cancelling a round."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import DAYS, WholeNumberField
from partnerships.case.form_fields import Prose
from partnerships.models import Rule
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
        choices=Rule.choices,
        initial=Rule.OPEN,
        widget=forms.RadioSelect,
        error_messages={"required": _("Indiquez ce qui se passe si une réponse manque.")},
    )

    def round_settings(self) -> RoundSettings:
        """Return the settings of the round from the valid form."""
        cleaned = self.cleaned_data
        return RoundSettings(days=cleaned["days"], rule=Rule(cleaned["rule"]), words=cleaned["words"])


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
