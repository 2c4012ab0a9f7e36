"""The form of a private message."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.case.form_fields import NO_HEALTH_DATA, Prose


class PrivateNoteForm(forms.Form):
    """A private message between one party and the broker."""

    text = Prose(
        is_printed=False,
        label=_("Votre message"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=NO_HEALTH_DATA,
    )
