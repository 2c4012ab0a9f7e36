"""The profile of an organisation: the texts that both sides share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.organisations.actions.profile import Presentation

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class ProfileForm(forms.Form):
    """The presentation of an organisation, to which each side adds its fields.

    `labels`, `help_texts`: of the shared fields, in the words of the side.
    """

    labels: Mapping[str, str | _StrPromise] = {}
    help_texts: Mapping[str, str | _StrPromise] = {}

    purpose = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    website = forms.URLField(label=_("Site"), required=False, max_length=200, assume_scheme="https")
    ethics_summary = forms.CharField(
        label=_("Votre charte éthique, en bref"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, label in self.labels.items():
            self.fields[name].label = label
        for name, help_text in self.help_texts.items():
            self.fields[name].help_text = help_text

    def presentation(self) -> Presentation:
        """Return the presentation of a valid form."""
        return Presentation(**{name: self.cleaned_data[name] for name in Presentation._fields})

    def details(self) -> dict[str, Any]:
        """Return the values of a valid form that the presentation has not."""
        return {name: value for name, value in self.cleaned_data.items() if name not in Presentation._fields}
