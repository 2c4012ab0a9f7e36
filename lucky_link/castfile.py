"""The people and the organisations of a written case, as they stand in its TOML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Person:
    name: str
    email: str
    administrator: bool = False
    referent: bool = False
    signatory: bool = False
    capacity: str = ""
    mandate: str = ""


@dataclass(frozen=True, kw_only=True)
class Support:
    company: str
    amount: int  # euros in the current year
    nature: Literal["patronage", "sponsorship", "service"] = "patronage"


@dataclass(frozen=True, kw_only=True)
class BoardLink:
    person: str
    counterpart: str
    words: str
    since_day: int


@dataclass(frozen=True, kw_only=True)
class Fee:
    organisation: str
    words: str
    amount: int  # euros
    from_day: int
    until_day: int


@dataclass(frozen=True, kw_only=True)
class Organisation:
    name: str
    city: str = ""
    rna: str = ""
    siren: str = ""
    siret: str = ""
    court: str = ""
    court_volume: str = ""
    court_folio: str = ""
    purpose: str = ""
    trade: str = "medicine"
    declares: str = "unknown"
    professional_body: str = ""
    member_count: int = 0
    volunteer_hours: int = 0
    income: int = 0  # euros in the current year
    industry: int = 0  # euros of it from industry
    approval: Literal["none", "requested", "regional", "national"] = "none"
    approved_day: int = 0
    region: str = ""
    approval_number: str = ""
    ethics: str = ""
    supports: tuple[Support, ...] = ()
    links: tuple[BoardLink, ...] = ()
    states_links: bool = False  # says today that the list of its links, be it empty, is whole
    state: Literal["verified", "to_complete", "refused", "pending"] = "verified"
    reason: str = ""
    people: tuple[Person, ...]
