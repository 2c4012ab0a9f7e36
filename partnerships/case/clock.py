"""The clock of a case, which stands still while the case is suspended."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Sum

from partnerships.lifecycle import Case
from partnerships.models import Partnership


def case_time(partnership: Partnership, at: datetime) -> datetime:
    """Return the moment against which the due dates of a case are read: nothing becomes late meanwhile."""
    return partnership.entered_at if partnership.state == Case.SUSPENDED else at


def suspended_since(partnership: Partnership, since: datetime) -> timedelta:
    """Return by how much the suspensions of a case that ended after `since` moved its due dates. 1 query."""
    ended = partnership.suspensions.filter(ended_at__gt=since)
    return timedelta(days=ended.aggregate(total=Sum("days"))["total"] or 0)
