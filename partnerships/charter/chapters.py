"""The numbered chapters of the charter and the actors named in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from partnerships.charter.numbering import clause_numbers, section_numbers
from partnerships.charter.snapshot import CharterSnapshot
from partnerships.charter.texts import (
    ALL_PARTIES,
    BROKER,
    HEADING_TITLES,
    ClauseText,
    CommitmentText,
    Heading,
)

# Chapters left out when empty; the others state that they do not apply.
OPTIONAL: Final = frozenset({Heading.DEFINITIONS, Heading.CONFIDENTIALITY, Heading.PERSONAL_DATA})
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
    """A party, the broker or all parties, with the side that decides colour and shape."""

    side: str
    name: str


@dataclass(frozen=True, kw_only=True)
class PrintedClause:
    """A clause with its number, as printed."""

    number: str
    title: str
    body: str
    plain_words: str


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One chapter. `number`: "" for one without clause.

    `table`: template of its table, "" for none; `groups`: commitments by actor.
    """

    heading: Heading
    number: str
    title: str
    clauses: tuple[PrintedClause, ...]
    table: str = ""
    groups: tuple[tuple[Actor, tuple[CommitmentText, ...]], ...] = ()


def actors(charter: CharterSnapshot) -> Mapping[str, Actor]:
    """Return key -> actor for the parties, the broker and all parties together."""
    all_parties = "les deux parties" if len(charter.parties) == PAIR else "toutes les parties"
    return {
        **{party.key: Actor(side=party.side, name=party.name) for party in charter.parties},
        BROKER: Actor(side=BROKER, name=charter.broker.firm),
        ALL_PARTIES: Actor(side=ALL_PARTIES, name=all_parties),
    }


def chapters(charter: CharterSnapshot) -> tuple[Chapter, ...]:
    """Return the chapters in printed order.

    A charter numbered by position has nineteen fixed chapters, the preamble without a number, of which
    optional ones may be left out without a shift of the others.
    """
    if charter.numbering == "section":
        numbers = section_numbers(clause.heading for clause in charter.clauses)
        every = [_chapter(charter, heading, str(numbers.get(heading, ""))) for heading in Heading]
        return tuple(chapter for chapter in every if chapter.table or chapter.clauses)
    every = [_chapter(charter, heading, str(heading.value or "")) for heading in Heading]
    return tuple(
        chapter
        for chapter in every
        if chapter.table
        or chapter.clauses
        or (chapter.heading not in OPTIONAL and chapter.heading != Heading.PREAMBLE)
    )


def signatures_number(charter: CharterSnapshot) -> int:
    """Return the number of the chapter of the signatures, the last one."""
    if charter.numbering == "section":
        return len(section_numbers(clause.heading for clause in charter.clauses)) + 1
    return len(Heading)


def numbers_of(charter: CharterSnapshot) -> dict[str, str]:
    """Return the printed number of each clause by its key."""
    ordered = sorted(charter.clauses, key=lambda clause: (clause.heading, clause.number, clause.key))
    if charter.numbering == "section":
        return clause_numbers((clause.key, clause.heading) for clause in ordered)
    return {clause.key: str(clause.number) for clause in ordered}


def _chapter(charter: CharterSnapshot, heading: Heading, number: str) -> Chapter:
    groups = _groups(charter, heading)
    numbers = numbers_of(charter)
    return Chapter(
        heading=heading,
        number=number,
        title=HEADING_TITLES[heading],
        clauses=tuple(
            PrintedClause(
                number=numbers[clause.key],
                title=clause.title,
                body=clause.body,
                plain_words=clause.plain_words,
            )
            for clause in clauses_of(charter, heading)
        ),
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
    actor_of = actors(charter)
    keys = [party.key for party in charter.parties if party.side == side]
    if heading == Heading.BROKER_ROLE:
        keys = [BROKER]
    groups = [(actor_of[key], commitments_of(charter, key)) for key in keys]
    return tuple((actor, commitments) for actor, commitments in groups if commitments)


def _has_table(charter: CharterSnapshot, heading: Heading) -> bool:
    return bool(
        {
            Heading.PRECISE_ACTION: charter.precise_action and charter.numbering == "position",
            Heading.PATIENT_BENEFIT: charter.patient_need
            or (charter.patient_benefit and charter.numbering == "position"),
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
    clauses = [clause for clause in charter.clauses if clause.heading == heading]
    return tuple(sorted(clauses, key=lambda clause: (clause.number, clause.key)))


def commitments_of(charter: CharterSnapshot, key: str) -> tuple[CommitmentText, ...]:
    """Return the commitments of one party, or of the broker."""
    return tuple(each for each in charter.commitments if each.party_key == key)
