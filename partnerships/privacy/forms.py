"""Form for erasing one's own account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.form_fields import SecretField
from partnerships.signing import identity_proof
from partnerships.signing.identity_proof import Method

if TYPE_CHECKING:
    from django.http import HttpRequest

SECRET_FIELDS = {
    Method.PASSWORD: (
        gettext_lazy("Votre mot de passe"),
        gettext_lazy("Celui de votre compte, demandé une dernière fois."),
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


class EraseForm(forms.Form):
    """Consent to the erasure, and the proof of identity."""

    understands = forms.BooleanField(
        label=gettext_lazy(
            "J’ai lu ce qui est supprimé et ce qui est conservé. La suppression est définitive."
        )
    )
    secret = SecretField(max_length=200)

    def __init__(self, data: Any = None, *, request: HttpRequest, method: Method) -> None:
        super().__init__(data)
        self.request, self.method = request, method
        secret = self.fields["secret"]
        secret.label, secret.help_text, secret.widget = SECRET_FIELDS[method]

    def clean(self) -> dict[str, Any]:
        """Check the secret only with the consent given, so that a missing tick uses up no one-time code."""
        if not self.errors:
            try:
                identity_proof.require(self.request, self.method, self.cleaned_data["secret"])
            except identity_proof.TooManyAttempts as error:
                raise ValidationError(
                    _(
                        "Trop d’essais manqués. Rien n’est supprimé : attendez un quart "
                        "d’heure, puis réessayez."
                    )
                ) from error
            except identity_proof.WrongSecret:
                self.add_error("secret", _("Mot de passe ou code incorrect. Rien n’est supprimé. Réessayez."))
        return self.cleaned_data
