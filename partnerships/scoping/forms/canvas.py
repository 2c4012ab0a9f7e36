"""The nine boxes, and the notes of an interview."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partnerships.case.form_fields import Prose
from partnerships.models.canvas import BOX, FIRST_STEP_DAYS, LINE, LINES
from partnerships.scoping.actions.canvas import Boxes
from partnerships.scoping.forms.scoping import NO_HEALTH_DATA
from partnerships.scoping.queries.interview import QUESTIONS

SAID = _("Seulement ce qui vous a été dit, ou ce qui est ouvert. Jamais d’une enveloppe encore scellée.")


def box(label: Any, help_text: Any = "") -> Prose:
    """Return a box of the canvas, which holds on its ninth of the page."""
    return Prose(
        label=label,
        max_length=BOX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=help_text,
        validators=[few_lines],
    )


def few_lines(text: str) -> None:
    """Refuse what would not hold on its ninth of the page."""
    if text.count("\n") >= LINES:
        raise ValidationError(
            _("%(lines)s lignes au plus : le canevas tient sur une feuille."), params={"lines": LINES}
        )


def line(label: Any) -> forms.CharField:
    """Return one indicator."""
    return forms.CharField(label=label, max_length=LINE, required=False)


class CanvasForm(forms.Form):
    """Its fields are those of `Boxes`; `seen_number` is the version that was read."""

    seen_number = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    need = box(_("Besoin des patients"), NO_HEALTH_DATA)
    action = box(_("Action précise"), _("Une phrase."))
    limits = box(_("Ce que nous ne ferons pas"))
    association_hopes = box(_("Ce que l’association attend"), SAID)
    company_hopes = box(_("Ce que l’entreprise attend"), SAID)
    commitments = box(_("Engagements de chacun"))
    measure_1 = line(_("Indicateur vu par les patients"))
    measure_2 = line(_("Deuxième indicateur"))
    measure_3 = line(_("Troisième indicateur"))
    means = box(_("Budget et temps"))
    first_step = box(_("Premier petit pas"), _("Une chose à essayer avant de tout écrire."))
    first_step_days = forms.IntegerField(
        label=_("En combien de jours"), min_value=1, max_value=FIRST_STEP_DAYS, required=False
    )

    def reads(self, number: int) -> None:
        """Let the next try answer to a version that is now beside the form; what was typed stays."""
        self.data = {**{name: self.data[name] for name in self.data}, "seen_number": str(number)}

    def boxes(self) -> Boxes:
        """Return what was typed in a valid form."""
        return Boxes(**{name: self.cleaned_data[name] for name in Boxes.__dataclass_fields__})


class InterviewForm(forms.Form):
    """One box a question, in the order of the guide."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for question in QUESTIONS:
            self.fields[question.code] = Prose(
                label=question.words,
                max_length=1500,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=question.listen,
            )
