"""Working time of a person: working days of France, 08:00 to 19:00 in their time zone."""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

OPENS = time(8)
CLOSES = time(19)
HOME_ZONE = "Europe/Paris"
SATURDAY = 5
DAYS_IN_A_WEEK = 7


def next_working_time(at: datetime, *, time_zone: str) -> datetime:
    """Return `at` if it falls on a working day, 08:00 to 19:00 in `time_zone`, else the next such 08:00."""
    zone = zone_named(time_zone)
    local = at.astimezone(zone)
    if is_working_day(local.date()) and OPENS <= local.time() < CLOSES:
        return at
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    return _morning(_working_day_from(day), zone)


def next_morning(at: datetime, *, time_zone: str) -> datetime:
    """Return the first 08:00 of a working day after `at`: when a daily digest leaves."""
    zone = zone_named(time_zone)
    local = at.astimezone(zone)
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    return _morning(_working_day_from(day), zone)


def next_week(at: datetime, *, time_zone: str) -> datetime:
    """Return 08:00 of the first working day of the week after that of `at`: when a weekly digest leaves."""
    zone = zone_named(time_zone)
    day = at.astimezone(zone).date()
    return _morning(_working_day_from(day + timedelta(days=DAYS_IN_A_WEEK - day.weekday())), zone)


def is_working_day(day: date) -> bool:
    """Return whether `day` is neither a weekend nor a French public holiday."""
    return day.weekday() < SATURDAY and day not in _french_holidays(day.year)


def zone_named(name: str) -> ZoneInfo:
    """Return the time zone `name`, or that of Paris when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(HOME_ZONE)


@cache
def _french_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FR", years=year))


def _working_day_from(day: date) -> date:
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def _morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, OPENS, tzinfo=zone)
