"""Part of the income that comes from industry, and its thresholds (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

from accounts.text.canonical import folded


class Thresholds(NamedTuple):
    """Parts of the yearly income, in per cent: amber to watch, red to explain."""

    amber: int
    red: int


# Source: rule of this product. No law sets a figure; brokers may change it in the console.
DEFAULT_THRESHOLDS: Final = Thresholds(amber=20, red=40)


def share(part_minor: int, whole_minor: int) -> Decimal | None:
    """Return a part in per cent of the whole, None if the whole is 0."""
    return Decimal(part_minor) * 100 / Decimal(whole_minor) if whole_minor else None


def status(percent: Decimal | None, thresholds: Thresholds) -> str:
    """Return "ok", "due" from amber on, "late" from red on, or "none" without income."""
    if percent is None:
        return "none"
    if percent >= thresholds.red:
        return "late"
    return "due" if percent >= thresholds.amber else "ok"


class SignedSupport(NamedTuple):
    """What one company commits to pay in a year by signed charters, in cents."""

    year: int
    company_id: UUID
    company: str
    amount_minor: int


class DeclaredSupport(NamedTuple):
    """What an association declared of one company in a year, in cents; no key for one that is only named."""

    company_id: UUID | None
    company: str
    amount_minor: int


class CompanyTotal(NamedTuple):
    """One company in a year; `amount_minor` is the larger of the declared and the signed amounts."""

    company: str
    amount_minor: int
    signed_minor: int


def company_totals(
    declared: Iterable[DeclaredSupport], signed: Iterable[SignedSupport]
) -> list[CompanyTotal]:
    """Return the total of each company in a year, the largest first.

    The declared and the signed amounts are often the same money: the larger one counts. A company
    that is only named is identified by its name.
    """
    names: dict[str, str] = {}
    declared_minor: Counter[str] = Counter()
    signed_minor: Counter[str] = Counter()
    keys: dict[str, str] = {}
    for commitment in signed:
        key = keys.setdefault(folded(commitment.company), str(commitment.company_id))
        names.setdefault(key, commitment.company)
        signed_minor[key] += commitment.amount_minor
    for support in declared:
        named = keys.get(folded(support.company), folded(support.company))
        key = str(support.company_id) if support.company_id else named
        names.setdefault(key, support.company)
        declared_minor[key] += support.amount_minor
    totals = [
        CompanyTotal(name, max(declared_minor[key], signed_minor[key]), signed_minor[key])
        for key, name in names.items()
    ]
    return sorted(totals, key=lambda company: (-company.amount_minor, company.company))


def industry_total(declared_minor: int, companies: Iterable[CompanyTotal]) -> int:
    """Return the part of industry in a year, in cents: as declared, or the sum of its companies if larger."""
    return max(declared_minor, sum(company.amount_minor for company in companies))
