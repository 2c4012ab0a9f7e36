"""Forms of the limits: an alert, a declared action, what another party answers to one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import DayField
from partnerships.case.form_fields import NO_HEALTH_DATA, Prose
from partnerships.limits.actions import NewAction, NewAlert
from partnerships.limits.queries import SignedPoint
from partnerships.models import DeclaredKind

RESPECTS: Final = "respects"
ASKS: Final = "asks"
SHOWN_CHARS: Final = 90


class AlertForm(forms.Form):
    """An alert on a point of the signed text."""

    MEDIATION, THREAD = "mediation", "thread"

    subject = forms.ChoiceField(
        label=_("Le point de la charte"),
        error_messages={"required": _("Choisissez le point de la charte que vous citez.")},
    )
    text = Prose(
        is_printed=False,
        label=_("Ce qui se passe"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=NO_HEALTH_DATA,
        error_messages={"required": _("Écrivez ce qui se passe\u00a0: le passeur et les parties le liront.")},
    )
    request = forms.ChoiceField(
        label=_("Ce que vous demandez"),
        choices=[
            (THREAD, _("Une réponse de l’autre partie, dans l’échange commun de la clause")),
            (
                MEDIATION,
                _("Une médiation\u00a0: le passeur répond à toutes les parties en cinq jours ouvrés"),
            ),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez\u00a0: une réponse ou une médiation.")},
    )
    # The declared action from which the alert is raised.
    action = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=32767)

    def __init__(self, *args: Any, points: Sequence[SignedPoint], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["subject"].choices = [  # type: ignore[attr-defined]
            ("", _("Choisir")),
            *(
                (point.code, f"{point.code}. {Truncator(' '.join(point.text.split())).chars(SHOWN_CHARS)}")
                for point in points
            ),
        ]

    def alert(self, action_id: int | None) -> NewAlert:
        """Return the alert of a valid form."""
        data = self.cleaned_data
        return NewAlert(data["subject"], data["text"], data["request"] == self.MEDIATION, action_id)


class ActionForm(forms.Form):
    """An action of one kind, and for each point that it touches whether it respects it or asks."""

    text = Prose(
        is_printed=False,
        label=_("Ce que vous prévoyez"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Quoi, où, pour qui\u00a0; pour un versement, combien et à qui. N’écrivez aucune donnée de santé "
            "sur une personne."
        ),
        error_messages={"required": _("Écrivez ce que vous prévoyez.")},
    )
    planned_on = DayField(label=_("Prévu le"))

    def __init__(self, *args: Any, kind: DeclaredKind, points: Sequence[SignedPoint], **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind = kind
        self.points = {f"point-{point.code.replace('.', '-')}": point for point in points}
        for name, point in self.points.items():
            self.fields[name] = forms.ChoiceField(
                label=f"{point.code}. {Truncator(point.text).chars(600)}",
                choices=[
                    (RESPECTS, _("Notre action le respecte")),
                    (ASKS, _("Nous ne savons pas\u00a0: nous posons la question")),
                ],
                widget=forms.RadioSelect,
                error_messages={"required": _("Répondez pour ce point.")},
            )

    def action(self) -> NewAction:
        """Return the declared action of a valid form."""
        data = self.cleaned_data
        respects = {point.code: data[name] == RESPECTS for name, point in self.points.items()}
        return NewAction(self.kind, data["text"], data["planned_on"], respects)


class ActionAnswerForm(forms.Form):
    """What another party answers to a declared action in which it sees no obstacle."""

    text = Prose(
        is_printed=False,
        label=_("Votre réponse, si vous voulez ajouter un mot"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Toutes les parties et le passeur le lisent."),
    )
