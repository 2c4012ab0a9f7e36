"""What a party types in its envelope of expectations, part by part; a blank row is no row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.form_fields import DayField
from partnerships.case.form_fields import Awaited, Euros, Prose
from partnerships.models import Rule
from partnerships.rounds.actions.rounds import FEWEST_DAYS, MOST_DAYS, USUAL_DAYS, RoundSettings
from partnerships.rounds.encryption import Json

MOST_ROWS = 20
PRIORITIES = ((1, _("1, indispensable")), (2, _("2, importante")), (3, _("3, souhaitée")))
NO_HEALTH_DATA = _("N’écrivez aucune donnée de santé sur une personne.")

# Django's class takes no type at run time.
if TYPE_CHECKING:
    RowSet = forms.BaseFormSet["FiledRow"]
else:
    RowSet = forms.BaseFormSet


class AskForm(forms.Form):
    """How the broker asks all parties what they expect."""

    words = Prose(
        label=_("Votre question, en quelques mots"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Toutes les parties lisent les mêmes mots, au même moment."),
    )
    days = forms.IntegerField(
        label=_("Jours ouvrés pour répondre"),
        min_value=FEWEST_DAYS,
        max_value=MOST_DAYS,
        initial=USUAL_DAYS,
        help_text=_("De 2 à 30, les mêmes pour toutes. Le tour se ferme à 18 h, heure de Paris."),
    )
    rule = forms.ChoiceField(
        label=_("Si le délai passe et qu’une enveloppe manque"),
        choices=Rule.choices,
        initial=Rule.OPEN,
        widget=forms.RadioSelect,
    )

    def asking(self) -> RoundSettings:
        """Return the question as the action takes it."""
        typed = self.cleaned_data
        return RoundSettings(days=typed["days"], rule=Rule(typed["rule"]), words=typed["words"])


def _words(label: Any) -> Prose:
    return Prose(label=label, max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class FiledRow(forms.Form):
    """One line of an envelope. Nothing is required while it is drafted."""

    def has_changed(self) -> bool:
        """Say whether anything was typed: a choice in a list alone is no line."""
        return any(not isinstance(self.fields[name], forms.ChoiceField) for name in self.changed_data)

    def filed(self) -> dict[str, Json]:
        """Return the line as the envelope holds it."""
        return {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in self.cleaned_data.items()
        }


class ExpectationLine(FiledRow):
    text = Awaited(label=_("Ce que vous attendez"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    indicator = Awaited(
        label=_("Comment on saura que c’est obtenu"), max_length=300, widget=forms.TextInput()
    )
    by_date = DayField(label=_("Au plus tard le"), required=False)
    priority = forms.TypedChoiceField(label=_("Priorité"), choices=PRIORITIES, coerce=int, initial=2)


class LimitLine(FiledRow):
    text = _words(_("Limite du projet"))


class RedLine(FiledRow):
    text = _words(_("Ce qui ne se négocie pas"))


class MeansLine(FiledRow):
    amount_minor = Euros(label=_("Argent, en euros"), required=False)
    hours = forms.IntegerField(
        label=_("Heures de travail ou de bénévolat"), required=False, min_value=0, max_value=100_000
    )
    text = _words(_("Savoir-faire, lieux, matériel"))


class PartWords(NamedTuple):
    title: Any
    help: Any
    add: Any


ROWS: dict[str, type[FiledRow]] = {
    "expectations": ExpectationLine,
    "limits": LimitLine,
    "red_lines": RedLine,
    "means": MeansLine,
}
WORDS = {
    "expectations": PartWords(
        _("Retombées attendues"),
        _("Ce que le projet doit vous apporter, et à quoi vous le verrez. Au moins une."),
        _("Ajouter une attente"),
    ),
    "limits": PartWords(
        _("Limites"),
        _("Ce que le projet commun ne fera pas. Facultatif."),
        _("Ajouter une limite"),
    ),
    "red_lines": PartWords(
        _("Lignes rouges"),
        _("Ce à quoi vous ne renoncerez pas, même pour ce projet. Facultatif."),
        _("Ajouter une ligne rouge"),
    ),
    "means": PartWords(
        _("Moyens"),
        _("Ce que vous pouvez apporter. Rien n’est promis avant la charte. Facultatif."),
        "",
    ),
}


class Part(RowSet):
    """The lines of one part; emptying a row takes it out, and one blank row waits at the end."""

    name = ""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.is_bound:
            filled = len(self.initial or ())
            self.extra = 1 if self.name == "means" else min(filled + 1, MOST_ROWS)

    @property
    def words(self) -> PartWords:
        return WORDS[self.name]

    def initial_form_count(self) -> int:
        """Return 0: no row is one that must stay."""
        return 0

    def value(self) -> Json:
        """Return the part as the envelope holds it; only after `is_valid`."""
        return [row.filed() for row in self.forms if row.has_changed()]


def part(name: str, data: Mapping[str, Any] | None, initial: Sequence[Mapping[str, Any]] = ()) -> Part:
    """Return a part by its name, as it was posted or beginning with what the envelope holds."""
    named = type("Part", (Part,), {"name": name})
    made = forms.formset_factory(
        ROWS[name], formset=named, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS
    )
    return cast("Part", made(data, prefix=name, initial=list(initial) if data is None else None))
