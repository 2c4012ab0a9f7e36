"""The files that browsers and search engines ask for at the root of a site."""

from typing import Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

DAY: Final = 24 * 60 * 60
# What search engines may read: these pages, nothing else of the site.
PUBLIC_PAGES: Final = (
    *("landing", "glossary", "accessibility", "personal_data", "processing", "verification", "register"),
    *("registration", "account_login", "account_reset_password"),
)


@login_not_required
@require_safe
@cache_control(public=True, max_age=DAY)
def robots(request: HttpRequest) -> HttpResponse:
    """Allow the public pages and what they load, and disallow every other address (RFC 9309)."""
    pages = [f"{reverse(name)}$" for name in PUBLIC_PAGES]
    allowed = [f"Allow: {path}" for path in (*pages, settings.STATIC_URL, reverse("favicon"))]
    lines = ["User-agent: *", *allowed, "Disallow: /", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
@cache_control(public=True, max_age=DAY)
def favicon(request: HttpRequest) -> HttpResponse:
    """Redirect browsers that read no `<link rel="icon">`, as for a PDF, to the icon of the pages."""
    return redirect(static("brand.svg"))
