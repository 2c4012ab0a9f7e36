"""Forms with a file, which waits while another field is corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.core import ratelimit
from django.utils.datastructures import MultiValueDict

from accounts.organisations import pending_uploads

if TYPE_CHECKING:
    from django.http import HttpRequest

    from partnerships.following.forms import FileForm


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
