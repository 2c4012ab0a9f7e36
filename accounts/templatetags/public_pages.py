"""The address of a public page, as it is known to everybody."""

from django import template
from django.conf import settings
from django.urls import reverse

register = template.Library()


@register.simple_tag
def public_address(url_name: str) -> str:
    """Return the absolute address of a page without arguments, whatever host the request names."""
    return f"{settings.PUBLIC_URL}{reverse(url_name)}"
