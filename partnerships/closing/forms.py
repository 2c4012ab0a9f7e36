"""Form for closing a case."""

from __future__ import annotations

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
