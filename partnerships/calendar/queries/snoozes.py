"""A milestone as its reader puts off its reminder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.http import Http404

from accounts.models import User
from partnerships import reminders
from partnerships.models import Milestone, Partnership


@dataclass(frozen=True, kw_only=True)
class SnoozedMilestone:
    """A milestone as a reader has put off its reminder, until the day before which they want none.

    `last_word_at`: when the last reminder by the due date leaves to them, None when it left.
    """

    milestone: Milestone
    until: date | None
    last_word_at: datetime | None
    may_snooze: bool


def snoozed_milestone(
    partnership: Partnership, milestone_id: int, reader: User, at: datetime
) -> SnoozedMilestone:
    """Return a milestone of the case. Raises Http404. 3 queries."""
    rows = partnership.milestones.select_related("owner__organisation")
    milestone = rows.filter(pk=milestone_id).first()
    if milestone is None:
        raise Http404
    own = milestone.snoozes.filter(user=reader).first()
    last = reminders.last_word(milestone, time_zone=reader.time_zone, territory=reader.territory)
    is_to_come = last is not None and at < last
    is_open = milestone.completed_at is None and milestone.cancelled_at is None
    return SnoozedMilestone(
        milestone=milestone,
        until=own.until_date if own else None,
        last_word_at=last if is_to_come else None,
        may_snooze=is_open and is_to_come,
    )
