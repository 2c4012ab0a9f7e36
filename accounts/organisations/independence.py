"""What part of the income comes from industry, and from which part on the house asks a question."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID


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


class Signed(NamedTuple):
    """What one company binds itself to pay in a year by a charter signed here, in cents."""

    year: int
    company_id: UUID
    company: str
    amount_minor: int


class Given(NamedTuple):
    """What an association told of one company in a year, in cents; no key for one that it named alone."""

    company_id: UUID | None
    company: str
    amount_minor: int


class Counted(NamedTuple):
    """One company in a year; `amount_minor` is the larger of what was told and what was signed."""

    company: str
    amount_minor: int
    signed_minor: int


def companies_of(given: Iterable[Given], signed: Iterable[Signed]) -> list[Counted]:
    """Return what each company counts for in a year, the largest first.

    What was told and what was signed are often the same money: of one company the larger sum counts.
    A company that was named alone is known again by its name.
    """
    names: dict[str, str] = {}
    told: dict[str, int] = {}
    bound: dict[str, int] = {}
    keys: dict[str, str] = {}
    for one in signed:
        key = keys.setdefault(one.company.casefold(), str(one.company_id))
        names.setdefault(key, one.company)
        bound[key] = bound.get(key, 0) + one.amount_minor
    for each in given:
        alone = keys.get(each.company.casefold(), each.company.casefold())
        key = str(each.company_id) if each.company_id else alone
        names.setdefault(key, each.company)
        told[key] = told.get(key, 0) + each.amount_minor
    counted = [
        Counted(name, max(told.get(key, 0), bound.get(key, 0)), bound.get(key, 0))
        for key, name in names.items()
    ]
    return sorted(counted, key=lambda company: (-company.amount_minor, company.company))


def industry_of(told_minor: int, companies: Iterable[Counted]) -> int:
    """Return what industry gave in a year: what was told, or what its companies add up to if that is more."""
    return max(told_minor, sum(each.amount_minor for each in companies))
