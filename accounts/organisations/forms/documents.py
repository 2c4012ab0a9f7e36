"""Bringing a paper: what it is, the file, until when it is good."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import KINDS_OF, DocumentKind
from accounts.organisations.actions.documents import Paper
from accounts.organisations.file_kinds import MOST_BYTES, BadFile, Examined, examine
from accounts.organisations.forms.days import DayField

ACCEPTED = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"


class DocumentForm(forms.Form):
    """The kinds offered are those of the side; the file is judged by its bytes."""

    kind = forms.ChoiceField(
        label=_("Quelle pièce ?"), error_messages={"required": _("Dites de quelle pièce il s’agit.")}
    )
    file = forms.FileField(
        label=_("Le fichier"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=_("Un PDF ou une photo lisible (JPEG, PNG), 10 Mo au plus."),
        error_messages={
            "required": _("Choisissez le fichier : un PDF ou une photo lisible, 10 Mo au plus."),
            "invalid": _("Le fichier n’est pas arrivé entier. Choisissez-le à nouveau."),
            "missing": _("Le fichier n’est pas arrivé entier. Choisissez-le à nouveau."),
        },
    )
    expires_date = DayField(
        label=_("Valable jusqu’au"),
        required=False,
        help_text=_("Si une date de fin y figure. Nous vous écrivons trente jours avant."),
    )

    def __init__(self, side: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = [(kind.value, kind.label) for kind in KINDS_OF[side]]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    def clean_file(self) -> Examined:
        """Judge the file by its bytes."""
        brought = self.cleaned_data["file"]
        try:
            # One byte more than is taken is enough to know that it is too much.
            return examine(brought.name, brought.read(MOST_BYTES + 1))
        except BadFile as error:
            raise forms.ValidationError(str(error.sentence), code="file") from error

    def paper(self) -> Paper:
        """Return the paper that was brought."""
        told = self.cleaned_data
        return Paper(DocumentKind(told["kind"]), told["file"], told["expires_date"])
