"""A form whose last field proves who sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.signing import identity_proof
from partnerships.signing.identity_proof import Method

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.functional import Promise

SECRET_FIELDS = {
    Method.PASSWORD: (
        gettext_lazy("Votre mot de passe"),
        gettext_lazy("Celui de votre compte. Il confirme ce que vous faites ici, et cela seul."),
        forms.PasswordInput(attrs={"autocomplete": "current-password"}, render_value=True),
    ),
    Method.TOTP: (
        gettext_lazy("Le code de votre application d’authentification"),
        gettext_lazy(
            "Six chiffres. Un code ne sert qu’une fois : attendez le suivant si vous venez de l’utiliser."
        ),
        forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "short"}),
    ),
}


class ProofForm(forms.Form):
    """A form whose last field proves who sends it; checked only when the others are valid.

    `standing`: what stays as it is when the proof fails, in one sentence.
    """

    standing: str | Promise = ""

    def __init__(self, data: Any = None, *, request: HttpRequest, method: Method, **options: Any) -> None:
        super().__init__(data, **options)
        self.request, self.method = request, method
        secret = self.fields["secret"]
        secret.label, secret.help_text, secret.widget = SECRET_FIELDS[method]

    def clean(self) -> dict[str, Any]:
        """Check the secret only if the other fields are valid, so that no one-time code is wasted."""
        if not self.errors:
            try:
                identity_proof.require(self.request, self.method, self.cleaned_data["secret"])
            except identity_proof.TooManyAttempts as error:
                raise ValidationError(
                    _("Trop d’essais manqués. %(standing)s\u00a0: attendez un quart d’heure, puis réessayez.")
                    % {"standing": self.standing}
                ) from error
            except identity_proof.WrongSecret:
                self.add_error(
                    "secret",
                    _("Mot de passe ou code incorrect. %(standing)s. Réessayez.")
                    % {"standing": self.standing},
                )
        return self.cleaned_data
