"""How the parties came closer from round to round: the numbers, and the same as a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.models import Stance
from partnerships.negotiation.queries.text_history import Asked, Told, Voice, in_force

SILENT: Final = "silent"
# From the ground up, so that agreement is seen to rise.
ORDER: Final = (Stance.AGREE, Stance.QUESTION, Stance.RESERVATION, Stance.OBJECTION, SILENT)
BAR, GAP, STEP, START, TALL, TOP = 34, 8, 128, 28, 150, 16
LEAST_FOR_A_NUMBER: Final = 13


class Standing(NamedTuple):
    """How many positions a side held when a round opened, by stance in the order of `ORDER`."""

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


class Mark(NamedTuple):
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
    marks: Sequence[Mark]
    labels: Sequence[Label]
    rows: Sequence[Standing]


# What was told is of one language, and never changes: see `told.Source`.
@lru_cache(maxsize=64)
def convergence(told: Told) -> Convergence | None:
    """Return where each side stood when each round opened; None before the first one did. No query."""
    opened = [each for each in told.rounds if each.opened_at]
    if not opened:
        return None
    sides = list(dict.fromkeys(each.side for each in told.voices))
    rows = [
        _counted(told, asked, side, [each for each in told.voices if each.side == side])
        for asked in opened
        for side in sides
    ]
    most = max(sum(row.counts) for row in rows) or 1
    bars = [bar for rank, row in enumerate(rows) for bar in _bars(row, _x(rank, len(sides)), TALL / most)]
    return Convergence(
        width=START + STEP * len(opened),
        height=TOP + TALL + 52,
        ground=TOP + TALL,
        bar=BAR,
        title=_("D’un tour à l’autre"),
        description=_description(rows),
        bars=bars,
        marks=[Mark(row.side, _x(rank, len(sides)) + BAR // 2) for rank, row in enumerate(rows)],
        labels=[
            Label(START + STEP * rank + BAR + GAP // 2, _("tour %(number)s") % {"number": each.number})
            for rank, each in enumerate(opened)
        ],
        rows=rows,
    )


def _counted(told: Told, asked: Asked, side: str, voices: Sequence[Voice]) -> Standing:
    counted: Counter[str] = Counter()
    for clause in told.clauses:
        revision = in_force(told.written[clause.id], asked.asked_at)
        if revision is None:
            continue
        last = {
            each.party_id: each.stance
            for each in told.spoke[clause.id]
            if each.revision_id == revision and each.asked.number <= asked.number
        }
        counted.update(last.get(each.id, SILENT) for each in voices)
    names = ", ".join(each.name for each in voices)
    return Standing(asked.number, side, names, tuple(counted[stance] for stance in ORDER))


def _x(rank: int, sides: int) -> int:
    return START + STEP * (rank // sides) + (BAR + GAP) * (rank % sides)


def _bars(row: Standing, x: int, unit: float) -> list[Bar]:
    bars, top = [], float(TOP + TALL)
    for stance, many in zip(ORDER, row.counts, strict=True):
        height = round(many * unit, 1)
        top = round(top - height, 1)
        if many:
            bars.append(Bar(str(stance), x, top, height, str(many) if height >= LEAST_FOR_A_NUMBER else ""))
    return bars


def _description(rows: Sequence[Standing]) -> str:
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
