"""Forms of a case with a file, which waits while another field is corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.core import ratelimit
from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from accounts.inspection.slots import TooManyInspections
from accounts.organisations import pending_uploads
from accounts.organisations.file_kinds import MAX_BYTES, InvalidUpload, check_file
from accounts.organisations.forms import ACCEPTED_FILE_TYPES
from accounts.refusals import Refusal

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.organisations.file_kinds import CheckedFile


class FileForm(forms.Form):
    """A form with an optional file, checked as every uploaded file is."""

    file = forms.FileField(
        label=_("Le fichier"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPTED_FILE_TYPES}),
        help_text=_(
            "Un PDF ou une photo lisible (JPEG, PNG), 10 Mo au plus. Toutes les parties et le passeur le "
            "lisent. "
            "Le lieu de prise de vue noté dans une photo est supprimé."
        ),
        error_messages={
            "invalid": _("Le fichier n’est pas arrivé entier. Choisissez-le à nouveau."),
            "missing": _("Le fichier n’est pas arrivé entier. Choisissez-le à nouveau."),
        },
    )

    def __init__(self, *args: Any, is_rate_limited: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_rate_limited = is_rate_limited

    def set_file_name(self, name: str) -> None:
        """Show the name of a file that was received and waits, so that it need not be chosen again."""
        self.fields["file"].file_name = name  # type: ignore[attr-defined]

    def clean_file(self) -> CheckedFile | None:
        """Return the checked file, None without one; unread if its sender or all together sent too many."""
        upload = self.cleaned_data["file"]
        if not upload:
            return None
        try:
            if self.is_rate_limited:
                raise TooManyInspections
            # One byte above the limit is enough to refuse it.
            return check_file(upload.name, upload.read(MAX_BYTES + 1))
        except (InvalidUpload, Refusal) as error:
            raise forms.ValidationError(str(error.sentence), code="file") from error


def bound_form[Form: FileForm](
    form_class: type[Form], request: HttpRequest, purpose: str, **options: Any
) -> Form:
    """Return a form with a file, bound to a POST, with the file that waits under `purpose`."""
    if request.method != "POST":
        form = form_class(**options)
        waiting = pending_uploads.pending(request, purpose)
    else:
        if "drop_file" in request.POST or request.FILES:
            pending_uploads.drop(request, purpose)
        waiting = pending_uploads.pending(request, purpose)
        files = MultiValueDict({"file": [waiting]}) if waiting else request.FILES
        is_rate_limited = bool(request.FILES) and not ratelimit.consume(
            request, action="add_document", key="all"
        )
        form = form_class(request.POST, files, is_rate_limited=is_rate_limited, **options)
    if waiting:
        form.set_file_name(str(waiting.name))
    return form


def keep_file(form: FileForm, request: HttpRequest, purpose: str) -> None:
    """Keep the file of a form that was refused for another reason, if it has an accepted one."""
    file = form.cleaned_data.get("file") if hasattr(form, "cleaned_data") else None
    if file:
        pending_uploads.keep(request, purpose, name=file.name, content=file.content)
        form.set_file_name(file.name)
