"""The numbers of positions by round, side and stance, as a table and as a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.case.header import CaseHeader
from partnerships.text.clause_positions import STANCES

BAR, GAP, STEP, START, TALL, TOP = 34, 8, 128, 28, 150, 16
MIN_LABELLED_HEIGHT: Final = 13


class SideCounts(NamedTuple):
    """The number of positions of a side when a round opened, by stance in the order of `STANCES`."""

    number: int
    side: str
    names: str
    counts: tuple[int, ...]


class Bar(NamedTuple):
    """A segment of a bar; `label` is "" when the segment is too small for it."""

    stance: str
    x: int
    y: float
    height: float
    label: str


class SideMark(NamedTuple):
    """The symbol of a side below its bar."""

    side: str
    x: int


class Label(NamedTuple):
    x: int
    text: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Convergence:
    """The parameters of the `convergence` component, and the rows of its table."""

    width: int
    height: int
    ground: int
    bar: int
    title: str
    description: str
    bars: Sequence[Bar]
    marks: Sequence[SideMark]
    labels: Sequence[Label]
    rows: Sequence[SideCounts]


def convergence(header: CaseHeader) -> Convergence | None:
    """Return the positions of each side when each round opened; None before the first one. No query."""
    stored = header.case.row.convergence
    if not stored:
        return None
    sides = {party.side: "" for party in header.parties}
    for side in sides:
        sides[side] = ", ".join(each.organisation.name for each in header.parties if each.side == side)
    rows = [
        SideCounts(row["number"], row["side"], sides[row["side"]], tuple(row["counts"])) for row in stored
    ]
    numbers = list(dict.fromkeys(row.number for row in rows))
    most = max(sum(row.counts) for row in rows) or 1
    bars = [bar for rank, row in enumerate(rows) for bar in _bars(row, _x(rank, len(sides)), TALL / most)]
    return Convergence(
        width=START + STEP * len(numbers),
        height=TOP + TALL + 52,
        ground=TOP + TALL,
        bar=BAR,
        title=_("D’un tour à l’autre"),
        description=_description(rows),
        bars=bars,
        marks=[SideMark(row.side, _x(rank, len(sides)) + BAR // 2) for rank, row in enumerate(rows)],
        labels=[
            Label(START + STEP * rank + BAR + GAP // 2, _("tour %(number)s") % {"number": number})
            for rank, number in enumerate(numbers)
        ],
        rows=rows,
    )


def _x(rank: int, sides: int) -> int:
    return START + STEP * (rank // sides) + (BAR + GAP) * (rank % sides)


def _bars(row: SideCounts, x: int, unit: float) -> list[Bar]:
    bars, top = [], float(TOP + TALL)
    for stance, count in zip(STANCES, row.counts, strict=True):
        height = round(count * unit, 1)
        top = round(top - height, 1)
        if count:
            bars.append(Bar(str(stance), x, top, height, str(count) if height >= MIN_LABELLED_HEIGHT else ""))
    return bars


def _description(rows: Sequence[SideCounts]) -> str:
    sentences = [
        ngettext(
            "%(name)s, tour %(number)s\u00a0: %(agreed)s accord sur %(all)s",
            "%(name)s, tour %(number)s\u00a0: %(agreed)s accords sur %(all)s",
            row.counts[0],
        )
        % {"name": row.names, "number": row.number, "agreed": row.counts[0], "all": sum(row.counts)}
        for row in rows
    ]
    return f"{'. '.join(sentences)}. {_('Le tableau qui suit donne les mêmes nombres.')}"
