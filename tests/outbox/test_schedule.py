"""When it is next_working_time to write to somebody."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbox import schedule

PARIS = "Europe/Paris"
TEN_YEARS = 10 * 365 * 24 * 3600
moments = st.integers(0, TEN_YEARS).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
zones = st.sampled_from(
    [PARIS, "America/Cayenne", "Indian/Reunion", "Pacific/Noumea", "Pacific/Tahiti", "Nowhere/Atall", ""]
)


def local(words, zone=PARIS):
    return datetime.fromisoformat(words).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("given_at", "expected"),
    [
        ("2026-09-09 07:59:59", "2026-09-09 08:00"),  # before opening
        ("2026-09-09 08:00", "2026-09-09 08:00"),  # opening is next_working_time
        ("2026-09-09 18:59:59", "2026-09-09 18:59:59"),  # last second
        ("2026-09-09 19:00", "2026-09-10 08:00"),  # closing is not
        ("2026-09-11 20:00", "2026-09-14 08:00"),  # Friday evening to Monday
        ("2026-09-12 10:00", "2026-09-14 08:00"),  # Saturday
        ("2026-09-13 23:59", "2026-09-14 08:00"),  # Sunday
        ("2026-11-11 10:00", "2026-11-12 08:00"),  # Armistice, a Wednesday
        ("2027-03-28 10:00", "2027-03-30 08:00"),  # Easter Sunday and Monday
        ("2026-05-14 09:00", "2026-05-15 08:00"),  # Ascension
        ("2026-12-24 19:30", "2026-12-28 08:00"),  # Christmas Eve, Christmas on a Friday
        ("2026-12-31 20:00", "2027-01-04 08:00"),  # over the new year
        ("2026-07-14 12:00", "2026-07-15 08:00"),  # Bastille Day
        ("2027-03-27 20:00", "2027-03-30 08:00"),  # the clock springs forward in between
    ],
)
def test_a_reminder_moves_to_a_working_hour_in_paris(given_at, expected):
    assert schedule.next_working_time(local(given_at), time_zone=PARIS) == local(expected)


def test_the_hours_are_those_of_the_reader():
    at = local("2026-09-09 10:00")
    assert schedule.next_working_time(at, time_zone="America/Cayenne") == local(
        "2026-09-09 08:00", "America/Cayenne"
    )
    assert schedule.next_working_time(at, time_zone="Indian/Reunion") == at


def test_digests_leave_in_the_morning_and_on_the_first_working_day_of_the_week():
    at = local("2026-09-11 09:00")
    assert schedule.next_morning(at, time_zone=PARIS) == local("2026-09-14 08:00")
    assert schedule.next_morning(local("2026-09-11 07:00"), time_zone=PARIS) == local("2026-09-11 08:00")
    assert schedule.next_week(at, time_zone=PARIS) == local("2026-09-14 08:00")
    assert schedule.next_week(local("2027-03-26 09:00"), time_zone=PARIS) == local("2027-03-30 08:00")


@given(moments, zones)
def test_the_decent_moment_is_decent_never_earlier_and_final(at, time_zone):
    moved = schedule.next_working_time(at, time_zone=time_zone)
    seen = moved.astimezone(schedule.zone_named(time_zone))
    assert moved >= at
    assert schedule.is_working_day(seen.date())
    assert schedule.OPENS <= seen.time() < schedule.CLOSES
    assert schedule.next_working_time(moved, time_zone=time_zone) == moved
    assert moved - at < timedelta(days=6)


@given(moments, zones, st.floats(min_value=0, max_value=1))
def test_no_decent_moment_is_passed_over(at, time_zone, share):
    moved = schedule.next_working_time(at, time_zone=time_zone)
    between = at + (moved - at) * share
    assert schedule.next_working_time(between, time_zone=time_zone) == max(moved, between)


@given(moments, zones)
def test_a_digest_leaves_strictly_later(at, time_zone):
    assert schedule.next_morning(at, time_zone=time_zone) > at
    assert schedule.next_week(at, time_zone=time_zone) > at
