"""Reminders of the end of mandates."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final

from accounts import message_keys
from accounts.models import Mandate
from outbox import post
from outbox.post import Plan

# Days from the last day of the mandate.
MANDATE_DAYS: Final = (-30, -7, 1)
MORNING: Final = time(7, 0, tzinfo=UTC)


def plan_mandate(mandate: Mandate, *, at: datetime) -> None:
    """Replace the future reminders of a mandate; one without end, or revoked, has none."""
    has_reminders = mandate.valid_until_date is not None and mandate.revoked_at is None
    plans = _plans(mandate, at) if has_reminders else ()
    post.replan(prefix=message_keys.mandate_prefix(mandate.pk), plans=plans, at=at)


def _plans(mandate: Mandate, at: datetime) -> list[Plan]:
    last = mandate.valid_until_date
    assert last is not None  # noqa: S101
    slots = [(days, datetime.combine(last + timedelta(days=days), MORNING)) for days in MANDATE_DAYS]
    return [
        Plan(
            kind="mandate-expiry",
            key=message_keys.mandate_expiry(mandate.pk, days=days),
            due_at=due_at,
            facts={
                "mandate": mandate.pk,
                "days": days,
                "collapse": message_keys.mandate_collapse(mandate.pk),
            },
        )
        for days, due_at in slots
        if due_at >= at
    ]
