"""Forms of the rules of reminders and of the snooze of one reminder."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import DayField
from partnerships.calendar.actions import BROKER_DAYS, OWNER_DAYS
from partnerships.reminders import Rules, day_words


def _choices(days: Sequence[int]) -> list[tuple[int, str]]:
    return [(day, capfirst(day_words(day))) for day in days]


class ReminderRulesForm(forms.Form):
    """The days on which reminders of a milestone leave."""

    owner_days = forms.TypedMultipleChoiceField(
        label=_("Rappels au responsable du jalon"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Huit au plus. Un jour qui tombe un week-end ou un jour férié passe au jour ouvré d’avant, et "
            "après l’échéance à celui d’après."
        ),
    )
    broker_days = forms.TypedMultipleChoiceField(
        label=_("Retard signalé au passeur"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: QueryDict | None = None, *, rules: Rules, follows: str = "") -> None:
        chosen = {"owner_days": list(rules.owner_days), "broker_days": list(rules.broker_days)}
        super().__init__(data, initial={**chosen, "follows": follows})
        # In the language of the reader.
        for name, days in (("owner_days", OWNER_DAYS), ("broker_days", BROKER_DAYS)):
            field = self.fields[name]
            assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101
            field.choices = _choices(days)

    def rules(self) -> Rules:
        """Return the rules of a valid form."""
        data = self.cleaned_data
        return Rules(tuple(data["owner_days"]), tuple(data["broker_days"]))


class CaseRulesForm(ReminderRulesForm):
    """The rules of one case: its own, or those of all cases."""

    DEFAULT, OWN = "default", "own"

    follows = forms.ChoiceField(
        label=_("Rappels de ce dossier"),
        choices=[(DEFAULT, _("Comme les autres dossiers")), (OWN, _("Les jours choisis ici"))],
        widget=forms.RadioSelect,
    )

    field_order = ("follows", "owner_days", "broker_days")

    def own_rules(self) -> Rules | None:
        """Return the rules of a valid form, None for those of all cases."""
        return self.rules() if self.cleaned_data["follows"] == self.OWN else None


class SnoozeForm(forms.Form):
    """The day before which the reader wants no reminder of a milestone."""

    until_date = DayField(
        label=_("Prochain rappel le"),
        required=False,
        help_text=_("Un jour avant le dernier rappel. Vide\u00a0: les rappels prévus, sans rien repousser."),
    )
