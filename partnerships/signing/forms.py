"""Forms of signing, declining and verifying a charter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.fields import CodeField, SecretField, TextLineField, TypedNameField
from partnerships.case.form_fields import Prose
from partnerships.charter.verification import normal_code
from partnerships.signing.proof_form import ProofForm

if TYPE_CHECKING:
    from django.http import HttpRequest

    from partnerships.signing.identity_proof import Method

CODE_FORMAT = re.compile("[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
MEGABYTE = 1024 * 1024


class SignForm(ProofForm):
    """The consents, typed name and proof of identity of one signature.

    `organisation`: name of the party that is bound, "" for the broker, who signs as a witness.
    """

    standing = gettext_lazy("Rien n’est signé")
    fingerprint = TextLineField(max_length=64, widget=forms.HiddenInput)
    has_read = forms.BooleanField(
        label=gettext_lazy("J’ai lu le texte entier et ses annexes."),
        error_messages={
            "required": gettext_lazy(
                "Lisez le texte entier, puis cochez cette case\u00a0: elle est nécessaire pour signer."
            )
        },
    )
    consents = forms.BooleanField(
        error_messages={
            "required": gettext_lazy("Cochez cette case\u00a0: cet accord est nécessaire pour signer.")
        }
    )
    typed_name = TypedNameField(
        label=gettext_lazy("Votre nom complet"),
        max_length=120,
        widget=forms.TextInput(attrs={"class": "name", "autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Écrivez votre nom complet\u00a0: il vaut signature.")},
    )
    secret = SecretField(
        max_length=200,
        error_messages={
            "required": gettext_lazy(
                "Confirmez votre identité\u00a0: saisissez votre mot de passe ou votre code."
            )
        },
    )

    def __init__(
        self,
        data: Any = None,
        *,
        request: HttpRequest,
        method: Method,
        organisation: str,
        fingerprint: str,
        name: str = "",
    ) -> None:
        initial = {"fingerprint": fingerprint, "typed_name": name}
        super().__init__(data, request=request, method=method, initial=initial)
        signatory: Any = request.user
        self.fields["typed_name"].help_text = _("Écrivez-le ainsi : %(name)s.") % {
            "name": signatory.full_name
        }
        self.fields["consents"].label = self._consent_label(organisation)
        self.fields["consents"].help_text = _("L’original est le PDF scellé, envoyé à toutes les parties.")

    def _consent_label(self, organisation: str) -> str:
        if not organisation:
            return _(
                "Je témoigne que les parties ont signé ce texte. Je n’engage aucune d’elles. Le "
                "passeur accepte ses propres engagements et ses honoraires, écrits dans ce texte. "
                "J’accepte de signer par voie électronique."
            )
        return _(
            "Je signe au nom de l’organisation suivante, que j’engage : %(organisation)s. Je ne "
            "m’engage pas à titre personnel. J’accepte de signer par voie électronique."
        ) % {"organisation": organisation}

    @property
    def consent_words(self) -> str:
        """Both consents as they were displayed."""
        return f"{self.fields['has_read'].label} {self.fields['consents'].label}"


class DeclineForm(forms.Form):
    """The reason why a party does not sign."""

    reason = Prose(
        is_printed=False,
        label=gettext_lazy("Pourquoi vous refusez"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Toutes les parties et le passeur le liront."),
    )


class TakeBackForm(ProofForm):
    """The reason why a party takes its signature back, and the same proof of identity as for giving it."""

    standing = gettext_lazy("Votre signature reste valable")
    reason = Prose(
        label=gettext_lazy("Pourquoi vous retirez votre signature"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Toutes les parties et le passeur le liront."),
    )
    secret = SecretField(
        max_length=200,
        error_messages={
            "required": gettext_lazy(
                "Confirmez votre identité\u00a0: sans cela, votre signature reste valable."
            )
        },
    )


class VerifyForm(forms.Form):
    """A verification code or a PDF; when both are given, the PDF is examined.

    `max_bytes`: a larger PDF is refused unread; whole megabytes.
    """

    code = CodeField(
        label=gettext_lazy("Code de vérification"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "off"}),
        help_text=gettext_lazy("Douze lettres et chiffres, par exemple : K7QF-2M9D-X4TB."),
    )
    pdf = forms.FileField(
        label=gettext_lazy("Ou le fichier PDF"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )

    def __init__(self, *args: Any, max_bytes: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.max_bytes = max_bytes
        self.fields["pdf"].help_text = _(
            "%(megabytes)d Mo au plus. Le fichier est comparé, puis supprimé."
        ) % {"megabytes": max_bytes // MEGABYTE}

    def clean_code(self) -> str:
        """Return the code in the printed format; it is not read when a file is given."""
        typed = self.cleaned_data["code"]
        code = normal_code(typed)
        if typed and not self.files.get("pdf") and not CODE_FORMAT.fullmatch(code):
            raise ValidationError(
                _("Ce code compte douze lettres et chiffres. Relisez-le au bas de la charte.")
            )
        return code

    def clean_pdf(self) -> Any:
        pdf = self.cleaned_data["pdf"]
        if pdf and pdf.size > self.max_bytes:
            raise ValidationError(
                _("Ce fichier dépasse %(megabytes)d Mo. Toutes les chartes scellées ici sont plus légères.")
                % {"megabytes": self.max_bytes // MEGABYTE}
            )
        return pdf

    def clean(self) -> dict[str, Any]:
        """Require a code or a PDF."""
        cleaned = self.cleaned_data
        if not self.errors and not cleaned["code"] and not cleaned["pdf"]:
            raise ValidationError(_("Écrivez le code, ou choisissez le fichier PDF."))
        return cleaned
