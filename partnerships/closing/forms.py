"""Forms of the end of a case: the part of a party, accounts, closing, early exit, renewal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import DayField, TextLineField
from partnerships.case.form_fields import NO_HEALTH_DATA, Euros, Prose
from partnerships.charter.texts import BudgetLineText
from partnerships.closing.actions.early_exit import ExitTerms
from partnerships.closing.actions.review import ClosingWords, PartWords
from partnerships.models import ClosingPart, ItemState


class LineFields(NamedTuple):
    """The fields of one line of the signed budget."""

    line: BudgetLineText
    spent: BoundField
    remark: BoundField


class ClosingPartForm(forms.Form):
    """The part of a party: what it spent on each of its lines, what it learned, what it gave back."""

    seen_number = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=32767)
    lesson = Prose(
        label=_("Ce que votre organisation a appris"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Ce qui a servi aux patients, ce qui a manqué, ce qu’il faudrait refaire. Toutes les parties le "
            "lisent. N’écrivez aucune donnée de santé sur une personne."
        ),
        error_messages={"required": _("Écrivez ce que vous avez appris\u00a0: le rapport le cite.")},
    )
    data_state = forms.ChoiceField(
        label=_("Données rendues ou supprimées"),
        choices=ItemState.choices,
        widget=forms.RadioSelect,
        help_text=_("Les données reçues de l’autre partie, ou réunies pendant l’action."),
        error_messages={"required": _("Choisissez où vous en êtes.")},
    )
    data_remark = Prose(
        label=_("Précision sur les données"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    logo_state = forms.ChoiceField(
        label=_("Noms et logos retirés"),
        choices=ItemState.choices,
        widget=forms.RadioSelect,
        help_text=_("Les noms et logos des autres parties, sur vos pages et vos documents."),
        error_messages={"required": _("Choisissez où vous en êtes.")},
    )
    logo_remark = Prose(
        label=_("Précision sur les noms et logos"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Par exemple ce qui reste avec un accord écrit, et jusqu’à quand."),
    )

    def __init__(
        self, *args: Any, budget: Sequence[BudgetLineText], part: ClosingPart | None, **options: Any
    ) -> None:
        options.setdefault("initial", _initial(part))
        super().__init__(*args, **options)
        self.budget = budget
        for number, line in enumerate(budget):
            written = part.lines[number] if part and number < len(part.lines) else {}
            self.fields[f"spent-{number}"] = Euros(
                label=_("Dépensé\u00a0: %(line)s") % {"line": line.label},
                initial=written.get("spent_minor"),
                error_messages={"required": _("Écrivez le montant dépensé, 0 si rien ne l’a été.")},
            )
            self.fields[f"remark-{number}"] = TextLineField(
                label=_("Remarque\u00a0: %(line)s") % {"line": line.label},
                max_length=300,
                required=False,
                initial=written.get("remark", ""),
            )

    def line_fields(self) -> list[LineFields]:
        """Return the fields of each budget line, in order."""
        return [
            LineFields(line, self[f"spent-{number}"], self[f"remark-{number}"])
            for number, line in enumerate(self.budget)
        ]

    def other_fields(self) -> list[BoundField]:
        """Return the visible fields that are not of a budget line."""
        names = ("lesson", "data_state", "data_remark", "logo_state", "logo_remark")
        return [self[name] for name in names]

    def words(self) -> PartWords:
        """Return the part of a valid form."""
        data = self.cleaned_data
        return PartWords(
            lesson=data["lesson"],
            data_state=ItemState(data["data_state"]),
            data_remark=data["data_remark"],
            logo_state=ItemState(data["logo_state"]),
            logo_remark=data["logo_remark"],
            spent=[data[f"spent-{number}"] for number in range(len(self.budget))],
            remarks=[data[f"remark-{number}"] for number in range(len(self.budget))],
        )


def _initial(part: ClosingPart | None) -> dict[str, Any]:
    if part is None:
        return {"seen_number": 0}
    names = ("lesson", "data_state", "data_remark", "logo_state", "logo_remark")
    return {"seen_number": part.number, **{name: getattr(part, name) for name in names}}


class _AnswerForm(forms.Form):
    """A yes or a no of a party; a no needs a reason. Subclasses give `choices` and `why`."""

    YES, NO = "yes", "no"
    choices: Sequence[tuple[str, Any]] = ()
    why: Any = ""

    seen_number = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=32767)
    answer = forms.ChoiceField(
        label=_("Votre réponse"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez une réponse.")},
    )
    reason = Prose(
        is_printed=False,
        label=_("Pourquoi (obligatoire si vous refusez)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Toutes les parties et le passeur le lisent."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        answer = self.fields["answer"]
        answer.choices = list(self.choices)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Require a reason of a no."""
        cleaned = super().clean() or {}
        is_bare = not cleaned.get("reason", "").strip() and "reason" not in self.errors
        if cleaned.get("answer") == self.NO and is_bare:
            self.add_error("reason", self.why)
        return cleaned

    @property
    def is_yes(self) -> bool:
        return bool(self.cleaned_data["answer"] == self.YES)


