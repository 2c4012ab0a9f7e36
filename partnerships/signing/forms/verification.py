"""A charter to verify: its code, or its file."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.charter.verification import normal_code

SHAPE = re.compile("[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
MOST_BYTES = 10 * 1024 * 1024


class VerifyForm(forms.Form):
    """The code printed on a charter or the PDF received; the file, where both are given."""

    code = forms.CharField(
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
        help_text=gettext_lazy("10 Mo au plus. Le fichier est comparé puis effacé."),
    )

    def clean_code(self) -> str:
        """Return the code as it is printed, from what was typed."""
        typed = self.cleaned_data["code"]
        code = normal_code(typed)
        if typed and not SHAPE.fullmatch(code):
            raise ValidationError(
                _("Ce code compte douze lettres et chiffres. Relisez-le au bas de la charte.")
            )
        return code

    def clean_pdf(self) -> Any:
        """Refuse a file too large to be read here."""
        pdf = self.cleaned_data["pdf"]
        if pdf and pdf.size > MOST_BYTES:
            raise ValidationError(_("Ce fichier dépasse 10 Mo. Une charte scellée est plus légère."))
        return pdf

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        given = self.cleaned_data
        if not self.errors and not given["code"] and not given["pdf"]:
            raise ValidationError(_("Écrivez le code, ou choisissez le fichier PDF."))
        return given
