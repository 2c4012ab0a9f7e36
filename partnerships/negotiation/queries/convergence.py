"""How the parties came closer from round to round: the numbers, and the same as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.case.header import CaseHeader
from partnerships.text.clause_positions import STANCES

BAR, GAP, STEP, START, TALL, TOP = 34, 8, 128, 28, 150, 16
LEAST_FOR_A_NUMBER: Final = 13


class SideCounts(NamedTuple):
    """How many positions a side held when a round opened, by stance in the order of `STANCES`."""

    number: int
    side: str
    names: str
    counts: tuple[int, ...]


class Bar(NamedTuple):
    """A part of a bar; `label` is empty where there is no room for it."""

    stance: str
    x: int
    y: float
    height: float
    label: str


class SideMark(NamedTuple):
    """What stands below a bar: the shape of its side."""

    side: str
    x: int


class Label(NamedTuple):
    x: int
    text: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Convergence:
    """What the `convergence` component draws, and the rows that say the same."""

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
    """Return where each side stood when each round opened; None before the first one did. No query."""
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
    for stance, many in zip(STANCES, row.counts, strict=True):
        height = round(many * unit, 1)
        top = round(top - height, 1)
        if many:
            bars.append(Bar(str(stance), x, top, height, str(many) if height >= LEAST_FOR_A_NUMBER else ""))
    return bars


def _description(rows: Sequence[SideCounts]) -> str:
    told = [
        ngettext(
            "%(name)s, tour %(number)s\u00a0: %(agreed)s accord sur %(all)s",
            "%(name)s, tour %(number)s\u00a0: %(agreed)s accords sur %(all)s",
            row.counts[0],
        )
        % {"name": row.names, "number": row.number, "agreed": row.counts[0], "all": sum(row.counts)}
        for row in rows
    ]
    return f"{'. '.join(told)}. {_('Le tableau qui suit donne les mêmes nombres.')}"