class AccountsAnswerForm(_AnswerForm):
    """What a party says of the accounts of another."""

    choices = (("yes", _("Nous confirmons ces comptes")), ("no", _("Nous les contestons")))
    why = _("Écrivez ce que vous contestez\u00a0: toutes les parties le liront.")


class ExitAnswerForm(_AnswerForm):
    """What a party says of the terms of an early exit."""

    choices = (("yes", _("Nous acceptons ces conditions")), ("no", _("Nous ne les acceptons pas")))
    why = _("Écrivez pourquoi vous refusez\u00a0: le passeur modifiera les conditions.")


class CloseForm(forms.Form):
    """The end of a case; `is_complete`: nothing is missing, so no reason is asked."""

    lessons = Prose(
        label=_("Ce que nous avons appris"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Ce qui a servi aux patients, ce qui a manqué, ce qu’il faudrait refaire. Toutes les "
            "parties le liront."
        ),
    )
    outcome = Prose(
        label=_("Le résultat, en quelques phrases"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Ce que l’action a changé pour les patients. Le rapport commence par ces phrases."),
    )
    review_on = DayField(
        label=_("Revoir ce résultat le"),
        required=False,
        help_text=_(
            "Toutes les parties et le passeur reçoivent un rappel ce jour-là. Vide\u00a0: aucun rappel."
        ),
    )
    incomplete_reason = Prose(
        label=_("Pourquoi clore alors qu’il manque des points"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Seulement s’il manque des points à la liste. Toutes les parties le liront."),
    )

    def __init__(self, *args: Any, is_complete: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_complete:
            del self.fields["incomplete_reason"]

    def clean(self) -> dict[str, Any]:
        """Require a result to look at again on the day that is given."""
        cleaned = super().clean() or {}
        if cleaned.get("review_on") and not cleaned.get("outcome") and "outcome" not in self.errors:
            self.add_error("outcome", _("Écrivez le résultat à revoir ce jour-là."))
        return cleaned

    def words(self) -> ClosingWords:
        """Return the words of a valid form."""
        data = self.cleaned_data
        return ClosingWords(
            lessons=data["lessons"],
            outcome=data["outcome"],
            review_on=data["review_on"],
            incomplete_reason=data.get("incomplete_reason", ""),
        )


class ExitTermsForm(forms.Form):
    """What is written publicly of an early exit, and what becomes of the money."""

    wording = Prose(
        label=_("Texte public, commun à toutes les parties"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Ces mots ne valent que si toutes les parties les acceptent. Aucun reproche."),
        error_messages={"required": _("Proposez le texte public.")},
    )
    money = Prose(
        label=_("Ce que devient l’argent"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Ce qui est dépensé ou dû reste acquis\u00a0; écrivez ce qui est rendu, au prorata, avec les "
            "montants."
        ),
        error_messages={"required": _("Écrivez ce que devient l’argent, ou «\u202fsans objet\u202f».")},
    )

    def terms(self) -> ExitTerms:
        """Return the terms of a valid form."""
        return ExitTerms(wording=self.cleaned_data["wording"], money=self.cleaned_data["money"])


class AskExitForm(ExitTermsForm):
    """Leaving a case before its end."""

    leaves_on = DayField(
        label=_("Jour de la sortie"),
        help_text=_(
            "Avec soixante jours de préavis, la sortie prend effet ce jour-là. Plus tôt, il faut l’accord de "
            "toutes les parties."
        ),
    )
    reason = Prose(
        is_printed=False,
        label=_("Pourquoi"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=NO_HEALTH_DATA,
        error_messages={"required": _("Écrivez pourquoi\u00a0: toutes les parties et le passeur le liront.")},
    )
    field_order = ("leaves_on", "reason", "wording", "money")


class RenewForm(forms.Form):
    """The title of the successor case."""

    title = TextLineField(
        label=_("Intitulé du nouveau dossier"),
        max_length=160,
        error_messages={"required": _("Donnez un intitulé au nouveau dossier.")},
    )
