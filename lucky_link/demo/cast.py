"""The people and organisations of the shipped cases, as the structs of `cast.toml`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from lucky_link.demo import reader
from lucky_link.demo.reader import Record

FOLDER = Path(__file__).parent
CASES = FOLDER / "cases"


class Person(Record, frozen=True, kw_only=True):
    name: str
    email: str
    administrator: bool = False
    referent: bool = False
    signatory: bool = False
    capacity: str = ""
    mandate: str = ""


class Support(Record, frozen=True, kw_only=True):
    """Financial support of an association by a company."""

    company: str
    amount: int  # euros in the current year
    nature: Literal["patronage", "sponsorship", "service"] = "patronage"


class CastBoardLink(Record, frozen=True, kw_only=True):
    person: str
    counterpart: str
    words: str
    since_day: int


class Fee(Record, frozen=True, kw_only=True):
    """Fee that the first broker received from an organisation."""

    organisation: str
    words: str
    amount: int  # euros
    from_day: int
    until_day: int


class CastOrganisation(Record, frozen=True, kw_only=True):
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
    links: tuple[CastBoardLink, ...] = ()
    states_links: bool = False  # confirms today that its list of links, even an empty one, is complete
    state: Literal["verified", "to_complete", "refused", "pending"] = "verified"
    reason: str = ""
    people: tuple[Person, ...]


class Cast(Record, frozen=True, kw_only=True):
    brokers: tuple[Person, ...]
    associations: tuple[CastOrganisation, ...]
    companies: tuple[CastOrganisation, ...]
    fees: tuple[Fee, ...] = ()


def read_cast() -> Cast:
    """Return the shipped cast. Raises InvalidFile."""
    return reader.read(FOLDER / "cast.toml", Cast)
