"""Working time of a person: working days of their territory, 08:00 to 19:00 in their time zone."""

from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

OPENS = time(8)
CLOSES = time(19)
HOME_ZONE = "Europe/Paris"
SATURDAY = 5
DAYS_IN_A_WEEK = 7


class HolidayCalendar(NamedTuple):
    """A country and a subdivision (None: the whole country) of the package `holidays`."""

    country: str
    subdivision: str | None = None


MAINLAND: Final = "mainland"
# Not in the package: the Muslim feasts of Mayotte, the customary days of the Antilles and Guyane (carnival,
# All Souls), the communes of Alsace-Moselle without Good Friday, and the cantons of Switzerland.
CALENDARS: Final[dict[str, HolidayCalendar]] = {
    MAINLAND: HolidayCalendar("FR"),
    "alsace-moselle": HolidayCalendar("FR", "6AE"),
    "guadeloupe": HolidayCalendar("FR", "971"),
    "martinique": HolidayCalendar("FR", "972"),
    "guyane": HolidayCalendar("FR", "973"),
    "reunion": HolidayCalendar("FR", "974"),
    "mayotte": HolidayCalendar("FR", "976"),
    "saint-barthelemy": HolidayCalendar("FR", "BL"),
    "saint-martin": HolidayCalendar("FR", "MF"),
    "saint-pierre": HolidayCalendar("FR", "PM"),
    "polynesie": HolidayCalendar("FR", "PF"),
    "caledonie": HolidayCalendar("FR", "NC"),
    "wallis": HolidayCalendar("FR", "WF"),
    "belgium": HolidayCalendar("BE"),
    "switzerland": HolidayCalendar("CH"),
    "england": HolidayCalendar("GB", "ENG"),
    "quebec": HolidayCalendar("CA", "QC"),
}
# The time zones that a person may choose, with the territory whose holidays apply by default.
TERRITORY_OF_ZONE: Final[dict[str, str]] = {
    HOME_ZONE: MAINLAND,
    "America/Guadeloupe": "guadeloupe",
    "America/Martinique": "martinique",
    "America/Cayenne": "guyane",
    "America/Miquelon": "saint-pierre",
    "Indian/Reunion": "reunion",
    "Indian/Mayotte": "mayotte",
    "Pacific/Noumea": "caledonie",
    "Pacific/Tahiti": "polynesie",
    "Pacific/Marquesas": "polynesie",
    "Pacific/Gambier": "polynesie",
    "Pacific/Wallis": "wallis",
    "Europe/Brussels": "belgium",
    "Europe/Zurich": "switzerland",
    "Europe/London": "england",
    "America/Toronto": "quebec",
}


def next_working_time(at: datetime, *, time_zone: str, territory: str = "") -> datetime:
    """Return `at` if it falls on a working day, 08:00 to 19:00 in `time_zone`, else the next such 08:00.

    `territory`: a key of CALENDARS; "" stands for that of the time zone, here and below.
    """
    zone = zone_named(time_zone)
    territory = territory_in(time_zone, territory)
    local = at.astimezone(zone)
    if is_working_day(local.date(), territory) and OPENS <= local.time() < CLOSES:
        return at
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    return _opening(working_day_from(day, territory), zone)


def next_morning(at: datetime, *, time_zone: str, territory: str = "") -> datetime:
    """Return the first 08:00 of a working day after `at`: when a daily digest leaves."""
    zone = zone_named(time_zone)
    local = at.astimezone(zone)
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    return _opening(working_day_from(day, territory_in(time_zone, territory)), zone)


def next_week(at: datetime, *, time_zone: str, territory: str = "") -> datetime:
    """Return 08:00 of the first working day of the week after that of `at`: when a weekly digest leaves."""
    zone = zone_named(time_zone)
    day = at.astimezone(zone).date()
    monday = day + timedelta(days=DAYS_IN_A_WEEK - day.weekday())
    return _opening(working_day_from(monday, territory_in(time_zone, territory)), zone)


def last_opening(at: datetime, *, time_zone: str, territory: str = "") -> datetime:
    """Return the last 08:00 of a working day that is not after `at`."""
    zone = zone_named(time_zone)
    local = at.astimezone(zone)
    day = local.date() if local.time() >= OPENS else local.date() - timedelta(days=1)
    return _opening(working_day_until(day, territory_in(time_zone, territory)), zone)


def opening_of(day: date, *, time_zone: str) -> datetime:
    """Return 08:00 of a day in a time zone."""
    return _opening(day, zone_named(time_zone))


def is_working_day(day: date, territory: str = MAINLAND) -> bool:
    """Return whether `day` is neither a weekend nor a public holiday of the territory."""
    return day.weekday() < SATURDAY and day not in _holidays(territory, day.year)


def working_day_from(day: date, territory: str = MAINLAND) -> date:
    """Return `day`, or the first working day after it."""
    while not is_working_day(day, territory):
        day += timedelta(days=1)
    return day


def working_day_until(day: date, territory: str = MAINLAND) -> date:
    """Return `day`, or the last working day before it."""
    while not is_working_day(day, territory):
        day -= timedelta(days=1)
    return day


def territory_in(time_zone: str, territory: str = "") -> str:
    """Return `territory`, or that of the time zone when it is "" or unknown."""
    return territory if territory in CALENDARS else TERRITORY_OF_ZONE.get(time_zone, MAINLAND)


def zone_named(name: str) -> ZoneInfo:
    """Return the time zone `name`, or that of Paris when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(HOME_ZONE)


@cache
def _holidays(territory: str, year: int) -> frozenset[date]:
    country, subdivision = CALENDARS[territory]
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))


def _opening(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, OPENS, tzinfo=zone)
