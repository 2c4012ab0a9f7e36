"""Is this charter genuine? Asked by anybody, with a code or with the file, and no account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.core.exceptions import RateLimited
from allauth.decorators import rate_limit
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from partnerships.case.views import SeeOther
from partnerships.charter import verification as charter_verification
from partnerships.signing.forms.verification import VerifyForm
from partnerships.signing.queries import verification as queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verification(request: HttpRequest) -> HttpResponse:
    """Ask for a code or a file; say what the file is."""
    if request.method != "POST":
        return _page(request, VerifyForm())
    if _is_too_often(request):
        return _page(request, VerifyForm(), status=429, is_too_often=True)
    form = VerifyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    return _answer(request, form)


def _answer(request: HttpRequest, form: VerifyForm) -> HttpResponse:
    if not form.cleaned_data["pdf"]:
        return SeeOther(reverse("verification_code", args=[form.cleaned_data["code"]]))
    verdict = queries.verdict_on(form.cleaned_data["pdf"].read())
    found = queries.found_with_code(verdict.charter.verification_code) if verdict.charter else None
    checks = [(charter_verification.QUESTIONS[each.name], each) for each in verdict.checks]
    return _page(request, VerifyForm(), verdict=verdict, found=found, checks=checks)


@login_not_required
@require_safe
def verification_code(request: HttpRequest, code: str) -> HttpResponse:
    """Say whether a charter bears this code, and what to compare a file with."""
    normal = charter_verification.normal_code(code)
    form = VerifyForm(initial={"code": normal})
    if _is_too_often(request):
        return _page(request, form, status=429, is_too_often=True)
    return _page(request, form, code=normal, found=queries.found_with_code(normal))


def _is_too_often(request: HttpRequest) -> bool:
    try:
        _count_try(request)
    except RateLimited:
        return True
    return False


@rate_limit(action="verify_charter", limit_get=True, raise_exception=True)  # type: ignore[untyped-decorator]
def _count_try(_request: HttpRequest) -> None:
    """Count one try of this address. Raises RateLimited."""


def _page(request: HttpRequest, form: VerifyForm, *, status: int = 200, **context: object) -> HttpResponse:
    shown = {
        "form": form,
        "verdict": None,
        "checks": [],
        "code": "",
        "found": None,
        "is_too_often": False,
        **context,
    }
    return render(request, "partnerships/signing/verification/page.html", shown, status=status)
