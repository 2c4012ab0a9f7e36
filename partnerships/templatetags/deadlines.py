"""Filters that count the days between a date and the delivery of a mail, in the reader's time zone."""

from datetime import date, datetime

from django import template
from django.utils import timezone

register = template.Library()


@register.filter
def days_until(day: date, at: datetime) -> int:
    """Return the days from the local day of `at` to `day`; negative once it is past."""
    return (_local_day(day) - _local_day(at)).days


@register.filter
def days_since(day: date, at: datetime) -> int:
    """Return the days from `day` to the local day of `at`; negative while it is in the future."""
    return -days_until(day, at)


def _local_day(value: date) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value
