"""The identity of the broker's firm, as the installation states it."""

from __future__ import annotations

from django.conf import settings


def identity_lines() -> list[str]:
    """Return the legal form with the number of the firm, then its address, those that are given."""
    registered = ", ".join(filter(None, [settings.BROKER_LEGAL_FORM, settings.BROKER_NUMBER]))
    return [line for line in (registered, settings.BROKER_ADDRESS) if line]
