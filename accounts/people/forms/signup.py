"""What we ask beside the address and the password when somebody opens an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import User


class SignupForm(forms.Form):
    full_name = forms.CharField(
        label=_("Prénom et nom"),
        max_length=120,
        help_text=_("Tels que vous les écrivez pour signer."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Langue des courriels"),
        choices=[("fr", "Français"), ("en", "English")],
        initial="fr",
        widget=forms.RadioSelect,
    )

    field_order = ("full_name", "email", "password1", "language")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Do nothing more: allauth asks for this, and the adapter has kept the answers already."""
