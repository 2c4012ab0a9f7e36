"""Forms of the voice of patients: opening a questionnaire, and the three questions themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import TextLineField
from partnerships.models import SurveyLanguage
from partnerships.patient_surveys.items import QUESTIONS


class OpenSurveyForm(forms.Form):
    """What the questionnaire is about, and its language. `subjects`: keys and titles of milestones."""

    milestone = forms.ChoiceField(
        label=_("À propos de quoi"),
        required=False,
        help_text=_("Le résultat s’affiche à côté du jalon choisi, dès dix réponses."),
    )
    subject = TextLineField(
        label=_("Sujet, en mots pour les patients"),
        max_length=160,
        help_text=_(
            "Dans la langue du questionnaire, en mots simples. Exemple\u00a0: le carnet de voyage. "
            "N’écrivez aucune donnée de santé sur une personne."
        ),
        error_messages={"required": _("Écrivez ce que les patients liront en haut du questionnaire.")},
    )
    language = forms.ChoiceField(
        label=_("Langue du questionnaire"),
        choices=SurveyLanguage.choices,
        initial=SurveyLanguage.FRENCH.value,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, subjects: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["milestone"]
        self.fields["milestone"] = forms.ChoiceField(
            label=field.label,
            help_text=field.help_text,
            required=False,
            choices=[("", _("Toute l’action")), *subjects],
        )

    def milestone_id(self) -> int | None:
        """Return the key of the chosen milestone, None for the whole action."""
        return int(self.cleaned_data["milestone"]) if self.cleaned_data["milestone"] else None

    def chosen_language(self) -> SurveyLanguage:
        """Return the language of a valid form."""
        return SurveyLanguage(self.cleaned_data["language"])


class PatientAnswerForm(forms.Form):
    """The three questions; every one has an answer for who does not know."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for item in QUESTIONS:
            self.fields[item.code] = forms.ChoiceField(
                label=item.text,
                choices=item.choices,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choisissez une réponse.")},
            )
