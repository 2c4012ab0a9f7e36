"""One's own data: read what is held, take it away, erase it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.privacy import actions
from accounts.refusals import Refusal
from accounts.session import reader
from partnerships.case.views import SeeOther, invalid
from partnerships.privacy.forms import EraseForm
from partnerships.privacy.queries import erasure, personal_data
from partnerships.signing.forms import identity_proof

if TYPE_CHECKING:
    from django.http import HttpRequest

page = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@page
def own_data(request: HttpRequest) -> HttpResponse:
    """Show what is held about the reader, part by part; a POST gives the whole as a file."""
    held = personal_data.of_person(reader(request), at=now())
    if request.method != "POST":
        counts = personal_data.counts(held)
        context = {
            "parts": [part for part in counts if part.rows],
            "empty": [part.title for part in counts if not part.rows],
        }
        return render(request, "partnerships/privacy/page.html", context)
    if request.POST.get("form") == "page":
        return _as_page(request, held)
    answer = JsonResponse(held, json_dumps_params={"ensure_ascii": False, "indent": 2})
    return _as_file(answer, "json")


@never_cache
@page
def erase(request: HttpRequest) -> HttpResponse:
    """Say what goes and what stays, ask once more who is there, and erase the account."""
    user = reader(request)
    held_by = erasure.hindrances(user, at=now())
    method = identity_proof.method_of(user)
    form = None
    if method and not held_by:
        data = request.POST if request.method == "POST" else None
        form = EraseForm(data, request=request, method=method)
    if request.method == "POST" and form and form.is_valid() and _erased(request, form):
        return SeeOther(reverse("landing"))
    status = invalid(form) if form else (422 if request.method == "POST" else 200)
    context = {"form": form, "hindrances": held_by}
    return render(request, "partnerships/privacy/erase.html", context, status=status)


def _erased(request: HttpRequest, form: EraseForm) -> bool:
    try:
        actions.erase_person(user_id=reader(request).pk, at=now())
    except Refusal as error:
        form.add_error(None, error.message)
        return False
    logout(request)
    messages.success(request, _("Votre compte est effacé. Un dernier courriel vous le confirme."))
    return True


def _as_page(request: HttpRequest, held: dict[str, object]) -> HttpResponse:
    context = {"parts": personal_data.shown(held), "made_at": held["made_at"]}
    page_of_its_own = render_to_string("partnerships/privacy/file.html", context, request)
    return _as_file(HttpResponse(page_of_its_own), "html")


def _as_file(answer: HttpResponse, ending: str) -> HttpResponse:
    answer["Content-Disposition"] = f'attachment; filename="lucky-link-{now():%Y-%m-%d}.{ending}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
