"""The hidden fields of every form: Django's CSRF token, and the mark of the account that opened the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html

from accounts.forms.unsent import OWNER_FIELD, owner_mark
from accounts.pages.cache import CSRF_PLACEHOLDER, OWNER_PLACEHOLDER

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.template.context import Context

register = template.Library()


@register.simple_tag(takes_context=True)
def csrf_token(context: Context) -> str:
    """Return the hidden fields of a form; the second one only for a signed-in reader."""
    token = context.get("csrf_token")
    if not token or token == "NOTPROVIDED":  # noqa: S105
        return ""
    hidden = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)
    mark = OWNER_PLACEHOLDER if token == CSRF_PLACEHOLDER else _mark(getattr(context, "request", None))
    if mark:
        hidden += format_html('<input type="hidden" name="{}" value="{}">', OWNER_FIELD, mark)
    return hidden


def _mark(request: HttpRequest | None) -> str:
    user = getattr(request, "user", None)
    return owner_mark(user) if user else ""
