"""Form for erasing one's own account."""

from django import forms
from django.utils.translation import gettext_lazy

from accounts.forms.fields import SecretField
from partnerships.signing.proof_form import ProofForm


class EraseForm(ProofForm):
    """Consent to the erasure, and the proof of identity."""

    standing = gettext_lazy("Rien n’est supprimé")
    understands = forms.BooleanField(
        label=gettext_lazy(
            "J’ai lu ce qui est supprimé et ce qui est conservé. La suppression est définitive."
        )
    )
    secret = SecretField(max_length=200)
