"""Coordinates of the timeline of milestones, with one lane for each side, in units of the SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from django.utils.dates import MONTHS_AP
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

WIDTH: Final = 780
HEIGHT: Final = 224
START: Final = 60.0
END: Final = 740.0
LANES: Final = {"association": 84.0, "company": 164.0}
UPPER: Final = "association"
# Below this distance two labels of a lane would overlap.
LABEL_WIDTH: Final = 30.0
MOST_MONTHS: Final = 12
LAST_MONTH: Final = date.max.year * 12 + date.max.month - 1


class Point(NamedTuple):
    """A milestone to draw; `side` is "both" for one of all parties."""

    code: str
    side: str
    due_date: date
    is_done: bool = False


class Month(NamedTuple):
    x: float
    label: str


class Lane(NamedTuple):
    side: str
    y: float
    start: float
    end: float


class Tie(NamedTuple):
    x: float
    start: float
    end: float


class MilestoneMark(NamedTuple):
    label: str
    side: str
    x: float
    y: float
    is_done: bool
    late_label: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """The parameters of the `timeline` component; `today` is None outside the months drawn."""

    width: int
    height: int
    title: str
    description: str
    months: tuple[Month, ...]
    lanes: tuple[Lane, ...]
    today: float | None
    ties: tuple[Tie, ...]
    marks: tuple[MilestoneMark, ...]


def picture(points: Iterable[Point], today: date) -> Picture | None:
    """Return the timeline of these milestones, None without milestones."""
    sorted_points = sorted(points, key=lambda point: (point.due_date, point.code))
    if not sorted_points:
        return None
    scale = _Scale.around([each.due_date for each in sorted_points])
    return Picture(
        width=WIDTH,
        height=HEIGHT,
        title=_("Frise des jalons"),
        description=_description(sorted_points, today),
        months=tuple(_months(scale)),
        lanes=tuple(Lane(side, y, START, END) for side, y in LANES.items()),
        today=scale.x(today) if scale.first <= today <= scale.last else None,
        ties=tuple(
            Tie(scale.x(point.due_date), *LANES.values()) for point in sorted_points if point.side == "both"
        ),
        marks=tuple(mark for side in LANES for mark in _marks(sorted_points, side, scale, today)),
    )


@dataclass(frozen=True)
class _Scale:
    first: date
    last: date

    @classmethod
    def around(cls, days: Sequence[date]) -> _Scale:
        margin = max(timedelta(days=15), (days[-1] - days[0]) / 20)
        # No calendar goes beyond the year 9999, though a form may take its last day.
        return cls(days[0] - min(margin, days[0] - date.min), days[-1] + min(margin, date.max - days[-1]))

    def x(self, day: date) -> float:
        share = (day - self.first) / (self.last - self.first)
        return round(START + share * (END - START), 1)


def _marks(points: Sequence[Point], side: str, scale: _Scale, today: date) -> list[MilestoneMark]:
    marks: list[MilestoneMark] = []
    free_from = START
    for point in (point for point in points if point.side in (side, "both")):
        x = scale.x(point.due_date)
        # A milestone of both sides is named once, on the upper lane.
        is_named = side in (point.side, UPPER)
        has_label = is_named and x >= free_from
        free_from = x + LABEL_WIDTH if has_label else free_from
        marks.append(
            MilestoneMark(
                label=point.code if has_label else "",
                side=side,
                x=x,
                y=LANES[side],
                is_done=point.is_done,
                late_label=_late(point, today) if is_named else "",
            )
        )
    return marks


def _late(point: Point, today: date) -> str:
    days = (today - point.due_date).days
    if point.is_done or days <= 0:
        return ""
    return _("retard %(days)s j") % {"days": days}


def _months(scale: _Scale) -> list[Month]:
    first = scale.first.year * 12 + scale.first.month
    last = scale.last.year * 12 + scale.last.month - 1
    step = max(1, -(-(last - first + 1) // MOST_MONTHS))
    firsts = [date(index // 12, index % 12 + 1, 1) for index in range(first, min(last, LAST_MONTH) + 1)]
    return [Month(scale.x(each), _month(each)) for each in firsts[::step]]


def _month(day: date) -> str:
    name = str(MONTHS_AP[day.month])
    return f"{name} {day.year}" if day.month == 1 else name


def _description(points: Sequence[Point], today: date) -> str:
    done = sum(each.is_done for each in points)
    late = sum(bool(_late(each, today)) for each in points)
    counts = (
        ngettext("%(n)s jalon fait", "%(n)s jalons faits", done) % {"n": done},
        ngettext("%(n)s en retard", "%(n)s en retard", late) % {"n": late},
        ngettext("%(n)s à venir", "%(n)s à venir", len(points) - done - late)
        % {"n": len(points) - done - late},
    )
    return f"{', '.join(counts)}. {_('La liste qui suit donne les mêmes dates.')}"
