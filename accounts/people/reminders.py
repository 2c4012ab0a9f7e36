"""Reminders of the end of mandates."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from accounts import message_keys
from accounts.models import Mandate
from outbox import post, slots
from outbox.post import Plan

# Days from the last day of the mandate.
MANDATE_DAYS: Final = (-30, -7, 1)


def plan_mandate(mandate: Mandate, *, at: datetime) -> None:
    """Replace the future reminders of a mandate; one without end, or revoked, has none."""
    has_reminders = mandate.valid_until_date is not None and mandate.revoked_at is None
    plans = _plans(mandate, at) if has_reminders else ()
    post.replan(prefix=message_keys.mandate_prefix(mandate.pk), plans=plans, at=at)


def _plans(mandate: Mandate, at: datetime) -> list[Plan]:
    last = mandate.valid_until_date
    assert last is not None  # noqa: S101
    series = slots.series(last, [last + timedelta(days=days) for days in MANDATE_DAYS])
    return [
        Plan(
            kind="mandate-expiry",
            key=message_keys.mandate_expiry(mandate.pk, days=days),
            due_at=slot.due_at,
            facts={
                **slot.facts(),
                "mandate": mandate.pk,
                "days": days,
                "collapse": message_keys.mandate_collapse(mandate.pk),
            },
        )
        for days, slot in zip(MANDATE_DAYS, series, strict=True)
        if slot.last_leaves_at >= at
    ]
