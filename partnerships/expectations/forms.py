"""Forms of the expectations round: the question, the parts of an envelope, the grouping of opened lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import HOURS, DayField, TextLineField, WholeNumberField
from partnerships.case.form_fields import Awaited, Euros, Prose, counted
from partnerships.expectations.actions import GroupedLines
from partnerships.models import Verdict
from partnerships.rounds.encryption import Json
from partnerships.rounds.forms import RoundForm

BLANK_GROUPS: Final = 2
MAX_GROUPS: Final = 40
MAX_ROWS = 20
PRIORITIES = ((1, _("1, indispensable")), (2, _("2, importante")), (3, _("3, souhaitée")))

# Django's class takes no type at run time.
if TYPE_CHECKING:
    BasePartFormSet = forms.BaseFormSet["EnvelopeRowForm"]
else:
    BasePartFormSet = forms.BaseFormSet


class AskExpectationsForm(RoundForm):
    """The question of the broker to all parties, and the deadline."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        words, days, rule = self.fields["words"], self.fields["days"], self.fields["rule"]
        words.label = _("Votre question, en quelques mots")
        words.help_text = _("Toutes les parties lisent les mêmes mots, au même moment.")
        days.help_text = _(
            "De 2 à 30, les mêmes pour toutes les parties. Le tour se ferme à 18 h, heure de Paris."
        )
        rule.label = _("S’il manque une enveloppe à la date limite")


