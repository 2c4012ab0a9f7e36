"""Periods of retention in words, from the rules of the sweep."""

from __future__ import annotations

from django import template

from accounts.processing import RULES_BY_NAME

register = template.Library()


@register.simple_tag
def kept_for(rule: str) -> str:
    """Return the period of a rule, as "3 ans" or "6 mois"."""
    return RULES_BY_NAME[rule].period
