"""The chapters of the charter, with who is named in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from partnerships.charter.snapshot import CharterSnapshot
from partnerships.charter.texts import (
    ALL_PARTIES,
    BROKER,
    HEADING_TITLES,
    ClauseText,
    CommitmentText,
    Heading,
)

# Chapters that may be left out; the others say in words that they do not apply.
MAY_BE_ABSENT: Final = frozenset({Heading.DEFINITIONS, Heading.CONFIDENTIALITY, Heading.PERSONAL_DATA})
TABLES: Final[dict[Heading, str]] = {
    Heading.PRECISE_ACTION: "charter/tables/action.html",
    Heading.PATIENT_BENEFIT: "charter/tables/benefit.html",
    Heading.EXPECTATIONS: "charter/tables/expectations.html",
    Heading.LIMITS: "charter/tables/limits.html",
    Heading.ASSOCIATION_COMMITMENTS: "charter/tables/commitments.html",
    Heading.COMPANY_COMMITMENTS: "charter/tables/commitments.html",
    Heading.BROKER_ROLE: "charter/tables/broker.html",
    Heading.MILESTONES: "charter/tables/milestones.html",
    Heading.BUDGET: "charter/tables/budget.html",
    Heading.TRANSPARENCY: "charter/tables/transparency.html",
    Heading.TERM: "charter/tables/term.html",
}
PAIR: Final = 2


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who is named, with the side that gives colour and shape."""

    side: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One numbered chapter: its table, then its clauses."""

    heading: Heading
    title: str
    clauses: tuple[ClauseText, ...]
    table: str = ""
    groups: tuple[tuple[Actor, tuple[CommitmentText, ...]], ...] = ()


def actors(charter: CharterSnapshot) -> Mapping[str, Actor]:
    """Return everybody who may be named by a key, parties first."""
    everyone = "les deux parties" if len(charter.parties) == PAIR else "toutes les parties"
    return {
        **{party.key: Actor(side=party.side, name=party.name) for party in charter.parties},
        BROKER: Actor(side=BROKER, name=charter.broker.firm),
        ALL_PARTIES: Actor(side=ALL_PARTIES, name=everyone),
    }


def preamble(charter: CharterSnapshot) -> tuple[ClauseText, ...]:
    """Return the clauses that stand before the numbered chapters."""
    return clauses_of(charter, Heading.PREAMBLE)


def chapters(charter: CharterSnapshot) -> tuple[Chapter, ...]:
    """Return the numbered chapters; the numbers never shift, so that they can be cited."""
    return tuple(
        chapter
        for chapter in (_chapter(charter, each) for each in Heading if each != Heading.PREAMBLE)
        if chapter.table or chapter.clauses or chapter.heading not in MAY_BE_ABSENT
    )


def _chapter(charter: CharterSnapshot, heading: Heading) -> Chapter:
    groups = _groups(charter, heading)
    return Chapter(
        heading=heading,
        title=HEADING_TITLES[heading],
        clauses=clauses_of(charter, heading),
        table=TABLES[heading] if groups or _has_table(charter, heading) else "",
        groups=groups,
    )


def _groups(
    charter: CharterSnapshot, heading: Heading
) -> tuple[tuple[Actor, tuple[CommitmentText, ...]], ...]:
    side = {
        Heading.ASSOCIATION_COMMITMENTS: "association",
        Heading.COMPANY_COMMITMENTS: "company",
    }.get(heading)
    named = actors(charter)
    keys = [party.key for party in charter.parties if party.side == side]
    if heading == Heading.BROKER_ROLE:
        keys = [BROKER]
    groups = [(named[key], commitments_of(charter, key)) for key in keys]
    return tuple((actor, commitments) for actor, commitments in groups if commitments)


def _has_table(charter: CharterSnapshot, heading: Heading) -> bool:
    return bool(
        {
            Heading.PRECISE_ACTION: charter.precise_action,
            Heading.PATIENT_BENEFIT: charter.patient_need or charter.patient_benefit,
            Heading.EXPECTATIONS: charter.expectations,
            Heading.LIMITS: charter.limits or charter.red_lines,
            Heading.BROKER_ROLE: True,
            Heading.MILESTONES: charter.milestones,
            Heading.BUDGET: charter.budget or charter.broker.fees or charter.payments or charter.counterparts,
            Heading.TRANSPARENCY: True,
            Heading.TERM: charter.starts_on or charter.ends_on,
        }.get(heading)
    )


def clauses_of(charter: CharterSnapshot, heading: Heading) -> tuple[ClauseText, ...]:
    """Return the clauses under one heading, in the order of their numbers."""
    found = [clause for clause in charter.clauses if clause.heading == heading]
    return tuple(sorted(found, key=lambda clause: (clause.number, clause.key)))


def commitments_of(charter: CharterSnapshot, key: str) -> tuple[CommitmentText, ...]:
    """Return what one party, or the broker, commits to."""
    return tuple(each for each in charter.commitments if each.party_key == key)
