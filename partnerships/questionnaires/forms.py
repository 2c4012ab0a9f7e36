"""Forms of a questionnaire: one choice and a reason for each item, and the question itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from partnerships.case.form_fields import NO_HEALTH_DATA, AwaitedChoice, Prose
from partnerships.models import Question
from partnerships.questionnaires.items import CHOICES, COMMENT, Item
from partnerships.questionnaires.queries import item_text
from partnerships.rounds.encryption import Json
from partnerships.rounds.forms import RoundForm


class ItemFields(NamedTuple):
    """The fields of one item; `reason` None in a barometer, which asks for none."""

    item: Item
    choice: BoundField
    reason: BoundField | None


class AnswersForm(forms.Form):
    """The answers of a party; a draft may leave any of them empty.

    `answers`: those that are stored, by the code of their item. `seen_number`: how often they had been saved
    when the form was displayed.
    """

    seen_number = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(
        self,
        *args: Any,
        question: str,
        items: Sequence[Item],
        answers: Mapping[str, Mapping[str, str]] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.items = items
        for number, item in enumerate(items):
            stored = (answers or {}).get(item.code, {})
            self.fields[f"choice-{number}"] = AwaitedChoice(
                label=item_text(item),
                choices=[(choice.value, choice.label) for choice in CHOICES[question]],
                initial=stored.get("choice", ""),
                widget=forms.RadioSelect,
            )
            if question != Question.BAROMETER:
                self.fields[f"reason-{number}"] = Prose(
                    is_printed=False,
                    label=_("Pourquoi, en quelques mots"),
                    max_length=1000,
                    required=False,
                    initial=stored.get("reason", ""),
                    widget=forms.Textarea(attrs={"rows": 2}),
                )
        if question == Question.BAROMETER:
            self.fields[COMMENT] = Prose(
                is_printed=False,
                label=_("Un commentaire"),
                max_length=1000,
                required=False,
                initial=(answers or {}).get(COMMENT, {}).get("reason", ""),
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text=_(
                    "Facultatif. Toutes les parties et le passeur le liront à l’ouverture. N’écrivez aucune "
                    "donnée de santé sur une personne."
                ),
            )

    def comment_field(self) -> BoundField | None:
        """Return the field of the comment, which only a barometer has."""
        return self[COMMENT] if COMMENT in self.fields else None

    def rows(self) -> list[ItemFields]:
        """Return the fields of each item, in order."""
        return [
            ItemFields(
                item=item,
                choice=self[f"choice-{number}"],
                reason=self[f"reason-{number}"] if f"reason-{number}" in self.fields else None,
            )
            for number, item in enumerate(self.items)
        ]

    def answers(self) -> dict[str, Json]:
        """Return the valid answers by the code of their item, and the comment, without the empty ones."""
        given: dict[str, Json] = {}
        for number, item in enumerate(self.items):
            answer = {name: self.cleaned_data.get(f"{name}-{number}", "") for name in ("choice", "reason")}
            if any(answer.values()):
                given[item.code] = {name: value for name, value in answer.items() if value}
        if comment := self.cleaned_data.get(COMMENT):
            given[COMMENT] = {"reason": comment}
        return given


class AskForm(RoundForm):
    """The round of a questionnaire, which asks `question`."""

    def __init__(self, *args: Any, questions: Sequence[Question], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(question.value, question.label) for question in questions]
        self.fields["question"] = forms.ChoiceField(
            label=_("Ce que vous demandez"),
            choices=choices,
            initial=choices[0][0] if len(choices) == 1 else "",
            widget=forms.RadioSelect,
        )
        self.order_fields(["question"])
        self.fields["words"].label = _("Un mot pour les parties")
        self.fields["words"].help_text = NO_HEALTH_DATA

    def asked_question(self) -> Question:
        """Return the question of a valid form."""
        return Question(self.cleaned_data["question"])


class CancelQuestionnaireForm(forms.Form):
    """Why a questionnaire is cancelled."""

    reason = Prose(
        is_printed=False,
        label=_("Pourquoi l’annuler"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Toutes les parties liront votre raison."),
    )
