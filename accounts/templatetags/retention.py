"""How long a thing is kept, in words, read from the rules that the sweep follows."""

from __future__ import annotations

from django import template

from accounts.processing import NAMED

register = template.Library()


@register.simple_tag
def kept_for(rule: str) -> str:
    """Return the period of a rule, as "3 ans" or "6 mois"."""
    return NAMED[rule].period
