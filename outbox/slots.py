"""Reminders of a due date: a series of slots, each at a moment that depends on its recipient.

A slot up to the due date leaves on its day, or on the last working day before it, so that the last word
comes no later than the due day. A slot after the due date leaves on the first working day from its day.
Slots that fall on one moment are one mail: the latest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from outbox import schedule

FACT: Final = "slot"
# Deliveries are created so long before they leave, so that a digest of that morning can carry them.
LEAD: Final = timedelta(hours=1)
# A reminder of a moment leaves at least so long before it.
NOTICE: Final = timedelta(hours=4)


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One reminder of a series. `target`: the day, or the moment, for which it is planned.

    `due`: what it reminds of, a day when `target` is one, else a moment; `later`: the targets of the slots
    after it in the series, in order.
    """

    target: date
    due: date
    later: Sequence[date] = ()

    @property
    def is_before_due(self) -> bool:
        """Whether a person who learns of the due date only after this slot needs it no more."""
        return self.target < self.due

    @property
    def has_successor_until_due(self) -> bool:
        """Whether a later slot of the series leaves by the due date as well."""
        return any(target <= self.due for target in self.later)

    @property
    def is_last_word(self) -> bool:
        """Whether it is the last slot of the series that leaves by the due date."""
        return self.target <= self.due and not self.has_successor_until_due

    @property
    def due_at(self) -> datetime:
        """When deliveries may have to be created: before the slot leaves for anybody, in UTC."""
        return _bounds(self.target, self.due)[0] - LEAD

    @property
    def last_leaves_at(self) -> datetime:
        """When the slot has left for everybody, in UTC."""
        return _bounds(self.target, self.due)[1]

    def leaves_at(self, *, time_zone: str, territory: str = "") -> datetime:
        """Return when the slot leaves for a person."""
        return _leaves_at(self.target, self.due, time_zone, territory)

    def is_overtaken(self, at: datetime, *, time_zone: str, territory: str = "") -> bool:
        """Return whether a later slot of the series is to be delivered to a person at `at`, or was before."""
        return any(_leaves_at(each, self.due, time_zone, territory) - LEAD <= at for each in self.later)

    def is_in_time(self, moment: datetime, *, time_zone: str) -> bool:
        """Return whether a mail that leaves at `moment` comes by the due date of a person."""
        if isinstance(self.due, datetime):
            return moment < self.due
        return moment.astimezone(schedule.zone_named(time_zone)).date() <= self.due

    def facts(self) -> dict[str, Any]:
        """Return the slot as a fact of its message."""
        later = [each.isoformat() for each in self.later]
        return {FACT: {"target": self.target.isoformat(), "due": self.due.isoformat(), "later": later}}


def series(due: date, targets: Sequence[date]) -> list[Slot]:
    """Return the slots of a due date, whose targets are given in order."""
    return [
        Slot(target=target, due=due, later=tuple(targets[number + 1 :]))
        for number, target in enumerate(targets)
    ]


def slot_in(facts: Mapping[str, Any]) -> Slot | None:
    """Return the slot in the facts of a message, None when it has none."""
    stored = facts.get(FACT)
    if not stored:
        return None
    later = tuple(_parsed(each) for each in stored["later"])
    return Slot(target=_parsed(stored["target"]), due=_parsed(stored["due"]), later=later)


def _parsed(iso: str) -> date:
    return datetime.fromisoformat(iso) if "T" in iso else date.fromisoformat(iso)


def _leaves_at(target: date, due: date, time_zone: str, territory: str) -> datetime:
    if isinstance(target, datetime) and isinstance(due, datetime):
        later = schedule.next_working_time(target, time_zone=time_zone, territory=territory)
        if later <= due - NOTICE or target > due:
            return later
        return schedule.last_opening(min(target, due - NOTICE), time_zone=time_zone, territory=territory)
    return schedule.opening_of(
        _working_day(target, due, schedule.territory_in(time_zone, territory)), time_zone=time_zone
    )


def _working_day(target: date, due: date, territory: str) -> date:
    if target <= due:
        return schedule.working_day_until(target, territory)
    return schedule.working_day_from(target, territory)


@lru_cache(maxsize=4096)
def _bounds(target: date, due: date) -> tuple[datetime, datetime]:
    """Return moments between the first and the last of which the slot leaves for everybody."""
    if isinstance(target, datetime):
        moments = [
            _leaves_at(target, due, zone, territory)
            for zone in schedule.TERRITORY_OF_ZONE
            for territory in schedule.CALENDARS
        ]
        return min(moments).astimezone(UTC), max(moments).astimezone(UTC)
    days = {_working_day(target, due, territory) for territory in schedule.CALENDARS}
    zones = schedule.TERRITORY_OF_ZONE
    first = min(schedule.opening_of(min(days), time_zone=zone) for zone in zones)
    last = max(schedule.opening_of(max(days), time_zone=zone) for zone in zones)
    return first.astimezone(UTC), last.astimezone(UTC)
