"""The charter as a value: every word that is printed and signed, with nothing looked up elsewhere."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from django.utils.translation import gettext_lazy

from accounts.refusals import Refusal
from partnerships.charter import codec
from partnerships.charter.codec import LATER
from partnerships.charter.regulation import RegulationText
from partnerships.charter.texts import (
    ALL_PARTIES,
    BROKER,
    AgreementText,
    AmendmentText,
    BrokerText,
    BudgetLineText,
    ClauseText,
    CommitmentText,
    CounterpartText,
    ExpectationText,
    LimitText,
    MilestoneText,
    PartyText,
    PaymentText,
    RedLineText,
)

# The second says who agreed to each clause, and no legal form, which nothing filled.
FORMER_SCHEMA: Final = "lucky-link/charter/1"
SCHEMA: Final = "lucky-link/charter/2"
TABLES: Final = (
    *("expectations", "limits", "red_lines", "commitments"),
    *("milestones", "budget", "payments", "counterparts"),
)


class SnapshotError(ValueError):
    """A text cannot become a charter."""


class UnknownSchema(SnapshotError):
    """The bytes are not a charter, or have a schema that this version cannot read."""


class Inconsistent(Refusal, SnapshotError):
    """The charter refers to an unknown party, milestone or expectation, or defines one twice."""

    sentence = gettext_lazy(
        "Un tableau cite un jalon ou une attente qui n’existe pas, ou un code est donné deux fois. "
        "Voyez « Ce qui manque » sur la page de rédaction."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CharterSnapshot:
    """One frozen edition of a roadmap. Raises Inconsistent.

    `numbering`: of the clauses, by their position in the text, or by section and rank ("5.2") since that is
    how pages number them; it decides which clauses are in `clauses` and how their references were written.
    `freezing`: how many times the edition was frozen, this one included; the same text frozen again after a
    refusal has another fingerprint. `amendment`: what it changes in the charter before, None for the first.
    `agreements`: of each party to each clause, clauses in printed order, then parties. `publication`: all
    parties agreed, in a clause, that the public register lists it.
    """

    schema: str = SCHEMA
    reference: str
    edition: int = 1
    previous_fingerprint: str | None = None
    language: Literal["fr"] = "fr"
    title: str
    plain_words: str
    patient_need: str
    patient_benefit: str
    precise_action: str
    starts_on: date | None = None
    ends_on: date | None = None
    parties: tuple[PartyText, ...]
    broker: BrokerText
    clauses: tuple[ClauseText, ...] = ()
    expectations: tuple[ExpectationText, ...] = ()
    limits: tuple[LimitText, ...] = ()
    red_lines: tuple[RedLineText, ...] = ()
    commitments: tuple[CommitmentText, ...] = ()
    milestones: tuple[MilestoneText, ...] = ()
    currency: Literal["EUR"] = "EUR"
    budget: tuple[BudgetLineText, ...] = ()
    payments: tuple[PaymentText, ...] = ()
    publication: bool = False
    transparency_object: str = ""
    counterparts: tuple[CounterpartText, ...] = field(default=(), metadata=LATER)
    regulation: RegulationText | None = field(default=None, metadata=LATER)
    freezing: int = field(default=1, metadata=LATER)
    amendment: AmendmentText | None = field(default=None, metadata=LATER)
    numbering: Literal["position", "section"] = field(default="position", metadata=LATER)
    agreements: tuple[AgreementText, ...] = field(default=(), metadata=LATER)

    def __post_init__(self) -> None:
        _require_unique("party", [party.key for party in self.parties])
        _require_unique("milestone", [milestone.code for milestone in self.milestones])
        _require_known("party", {party.key for party in self.parties}, _party_references(self))
        _require_unique("expectation", [each.code for each in self.expectations])
        _require_known(
            "milestone", {milestone.code for milestone in self.milestones}, _milestone_references(self)
        )
        served = (code for commitment in self.commitments for code in commitment.serves)
        _require_known("expectation", {each.code for each in self.expectations}, served)
        if self.schema == SCHEMA and self.numbering == "section":
            _require_rows_in_clauses(self)
        clause_keys = {clause.key for clause in self.clauses}
        _require_known("clause", clause_keys, (each.clause_key for each in self.agreements))
        _require_known("clause", clause_keys, (key for clause in self.clauses for key in clause.cites))


def canonical_json(snapshot: CharterSnapshot) -> bytes:
    """Return the canonical JSON of this charter.

    RFC 8785: sorted keys, UTF-8, no spaces; dates as YYYY-MM-DD, moments in UTC, amounts in minor units.
    """
    return codec.encode(snapshot, is_former=snapshot.schema == FORMER_SCHEMA)


def fingerprint(snapshot: CharterSnapshot) -> str:
    """Return the SHA-256 of the canonical JSON, as 64 lower-case hex digits."""
    return hashlib.sha256(canonical_json(snapshot)).hexdigest()


def from_json(data: bytes) -> CharterSnapshot:
    """Return the charter in canonical JSON. Raises UnknownSchema, Inconsistent."""
    try:
        value = codec.parse(data)
        if not isinstance(value, dict) or value.get("schema") not in (FORMER_SCHEMA, SCHEMA):
            raise UnknownSchema
        return codec.decode(CharterSnapshot, value, is_former=value["schema"] == FORMER_SCHEMA)
    except codec.Malformed as error:
        raise UnknownSchema from error


def _party_references(snapshot: CharterSnapshot) -> Iterator[str]:
    yield from (each.party_key for each in snapshot.expectations)
    yield from (each.party_key for each in snapshot.red_lines)
    yield from (each.party_key for each in snapshot.limits if each.party_key)
    yield from (each.party_key for each in snapshot.commitments if each.party_key != BROKER)
    yield from (each.party_key for each in snapshot.clauses if each.party_key is not None)
    yield from (each.owner for each in snapshot.milestones if each.owner != ALL_PARTIES)
    yield from (each.payer_key for each in snapshot.budget)
    yield from (each.payer_key for each in snapshot.broker.fees)
    yield from (each.party_key for each in snapshot.counterparts)
    yield from (each.party_key for each in snapshot.agreements)
    yield from (each.payer_key for each in snapshot.payments if each.payer_key is not None)


def _milestone_references(snapshot: CharterSnapshot) -> Iterator[str]:
    yield from (each.milestone_code for each in snapshot.expectations if each.milestone_code)
    yield from (each.milestone_code for each in snapshot.payments if each.milestone_code)
    yield from (each.depends_on for each in snapshot.milestones if each.depends_on)


def _require_rows_in_clauses(snapshot: CharterSnapshot) -> None:
    """Raise Inconsistent unless each row of a table is of a clause, with which it is printed."""
    counted: Counter[str] = Counter()
    for rows in (rows for clause in snapshot.clauses for rows in clause.rows):
        counted[rows.table] += rows.count
    for name, rows in (*((name, getattr(snapshot, name)) for name in TABLES), ("fees", snapshot.broker.fees)):
        if len(rows) != counted[name]:
            raise Inconsistent(f"{name}: {counted[name]} rows in clauses, not {len(rows)}.")


def _require_unique(kind: str, keys: list[str]) -> None:
    if len(keys) != len(set(keys)):
        raise Inconsistent(f"A {kind} is given twice: {sorted(keys)}.")


def _require_known(kind: str, known: set[str], cited: Iterator[str]) -> None:
    if unknown := sorted(set(cited) - known):
        raise Inconsistent(f"No such {kind}: {unknown}.")
