"""When a reminder leaves: every time zone and territory that a person may choose, every day of two years."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from outbox import schedule, slots
from outbox.schedule import CALENDARS, TERRITORY_OF_ZONE
from partnerships.reminders import SHIPPED

MILESTONE_DAYS = SHIPPED.owner_days

FIRST = date(2027, 1, 1)
# Two years with every day of the week under each holiday pattern of the package, leap day included.
DAYS = [FIRST + timedelta(days=number) for number in range(731)]
BEFORE = [days for days in MILESTONE_DAYS if days <= 0]


def check_departures(due: date, zone: str, territory: str) -> None:
    """Assert what holds of every reminder of a due date to a person."""
    series = slots.series(due, [due + timedelta(days=days) for days in MILESTONE_DAYS])
    moments = {
        days: slot.leaves_at(time_zone=zone, territory=territory)
        for days, slot in zip(MILESTONE_DAYS, series, strict=True)
    }
    local = {days: moment.astimezone(ZoneInfo(zone)) for days, moment in moments.items()}
    where = (due, zone, territory)
    for days, seen in local.items():
        assert schedule.is_working_day(seen.date(), territory), where
        assert schedule.OPENS <= seen.time() < schedule.CLOSES, where
        assert (seen.date() <= due) is (days <= 0), where
    # None but a series of holidays moves the last word away from the due day, and none leaves it out.
    assert schedule.is_working_day(due, territory) is (local[0].date() == due), where
    assert due - local[0].date() < timedelta(days=5), where
    # Two slots that fall on one moment are one mail, the later; all others are apart and in order.
    for earlier, later in pairwise(MILESTONE_DAYS):
        assert moments[earlier] <= moments[later], where
    delivered = [
        days for days in MILESTONE_DAYS if not overtaken(series, days, moments[days], zone, territory)
    ]
    assert len({moments[days] for days in delivered}) == len(delivered), where
    assert 0 in delivered, where


def overtaken(series, days: int, at: datetime, zone: str, territory: str) -> bool:
    return series[MILESTONE_DAYS.index(days)].is_overtaken(at, time_zone=zone, territory=territory)


def holiday_pattern(due: date, territory: str) -> tuple[bool, ...]:
    """Return which days around the targets of a due date are working days: all that a departure depends on."""
    around = [due + timedelta(days=days + shift) for days in MILESTONE_DAYS for shift in range(-6, 7)]
    return tuple(schedule.is_working_day(day, territory) for day in around)


def test_the_last_word_comes_no_later_than_the_due_day_in_its_territory():
    """Every territory in its own zones, each pattern of working days once; all zones in the sweep below."""
    for zone, territory in TERRITORY_OF_ZONE.items():
        seen = set()
        for due in DAYS:
            pattern = holiday_pattern(due, territory)
            if pattern not in seen:
                seen.add(pattern)
                check_departures(due, zone, territory)
    for territory in CALENDARS.keys() - set(TERRITORY_OF_ZONE.values()):
        for due in DAYS[::3]:
            check_departures(due, "Europe/Paris", territory)


@pytest.mark.audit
@pytest.mark.parametrize("zone", TERRITORY_OF_ZONE)
@pytest.mark.parametrize("territory", CALENDARS)
def test_every_zone_and_territory_on_every_day_of_two_years(zone, territory):
    for due in DAYS:
        check_departures(due, zone, territory)


def check_round(deadline_day: date, zone: str, territory: str) -> None:
    """Assert that the reminders of a round come at a working hour before its deadline, 18:00 in Paris."""
    deadline = datetime.combine(deadline_day, datetime.min.time(), ZoneInfo("Europe/Paris")).replace(hour=18)
    targets = [deadline - timedelta(days=4), deadline - timedelta(days=1)]
    for slot in slots.series(deadline, targets):
        moment = slot.leaves_at(time_zone=zone, territory=territory)
        seen = moment.astimezone(ZoneInfo(zone))
        assert schedule.is_working_day(seen.date(), territory)
        assert schedule.OPENS <= seen.time() < schedule.CLOSES
        assert deadline - moment >= slots.NOTICE, (deadline, zone, territory)


def test_a_round_is_reminded_before_its_deadline_everywhere():
    for zone, territory in TERRITORY_OF_ZONE.items():
        for day in DAYS[::9]:
            if schedule.is_working_day(day):
                check_round(day, zone, territory)


@pytest.mark.audit
@pytest.mark.parametrize("zone", TERRITORY_OF_ZONE)
def test_a_round_is_reminded_before_its_deadline_on_every_day(zone):
    for territory in CALENDARS:
        for day in DAYS:
            if schedule.is_working_day(day):
                check_round(day, zone, territory)


def check_bounds(slot: slots.Slot) -> None:
    """Assert that a slot is due before it leaves for anybody, and that no one comes after the last."""
    moments = [
        slot.leaves_at(time_zone=zone, territory=territory)
        for zone in TERRITORY_OF_ZONE
        for territory in CALENDARS
    ]
    assert slot.due_at == min(moments) - slots.LEAD
    assert slot.last_leaves_at == max(moments)


def test_a_message_is_due_before_its_slot_leaves_for_anybody():
    for due in DAYS[::40]:
        for slot in slots.series(due, [due + timedelta(days=days) for days in MILESTONE_DAYS]):
            check_bounds(slot)
    deadline = datetime(2027, 5, 10, 16, tzinfo=UTC)
    for slot in slots.series(deadline, [deadline - timedelta(days=days) for days in (4, 1)]):
        check_bounds(slot)


@pytest.mark.parametrize(
    ("zone", "territory", "due", "days", "expected"),
    [
        # A Sunday: both D-1 and D0 fall on the Friday before, and are one mail.
        ("Europe/Paris", "mainland", "2027-05-09", 0, "2027-05-07 08:00"),
        ("Europe/Paris", "mainland", "2027-05-09", -1, "2027-05-07 08:00"),
        ("Pacific/Wallis", "wallis", "2027-05-12", 0, "2027-05-12 08:00"),
        ("Pacific/Tahiti", "polynesie", "2027-05-12", 0, "2027-05-12 08:00"),
        ("Europe/Paris", "alsace-moselle", "2028-12-26", 0, "2028-12-22 08:00"),
        ("Europe/Paris", "mainland", "2028-12-26", 0, "2028-12-26 08:00"),
        ("Europe/Paris", "alsace-moselle", "2027-03-26", 0, "2027-03-25 08:00"),  # Good Friday
        ("America/Martinique", "martinique", "2028-05-22", 0, "2028-05-19 08:00"),  # abolition of slavery
        ("Indian/Reunion", "reunion", "2027-12-20", 0, "2027-12-17 08:00"),
        # The clock changes on Sunday 28 March.
        ("Europe/Paris", "mainland", "2027-03-30", -1, "2027-03-26 08:00"),
        ("Europe/Paris", "mainland", "2027-05-08", 3, "2027-05-11 08:00"),
    ],
)
def test_a_slot_leaves_in_the_morning_of_its_day_or_of_the_working_day_before(
    zone, territory, due, days, expected
):
    day = date.fromisoformat(due)
    series = slots.series(day, [day + timedelta(days=each) for each in MILESTONE_DAYS])
    slot = series[MILESTONE_DAYS.index(days)]
    moment = datetime.fromisoformat(expected).replace(tzinfo=ZoneInfo(zone))
    assert slot.leaves_at(time_zone=zone, territory=territory) == moment


def test_a_slot_is_read_back_from_the_facts_of_its_message():
    day = date(2027, 5, 9)
    moment = datetime(2027, 5, 9, 16, tzinfo=UTC)
    for due, targets in ((day, [day, day + timedelta(days=3)]), (moment, [moment - timedelta(days=1)])):
        for slot in slots.series(due, targets):
            assert slots.slot_in(slot.facts()) == slot
    assert slots.slot_in({"number": 1}) is None


def test_every_zone_and_territory_of_the_form_has_a_calendar():
    from accounts.pages.time_zones import TERRITORIES, ZONES
    from accounts.people.forms import PreferencesForm

    assert ZONES.keys() == TERRITORY_OF_ZONE.keys()
    assert TERRITORIES.keys() == CALENDARS.keys()
    assert set(TERRITORY_OF_ZONE.values()) <= CALENDARS.keys()
    fields = PreferencesForm.base_fields
    assert dict(fields["time_zone"].choices).keys() == ZONES.keys()
    assert dict(fields["territory"].choices).keys() == {"", *TERRITORIES}
