"""The pictures of the charter as SVG, styled by attributes because the renderer applies no CSS to them."""

import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

import segno

from partnerships.charter.texts import ALL_PARTIES, MilestoneText, PartyText
from partnerships.charter.typography import MONTHS

COLOURS: Final = {"association": "#7a1f52", "company": "#00557a"}
INK: Final = "#2b2520"
SOFT: Final = "#5b5651"
RULE: Final = "#8d867f"
FAINT: Final = "#d8d3cd"

LOGO: Final = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 42 26"><g fill="none" \
stroke-width="3.2"><circle stroke="#7a1f52" cx="13.5" cy="13" r="10"/><rect stroke="#00557a" x="18.5" \
y="4" width="18" height="18" rx="3.5"/><path stroke="#7a1f52" d="M22.6 8.9 A10 10 0 0 1 22.9 16.4"/>\
</g></svg>"""
LEFT: Final = 148.0
RIGHT: Final = 704.0
WIDTH: Final = 720
RADIUS: Final = 7.0
LABEL_ROW: Final = 15.0
NAME_CHARACTERS: Final = 19
YEAR: Final = 12
STEPS: Final = (1, 2, 3, 6)  # in months: months, quarters, half-years
MAX_TICKS: Final = 12
SHORT_MONTHS: Final = (
    *("janv.", "févr.", "mars", "avril", "mai", "juin"),
    *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
)


@dataclass
class _Lane:
    party: PartyText
    milestones: list[tuple[float, MilestoneText]] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)  # right end of the last label of each row
    labels: list[tuple[float, int, str]] = field(default_factory=list)
    y: float = 0.0

    def add_label(self, x: float, code: str) -> None:
        """Place the label in the first row where it does not overlap the previous one."""
        half = 4.0 * len(code) + 2.0
        row = next((n for n, end in enumerate(self.ends) if end <= x - half), len(self.ends))
        self.ends[row : row + 1] = [x + half]
        self.labels.append((x, row, code))


def timeline(parties: Sequence[PartyText], milestones: Sequence[MilestoneText]) -> bytes:
    """Return the milestones on one lane a party, as an SVG of 720 units in width."""
    first, last = span(milestones)
    lanes = [_Lane(party=party) for party in parties]
    for milestone in sorted(milestones, key=lambda row: (row.due_date, row.code)):
        x = _x(milestone.due_date, first, last)
        owners = [lane for lane in lanes if milestone.owner in (ALL_PARTIES, lane.party.key)]
        owners[0].add_label(x, milestone.code)
        for lane in owners:
            lane.milestones.append((x, milestone))
    height = _layout(lanes)
    svg = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDTH} {height + 30:g}"})
    _draw_calendar(svg, first, last, height)
    _draw_shared_milestones(svg, lanes)
    for lane in lanes:
        _draw_lane(svg, lane)
    drawing: bytes = tostring(svg, encoding="utf-8")
    return drawing


def alternative(parties: Sequence[PartyText], milestones: Sequence[MilestoneText]) -> str:
    """Return the alternative text of the timeline, in French."""
    counts = Counter(milestone.owner for milestone in milestones)
    parts = [f"{counts[party.key]} pour {party.name}" for party in parties if counts[party.key]]
    if counts[ALL_PARTIES]:
        parts.append(f"{counts[ALL_PARTIES]} pour toutes les parties")
    days = sorted(milestone.due_date for milestone in milestones)
    period = f"de {_month(days[0])} à {_month(days[-1])}"
    return f"Frise des jalons, {period}\u00a0: {', '.join(parts)}. Le tableau qui suit donne les mêmes dates."


def qr(url: str) -> bytes:
    """Return the address as a QR code, in SVG."""
    out = BytesIO()
    code = segno.make(url, error="m", micro=False)
    code.save(out, kind="svg", border=0, dark=INK, xmldecl=False, omitsize=True, nl=False)
    return out.getvalue()


def span(milestones: Sequence[MilestoneText]) -> tuple[date, date]:
    """Return the first and last day of the calendar, with a margin on both sides."""
    days = sorted(milestone.due_date for milestone in milestones)
    margin = max(timedelta(days=12), (days[-1] - days[0]) / 24)
    return _shifted(days[0], -margin), _shifted(days[-1], margin)


def _shifted(value: date, by: timedelta) -> date:
    try:
        return value + by
    except OverflowError:
        return value


def _month(value: date) -> str:
    return f"{MONTHS[value.month - 1]} {value.year}"


def _x(value: date, first: date, last: date) -> float:
    share = (value - first) / ((last - first) or timedelta(days=1))
    return round(LEFT + share * (RIGHT - LEFT), 1)


def _layout(lanes: Sequence[_Lane]) -> float:
    bottom = 0.0
    for lane in lanes:
        labels = max(len(lane.ends), 1) * LABEL_ROW
        lane.y = bottom + labels + 18.0
        bottom = lane.y + 20.0
    return bottom


def _draw_calendar(svg: Element, first: date, last: date, height: float) -> None:
    for tick, text in _ticks(first, last):
        x = f"{_x(tick, first, last):g}"
        SubElement(svg, "line", {"stroke": FAINT, "x1": x, "x2": x, "y1": "0", "y2": f"{height:g}"})
        _write(svg, (float(x), height + 17), text, _TextStyle(fill=SOFT, weight="400"))


def _ticks(first: date, last: date) -> list[tuple[date, str]]:
    """Return the months, quarters or years that fit, with their labels."""
    months = [
        date(index // 12, index % 12 + 1, 1)
        for index in range(first.year * 12 + first.month, last.year * 12 + last.month)
        if index < date.max.year * 12
    ]
    step = next((months_apart for months_apart in STEPS if len(months) / months_apart <= MAX_TICKS), YEAR)
    if step == YEAR:
        years_apart = len(months) // (YEAR * MAX_TICKS) + 1
        return [
            (month, str(month.year)) for month in months if month.month == 1 and not month.year % years_apart
        ]
    ticks = [month for month in months if not (month.month - 1) % step]
    return [(tick, str(tick.year) if tick.month == 1 else SHORT_MONTHS[tick.month - 1]) for tick in ticks]


def _draw_shared_milestones(svg: Element, lanes: Sequence[_Lane]) -> None:
    for x, milestone in lanes[0].milestones:
        if milestone.owner == ALL_PARTIES:
            ends = {
                "x1": f"{x:g}",
                "x2": f"{x:g}",
                "y1": f"{lanes[0].y:g}",
                "y2": f"{lanes[-1].y:g}",
            }
            SubElement(svg, "line", {"stroke": RULE, "stroke-width": "1.5", **ends})


def _draw_lane(svg: Element, lane: _Lane) -> None:
    colour = COLOURS[lane.party.side]
    y = f"{lane.y:g}"
    ends = {"x1": f"{LEFT:g}", "x2": f"{RIGHT:g}", "y1": y, "y2": y}
    SubElement(svg, "line", {"stroke": RULE, "stroke-width": "1.5", **ends})
    _mark(svg, lane.party.side, 6.0, lane.y, 5.0, {"fill": colour})
    for row, line in enumerate(_name_lines(lane.party.name)):
        style = _TextStyle(fill=colour, anchor="start", size="12")
        _write(svg, (18.0, lane.y + 4.5 + row * 13), line, style)
    for x, row, code in lane.labels:
        top = lane.y - 13 - row * LABEL_ROW
        if row:
            stem = {"x1": f"{x:g}", "x2": f"{x:g}", "y1": f"{top + 3:g}", "y2": y}
            SubElement(svg, "line", {"stroke": RULE, "stroke-width": ".6", **stem})
        _write(svg, (x, top), code, _TextStyle(fill=INK))
    for x, _milestone in lane.milestones:
        attributes = {"fill": "#ffffff", "stroke": colour, "stroke-width": "2.2"}
        _mark(svg, lane.party.side, x, lane.y, RADIUS, attributes)


def _name_lines(name: str) -> list[str]:
    lines: list[str] = textwrap.wrap(name, NAME_CHARACTERS, max_lines=2, placeholder="…")
    return lines


def _mark(svg: Element, side: str, x: float, y: float, radius: float, attributes: dict[str, str]) -> None:
    if side == "association":
        SubElement(svg, "circle", {**attributes, "cx": f"{x:g}", "cy": f"{y:g}", "r": f"{radius:g}"})
    else:
        edge = {"width": f"{2 * radius:g}", "height": f"{2 * radius:g}", "rx": "1"}
        SubElement(svg, "rect", {**attributes, "x": f"{x - radius:g}", "y": f"{y - radius:g}", **edge})


@dataclass(frozen=True, kw_only=True)
class _TextStyle:
    fill: str
    weight: str = "600"
    anchor: str = "middle"
    size: str = "13"


def _write(svg: Element, at: tuple[float, float], text: str, style: _TextStyle) -> None:
    font = {"font-family": "Source Sans 3", "font-size": style.size, "font-weight": style.weight}
    position = {"x": f"{at[0]:g}", "y": f"{at[1]:g}", "text-anchor": style.anchor, "fill": style.fill}
    SubElement(svg, "text", {**font, **position}).text = text
