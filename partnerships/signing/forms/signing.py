"""What a signatory types: two consents, a full name, and the proof of identity for this one act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.templatetags import wording
from partnerships.case.form_fields import Prose
from partnerships.signing.forms import identity_proof
from partnerships.signing.forms.identity_proof import Method

if TYPE_CHECKING:
    from django.http import HttpRequest

SECRETS = {
    Method.PASSWORD: (
        gettext_lazy("Votre mot de passe"),
        gettext_lazy("Celui de votre compte. Il confirme cette signature et elle seule."),
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


class SignForm(forms.Form):
    """A signature. `for_whom`: the organisation, or nothing for the broker who bears witness."""

    fingerprint = forms.CharField(max_length=64, widget=forms.HiddenInput)
    has_read = forms.BooleanField(
        label=gettext_lazy("J’ai lu le texte entier et ses annexes."),
        error_messages={
            "required": gettext_lazy(
                "Lisez le texte entier, puis cochez cette case\u00a0: sans elle, rien n’est signé."
            )
        },
    )
    consents = forms.BooleanField(
        error_messages={
            "required": gettext_lazy(
                "Cochez cette case pour signer\u00a0: sans cet accord, rien n’est signé."
            )
        }
    )
    typed_name = forms.CharField(
        label=gettext_lazy("Votre nom complet"),
        max_length=120,
        widget=forms.TextInput(attrs={"class": "name", "autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Écrivez votre nom complet\u00a0: il vaut signature.")},
    )
    secret = forms.CharField(
        max_length=200,
        error_messages={
            "required": gettext_lazy("Prouvez que c’est vous\u00a0: sans cela, rien n’est signé.")
        },
    )

    def __init__(
        self,
        data: Any = None,
        *,
        request: HttpRequest,
        method: Method,
        for_whom: str,
        fingerprint: str,
        name: str = "",
    ) -> None:
        super().__init__(data, initial={"fingerprint": fingerprint, "typed_name": name})
        self.request, self.method = request, method
        signatory: Any = request.user
        self.fields["typed_name"].help_text = _("Écrivez-le ainsi : %(name)s.") % {
            "name": signatory.full_name
        }
        self.fields["consents"].label = self._consent(for_whom)
        self.fields["consents"].help_text = _("L’original est le PDF scellé, envoyé à tous.")
        secret = self.fields["secret"]
        secret.label, secret.help_text, secret.widget = SECRETS[method]

    def _consent(self, for_whom: str) -> str:
        if not for_whom:
            return _(
                "Je témoigne que les parties ont signé ce texte. Je n’engage aucune d’elles, "
                "et j’accepte de signer par voie électronique."
            )
        return _("Je m’engage au nom %(of_organisation)s, et j’accepte de signer par voie électronique.") % {
            "of_organisation": wording.of(for_whom)
        }

    @property
    def consent_words(self) -> str:
        """What the person agreed to, as it stood on the page."""
        return f"{self.fields['has_read'].label} {self.fields['consents'].label}"

    def clean(self) -> dict[str, Any]:
        """Check the secret last, once the rest holds, so that a forgotten tick burns no code."""
        if not self.errors:
            try:
                identity_proof.require(self.request, self.method, self.cleaned_data["secret"])
            except identity_proof.TooManyTries as error:
                raise ValidationError(
                    _(
                        "Trop d’essais manqués. Rien n’est signé : attendez un quart d’heure, puis "
                        "recommencez."
                    )
                ) from error
            except identity_proof.WrongSecret:
                self.add_error("secret", _("Ce n’est pas le bon. Rien n’est signé : recommencez."))
        return self.cleaned_data


class DeclineForm(forms.Form):
    """Why a party does not sign."""

    reason = Prose(
        label=gettext_lazy("Pourquoi vous refusez"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Toutes les parties et le passeur le liront."),
    )
