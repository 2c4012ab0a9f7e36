"""How long an official approval lasts, day for day, and how a share is marked."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import approval_dates
from accounts.approval_dates import ApprovalStatus
from accounts.organisations.independence import DEFAULT_THRESHOLDS, Thresholds, share, status

DECIDED = date(2022, 7, 21)


def test_an_approval_lasts_five_years_and_is_renewed_seven_months_before():
    assert approval_dates.expiry_date(DECIDED) == date(2027, 7, 21)
    assert approval_dates.renewal_deadline(DECIDED) == date(2026, 12, 21)
    assert approval_dates.reminder_days(DECIDED) == {
        12: date(2026, 7, 21),
        9: date(2026, 10, 21),
        8: date(2026, 11, 21),
        7: date(2026, 12, 21),
    }


def test_a_month_without_that_day_gives_its_last_one():
    assert approval_dates.expiry_date(date(2024, 2, 29)) == date(2029, 2, 28)
    assert approval_dates.months_after(date(2026, 9, 30), -7) == date(2026, 2, 28)
    assert approval_dates.months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (DECIDED, ApprovalStatus.RUNNING),
        (date(2026, 7, 20), ApprovalStatus.RUNNING),
        (date(2026, 7, 21), ApprovalStatus.TO_RENEW),
        (date(2026, 12, 21), ApprovalStatus.TO_RENEW),
        (date(2026, 12, 22), ApprovalStatus.OVERDUE),
        (date(2027, 7, 21), ApprovalStatus.OVERDUE),
        (date(2027, 7, 22), ApprovalStatus.EXPIRED),
    ],
)
def test_the_status_changes_on_its_days(day, expected):
    assert approval_dates.status_on(DECIDED, day) == expected


@given(day=st.dates(date(1900, 1, 1), date(2500, 1, 1)), months=st.integers(-240, 240))
def test_adding_months_keeps_the_day_or_gives_the_last_day_of_the_month(day, months):
    moved = approval_dates.months_after(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (moved + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (0, 100, "ok"),
        (1999, 10_000, "ok"),
        (2000, 10_000, "due"),
        (3999, 10_000, "due"),
        (4000, 10_000, "late"),
    ],
)
def test_a_share_has_the_status_of_a_threshold_from_that_value_on(part, whole, expected):
    assert status(share(part, whole), DEFAULT_THRESHOLDS) == expected


def test_no_income_has_no_share():
    assert share(0, 0) is None
    assert status(None, DEFAULT_THRESHOLDS) == "none"
    assert status(Decimal(20), Thresholds(21, 40)) == "ok"
