"""What part of the income comes from industry, and from which part on the house asks a question."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple


class Thresholds(NamedTuple):
    """Parts of the yearly income, in per cent: amber to be watched, red to be explained."""

    amber: int
    red: int


# Source: house rule. No law sets a figure; the brokers may write another one in the console.
HOUSE_RULE: Final = Thresholds(amber=20, red=40)


def share(part_minor: int, whole_minor: int) -> Decimal | None:
    """Return a part in per cent of the whole, or None when nothing came in."""
    return Decimal(part_minor) * 100 / Decimal(whole_minor) if whole_minor else None


def status(percent: Decimal | None, thresholds: Thresholds) -> str:
    """Return the mark of a part: "ok", "due" from amber on, "late" from red on, "none" without income."""
    if percent is None:
        return "none"
    if percent >= thresholds.red:
        return "late"
    return "due" if percent >= thresholds.amber else "ok"
