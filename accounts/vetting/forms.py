"""The reason of a change of identity."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import TextAreaField


class ChangeReasonForm(forms.Form):
    reason = TextAreaField(
        is_printed=False,
        label=_("Ce qui a changé, et depuis quand"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Le passeur le lit, à côté de ce qui était écrit avant. N’écrivez aucune donnée de santé."
        ),
        error_messages={
            "required": _(
                "Indiquez ce qui a changé et depuis quand\u00a0: le passeur doit pouvoir le vérifier."
            )
        },
    )
