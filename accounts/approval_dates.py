"""How long an official approval lasts and when to renew it (art. L.1114-1, R.1114-12 CSP)."""

from __future__ import annotations

import calendar
from datetime import date
from enum import StrEnum
from typing import Final

YEARS: Final = 5
# The file is handed in no later than the seventh month before the end.
RENEWAL_MONTHS: Final = 7
# Months before the end at which the administrators are told.
REMINDER_MONTHS: Final = (12, 9, 8, 7)
MONTHS_IN_A_YEAR: Final = 12


class Standing(StrEnum):
    """Where an approval stands on a day; `TO_RENEW` from the first reminder, `OVERDUE` after the deadline."""

    NONE = "none"
    REQUESTED = "requested"
    RUNNING = "running"
    TO_RENEW = "to_renew"
    OVERDUE = "overdue"
    EXPIRED = "expired"


def expiry(decided: date) -> date:
    """Return the day on which an approval decided on that day ends, five years later."""
    return months_after(decided, YEARS * MONTHS_IN_A_YEAR)


def renewal_deadline(decided: date) -> date:
    """Return the last day to hand in the file of renewal, seven months before the end."""
    return months_after(expiry(decided), -RENEWAL_MONTHS)


def reminder_days(decided: date) -> dict[int, date]:
    """Return the day of each reminder, by how many months before the end it comes."""
    return {months: months_after(expiry(decided), -months) for months in REMINDER_MONTHS}


def months_left(decided: date, day: date) -> int:
    """Return the whole months from `day` to the end of the approval; 0 in its last month and afterwards."""
    months = 0
    while months_after(expiry(decided), -(months + 1)) >= day:
        months += 1
    return months


def standing(decided: date, day: date) -> Standing:
    """Return where an approval decided on one day stands on another."""
    if day > expiry(decided):
        return Standing.EXPIRED
    if day > renewal_deadline(decided):
        return Standing.OVERDUE
    if day >= min(reminder_days(decided).values()):
        return Standing.TO_RENEW
    return Standing.RUNNING


def months_after(day: date, months: int) -> date:
    """Return the same day of another month, or its last day when it has no such day."""
    count = day.year * MONTHS_IN_A_YEAR + day.month - 1 + months
    year, month = count // MONTHS_IN_A_YEAR, count % MONTHS_IN_A_YEAR + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
