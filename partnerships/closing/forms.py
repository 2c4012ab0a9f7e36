"""Form for closing a case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.case.form_fields import Prose


class CloseForm(forms.Form):
    lessons = Prose(
        label=_("Ce que nous avons appris"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Ce qui a servi aux patients, ce qui a manqué, ce qu’il faudrait refaire. Toutes les "
            "parties le liront."
        ),
    )
    without_evaluation = Prose(
        label=_("Pourquoi clore sans évaluation croisée"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Seulement si les parties n’ont pas évalué les attentes. Toutes les parties le liront."),
    )

    def __init__(self, *args: Any, is_evaluated: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_evaluated:
            del self.fields["without_evaluation"]
