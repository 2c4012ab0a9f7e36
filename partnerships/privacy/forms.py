"""What somebody who leaves for good ticks and proves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.signing.forms import identity_proof
from partnerships.signing.forms.identity_proof import Method

if TYPE_CHECKING:
    from django.http import HttpRequest

SECRETS = {
    Method.PASSWORD: (
        gettext_lazy("Votre mot de passe"),
        gettext_lazy("Celui de votre compte, demandé une dernière fois."),
        forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    ),
    Method.TOTP: (
        gettext_lazy("Le code de votre application d’authentification"),
        gettext_lazy(
            "Six chiffres. Un code ne sert qu’une fois : attendez le suivant si vous venez de l’utiliser."
        ),
        forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "short"}),
    ),
}


class EraseForm(forms.Form):
    """A last consent, with the proof that it is this person who gives it."""

    understands = forms.BooleanField(
        label=gettext_lazy("J’ai lu ce qui est effacé et ce qui est gardé. Cela ne se défait pas.")
    )
    secret = forms.CharField(max_length=200)

    def __init__(self, data: Any = None, *, request: HttpRequest, method: Method) -> None:
        super().__init__(data)
        self.request, self.method = request, method
        secret = self.fields["secret"]
        secret.label, secret.help_text, secret.widget = SECRETS[method]

    def clean(self) -> dict[str, Any]:
        """Check the secret last, so that a forgotten tick burns no code."""
        if not self.errors:
            try:
                identity_proof.require(self.request, self.method, self.cleaned_data["secret"])
            except identity_proof.TooManyTries as error:
                raise ValidationError(
                    _(
                        "Trop d’essais manqués. Rien n’est effacé : attendez un quart d’heure, puis "
                        "recommencez."
                    )
                ) from error
            except identity_proof.WrongSecret:
                self.add_error("secret", _("Ce n’est pas le bon. Rien n’est effacé : recommencez."))
        return self.cleaned_data
