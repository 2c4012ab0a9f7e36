"""Pages of one's own data: overview, download and erasure of the account."""

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

from accounts.pages.session import reader
from accounts.privacy import actions
from accounts.refusals import Refusal
from partnerships.case.views import CaseRedirect, form_status
from partnerships.privacy.forms import EraseForm
from partnerships.privacy.queries import personal_data
from partnerships.privacy.queries.obstacles import obstacles_to_erasure
from partnerships.signing import identity_proof

if TYPE_CHECKING:
    from django.http import HttpRequest

page_methods = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@page_methods
def own_data(request: HttpRequest) -> HttpResponse:
    """Show the size of each section of the reader's data; on POST, return all as a JSON file or a page."""
    data = personal_data.of_person(reader(request), at=now())
    if request.method != "POST":
        counts = personal_data.section_counts(data)
        context = {
            "sections": [section for section in counts if section.rows],
            "empty_titles": [section.title for section in counts if not section.rows],
        }
        return render(request, "partnerships/privacy/page.html", context)
    if request.POST.get("form") == "page":
        return _page_file(request, data)
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    return _attachment(response, "json")


@never_cache
@page_methods
def erase(request: HttpRequest) -> HttpResponse:
    """Show what is erased and what is kept; on POST with proof of identity, erase the account."""
    user = reader(request)
    obstacles = obstacles_to_erasure(user, at=now())
    method = identity_proof.method_of(user)
    form = None
    if method and not obstacles:
        posted = request.POST if request.method == "POST" else None
        form = EraseForm(posted, request=request, method=method)
    if request.method == "POST" and form and form.is_valid() and _erase(request, form):
        return CaseRedirect(reverse("landing"))
    status = form_status(form) if form else (422 if request.method == "POST" else 200)
    context = {"form": form, "obstacles": obstacles}
    return render(request, "partnerships/privacy/erase.html", context, status=status)


def _erase(request: HttpRequest, form: EraseForm) -> bool:
    try:
        actions.erase_person(user_id=reader(request).pk, at=now())
    except Refusal as error:
        form.add_error(None, error.message)
        return False
    logout(request)
    messages.success(request, _("Votre compte est supprimé. Un dernier courriel vous le confirme."))
    return True


def _page_file(request: HttpRequest, data: dict[str, object]) -> HttpResponse:
    context = {"sections": personal_data.sections(data), "made_at": data["made_at"]}
    html = render_to_string("partnerships/privacy/file.html", context, request)
    return _attachment(HttpResponse(html), "html")


def _attachment(response: HttpResponse, extension: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="lucky-link-{now():%Y-%m-%d}.{extension}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