class SkipExpectationsForm(forms.Form):
    """Why the parties are not asked what they expect."""

    reason = Prose(
        is_printed=False,
        label=_("Pourquoi passer cette étape"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Toutes les parties lisent cette raison, ici et au journal."),
    )


def _text_field(label: Any) -> Prose:
    return Prose(label=label, max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class EnvelopeRowForm(forms.Form):
    """One line of an envelope. No field is required in a draft."""

    def has_changed(self) -> bool:
        """Return whether the row is filled: a selected choice alone does not count."""
        return any(not isinstance(self.fields[name], forms.ChoiceField) for name in self.changed_data)

    def row_value(self) -> dict[str, Json]:
        """Return the line as stored in the envelope."""
        return {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in self.cleaned_data.items()
        }


class EnvelopeExpectationForm(EnvelopeRowForm):
    text = Awaited(label=_("Ce que vous attendez"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    indicator = Awaited(
        label=_("Comment on saura que c’est obtenu"), max_length=300, widget=forms.TextInput()
    )
    by_date = DayField(label=_("Au plus tard le"), required=False)
    priority = forms.TypedChoiceField(label=_("Priorité"), choices=PRIORITIES, coerce=int, initial=2)


class EnvelopeLimitForm(EnvelopeRowForm):
    text = _text_field(_("Limite du projet"))


class EnvelopeRedLineForm(EnvelopeRowForm):
    text = _text_field(_("Ce qui ne se négocie pas"))


class EnvelopeMeansForm(EnvelopeRowForm):
    amount_minor = Euros(label=_("Argent, en euros"), required=False)
    hours = WholeNumberField(
        units=HOURS,
        label=_("Heures de travail ou de bénévolat"),
        required=False,
        min_value=0,
        max_value=100_000,
    )
    text = _text_field(_("Savoir-faire, lieux, matériel"))


class PartTexts(NamedTuple):
    title: Any
    help: Any
    add: Any


ROW_FORMS: dict[str, type[EnvelopeRowForm]] = {
    "expectations": EnvelopeExpectationForm,
    "limits": EnvelopeLimitForm,
    "red_lines": EnvelopeRedLineForm,
    "means": EnvelopeMeansForm,
}
PART_TEXTS = {
    "expectations": PartTexts(
        _("Attentes"),
        _("Ce que le projet doit vous apporter, et à quoi vous le verrez. Au moins une."),
        _("Ajouter une attente"),
    ),
    "limits": PartTexts(
        _("Limites"),
        _("Ce que le projet commun ne fera pas. Facultatif."),
        _("Ajouter une limite"),
    ),
    "red_lines": PartTexts(
        _("Lignes rouges"),
        _("Ce à quoi vous ne renoncerez pas, même pour ce projet. Facultatif."),
        _("Ajouter une ligne rouge"),
    ),
    "means": PartTexts(
        _("Moyens"),
        _("Ce que vous pouvez apporter. Rien n’est promis avant la charte. Facultatif."),
        "",
    ),
}


class PartFormSet(BasePartFormSet):
    """The lines of one part; emptying a row removes it, and one blank row follows the last."""

    name = ""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.is_bound:
            row_count = len(self.initial or ())
            self.extra = 1 if self.name == "means" else min(row_count + 1, MAX_ROWS)

    @property
    def texts(self) -> PartTexts:
        return PART_TEXTS[self.name]

    def initial_form_count(self) -> int:
        """Return 0: no row is required."""
        return 0

    def value(self) -> Json:
        """Return the part as stored in the envelope; only after `is_valid`."""
        return [row.row_value() for row in self.forms if row.has_changed()]


def part_form_set(
    name: str, data: Mapping[str, Any] | None, initial: Sequence[Mapping[str, Any]] = ()
) -> PartFormSet:
    """Return the form set of a part, bound to `data` or with the `initial` rows of the envelope."""
    form_set_class = type("PartFormSet", (PartFormSet,), {"name": name})
    formset_class = forms.formset_factory(
        ROW_FORMS[name], formset=form_set_class, extra=0, max_num=MAX_ROWS, absolute_max=MAX_ROWS
    )
    return cast(
        "PartFormSet", formset_class(data, prefix=name, initial=list(initial) if data is None else None)
    )


class RegroupForm(forms.Form):
    """`groups`: the stored groups, by rank; `lines`: rank of the group by line key, "" for none."""

    seen_number = forms.IntegerField(widget=forms.HiddenInput)
    count = forms.IntegerField(min_value=0, max_value=MAX_GROUPS, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        number: int,
        groups: Sequence[Mapping[str, str]],
        lines: Mapping[int, str],
    ) -> None:
        self.ranks = range(1, self._group_count(data, len(groups)) + 1)
        initial: dict[str, Any] = {"seen_number": number, "count": len(self.ranks)}
        for rank, group in enumerate(groups, 1):
            initial |= {f"{name}-{rank}": group[name] for name in ("name", "verdict", "why")}
        initial |= {f"line-{line_id}": rank for line_id, rank in lines.items()}
        super().__init__(data, initial=initial)
        self.line_ids = list(lines)
        for rank in self.ranks:
            self.fields |= self._group_fields(rank)
        choices = [
            ("", gettext("hors groupe")),
            *((str(rank), gettext("groupe %(rank)s") % {"rank": rank}) for rank in self.ranks),
        ]
        for line_id in self.line_ids:
            self.fields[f"line-{line_id}"] = forms.ChoiceField(
                label=gettext("Dans quel groupe"), choices=choices, required=False
            )

    def _group_count(self, data: Mapping[str, Any] | None, groups: int) -> int:
        count = counted(str(data.get("count", ""))) if data is not None else counted("")
        return min(groups + BLANK_GROUPS if count is None else count, MAX_GROUPS)

    def _group_fields(self, rank: int) -> dict[str, forms.Field]:
        return {
            f"name-{rank}": TextLineField(label=_("De quoi il s’agit"), max_length=120, required=False),
            f"verdict-{rank}": forms.ChoiceField(
                label=_("Appréciation"), choices=Verdict.choices, required=False
            ),
            f"why-{rank}": Prose(
                label=_("Pourquoi"),
                max_length=1000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            ),
        }

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or {}
        for rank in self.ranks:
            is_named, is_used = (
                bool(cleaned_data.get(f"name-{rank}")),
                bool(self._line_ids_of(cleaned_data, rank)),
            )
            if is_used and not is_named:
                self.add_error(
                    f"name-{rank}", gettext("Nommez ce groupe\u00a0: toutes les parties liront son nom.")
                )
            if is_named and not is_used:
                self.add_error(
                    f"name-{rank}",
                    gettext("Ce groupe est vide\u00a0: mettez-y des lignes ou effacez son nom."),
                )
        return cleaned_data

    def groups(self) -> list[GroupedLines]:
        """Return the groups as arguments of the action, empty ones left out; only after `is_valid`."""
        cleaned_data = self.cleaned_data
        return [
            GroupedLines(
                name=cleaned_data[f"name-{rank}"],
                verdict=Verdict(cleaned_data[f"verdict-{rank}"] or Verdict.CONVERGENT),
                why=cleaned_data[f"why-{rank}"],
                line_ids=self._line_ids_of(cleaned_data, rank),
            )
            for rank in self.ranks
            if self._line_ids_of(cleaned_data, rank)
        ]

    def rank_of(self, line_id: int) -> str:
        """Return the rank of the group selected for a line, "" for none."""
        return str(self[f"line-{line_id}"].value() or "")

    def group_fields(self, rank: int) -> list[BoundField]:
        """Return the fields of one group."""
        return [self[f"{name}-{rank}"] for name in ("name", "verdict", "why")]

    def _line_ids_of(self, cleaned_data: Mapping[str, Any], rank: int) -> list[int]:
        return [line_id for line_id in self.line_ids if cleaned_data.get(f"line-{line_id}") == str(rank)]
