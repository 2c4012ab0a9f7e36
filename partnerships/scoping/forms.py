"""Forms used before there is a text: description, end of the case, canvas, interview."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import DAYS, TextLineField, WholeNumberField
from partnerships.case.form_fields import NO_HEALTH_DATA, Prose
from partnerships.models import Ground
from partnerships.models.canvas import BOX, FIRST_STEP_DAYS, LINE, LINES
from partnerships.scoping.actions import CanvasBoxes
from partnerships.scoping.queries import QUESTIONS

EXPECTATION_HELP = _(
    "Seulement ce qui vous a été dit, ou ce qui est ouvert. Jamais le contenu d’une enveloppe encore scellée."
)


class CaseDescriptionForm(forms.Form):
    """The description of a case; its fields are those of `CaseDescription`."""

    title = TextLineField(label=_("Intitulé de l’action"), max_length=160)
    plain_words = Prose(
        label=_("En clair"),
        max_length=1200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Qui fait quoi, pour qui, avec quel argent. Ces mots ouvriront la charte."),
    )
    evidence_of_need = Prose(
        label=_("Preuve du besoin"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Un sondage, un atelier, le nombre de patients entendus. Sans elle, la rédaction ne commence "
            "pas. "
            "N’écrivez aucune donnée de santé sur une personne."
        ),
    )
    broker_interests = Prose(
        label=_("Vos liens d’intérêts"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Tout lien avec l’une des parties, même ancien. Toutes les parties le liront, et la "
            "charte le mentionnera."
        ),
    )


class AbandonCaseForm(forms.Form):
    """The grounds and the reason for ending a case before any signature."""

    grounds = forms.MultipleChoiceField(
        label=_("Ce qui l’explique"),
        choices=Ground.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins un motif.")},
    )
    reason = Prose(
        is_printed=False,
        label=_("Dans vos mots, avec ce que vous conseillez à la place"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Sans mettre personne en cause. Toutes les parties le liront."),
    )

    def selected_grounds(self) -> list[Ground]:
        """Return the selected grounds; only after `is_valid`."""
        return [Ground(code) for code in self.cleaned_data["grounds"]]


def box_field(label: Any, help_text: Any = "") -> Prose:
    """Return the field of a box, short enough for its ninth of the page."""
    return Prose(
        label=label,
        max_length=BOX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=help_text,
        validators=[validate_line_count],
    )


def validate_line_count(text: str) -> None:
    """Raise ValidationError for more lines than a box holds on the printed page."""
    if text.count("\n") >= LINES:
        raise ValidationError(
            _("%(lines)s lignes au plus : le canevas tient sur une feuille."), params={"lines": LINES}
        )


def line_field(label: Any) -> TextLineField:
    """Return the field of one indicator."""
    return TextLineField(label=label, max_length=LINE, required=False)


class CanvasForm(forms.Form):
    """Its fields are those of `Boxes`; `seen_number` is the version that was read."""

    seen_number = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    need = box_field(_("Besoin des patients"), NO_HEALTH_DATA)
    action = box_field(_("Action précise"), _("Une phrase."))
    limits = box_field(_("Ce que nous ne ferons pas"))
    association_hopes = box_field(_("Ce que l’association attend"), EXPECTATION_HELP)
    company_hopes = box_field(_("Ce que l’entreprise attend"), EXPECTATION_HELP)
    commitments = box_field(_("Engagements de chacun"))
    measure_1 = line_field(_("Indicateur vu par les patients"))
    measure_2 = line_field(_("Deuxième indicateur"))
    measure_3 = line_field(_("Troisième indicateur"))
    means = box_field(_("Budget et temps"))
    first_step = box_field(_("Premier petit pas"), _("Une chose à essayer avant de tout écrire."))
    first_step_days = WholeNumberField(
        units=DAYS, label=_("En combien de jours"), min_value=1, max_value=FIRST_STEP_DAYS, required=False
    )

    def set_seen_number(self, number: int) -> None:
        """Set the version that the next submission refers to; the posted fields stay."""
        self.data = {**{name: self.data[name] for name in self.data}, "seen_number": str(number)}

    def boxes(self) -> CanvasBoxes:
        """Return the content of the boxes; only after `is_valid`."""
        return CanvasBoxes(**{name: self.cleaned_data[name] for name in CanvasBoxes.__dataclass_fields__})


class InterviewForm(forms.Form):
    """One field per question, in the order of the guide."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for question in QUESTIONS:
            self.fields[question.code] = Prose(
                is_printed=False,
                label=question.text,
                max_length=1500,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=question.hint,
            )
