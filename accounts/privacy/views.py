"""Public pages: landing, glossary, accessibility, personal data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from accounts.processing import PROCESSINGS, RULES

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

choose_language = login_not_required(require_POST(set_language))


@login_not_required
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/public/landing.html")


@login_not_required
@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/public/glossary.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/public/accessibility.html", _contact_context())


@login_not_required
@require_safe
def personal_data(request: HttpRequest) -> HttpResponse:
    context = {"processings": PROCESSINGS, **_contact_context()}
    return render(request, "accounts/public/personal_data.html", context)


@login_not_required
@require_safe
def processing(request: HttpRequest) -> HttpResponse:
    """Show the register of processings and the rules of retention."""
    context = {"processings": PROCESSINGS, "rules": RULES, **_contact_context()}
    return render(request, "accounts/public/processing.html", context)


def _contact_context() -> dict[str, str]:
    return {"broker_name": settings.BROKER_NAME, "contact_address": settings.CONTACT_ADDRESS}
