"""Duration and renewal of an official approval (art. L.1114-1, R.1114-12 CSP)."""

from __future__ import annotations

import calendar
from datetime import date
from enum import StrEnum
from typing import Final

YEARS: Final = 5
# The file of renewal is due seven months before the end.
RENEWAL_MONTHS: Final = 7
# Months before the end at which administrators get a reminder.
REMINDER_MONTHS: Final = (12, 9, 8, 7)
MONTHS_IN_A_YEAR: Final = 12


class ApprovalStatus(StrEnum):
    """The status on a day; `TO_RENEW` from the first reminder, `OVERDUE` after the deadline."""

    NONE = "none"
    REQUESTED = "requested"
    RUNNING = "running"
    TO_RENEW = "to_renew"
    OVERDUE = "overdue"
    EXPIRED = "expired"


def expiry_date(decided: date) -> date:
    """Return the last day of an approval decided on that day, five years later."""
    return months_after(decided, YEARS * MONTHS_IN_A_YEAR)


def renewal_deadline(decided: date) -> date:
    """Return the deadline of the file of renewal, seven months before the end."""
    return months_after(expiry_date(decided), -RENEWAL_MONTHS)


def reminder_days(decided: date) -> dict[int, date]:
    """Return the day of each reminder, by number of months before the end."""
    return {months: months_after(expiry_date(decided), -months) for months in REMINDER_MONTHS}


def months_left(decided: date, day: date) -> int:
    """Return the whole months from `day` to the end of the approval; 0 in its last month and afterwards."""
    months = 0
    while months_after(expiry_date(decided), -(months + 1)) >= day:
        months += 1
    return months


def status_on(decided: date, day: date) -> ApprovalStatus:
    """Return the status on `day` of an approval decided on `decided`."""
    if day > expiry_date(decided):
        return ApprovalStatus.EXPIRED
    if day > renewal_deadline(decided):
        return ApprovalStatus.OVERDUE
    if day >= min(reminder_days(decided).values()):
        return ApprovalStatus.TO_RENEW
    return ApprovalStatus.RUNNING


def months_after(day: date, months: int) -> date:
    """Return the same day of another month, or its last day when it has no such day."""
    count = day.year * MONTHS_IN_A_YEAR + day.month - 1 + months
    year, month = count // MONTHS_IN_A_YEAR, count % MONTHS_IN_A_YEAR + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
