"""The numbered chapters of the charter, with the rows of each clause."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Final, NamedTuple

from partnerships.charter import tables, typography
from partnerships.charter import terms as charter_terms
from partnerships.charter.actors import Actor, actors
from partnerships.charter.numbering import clause_numbers, section_numbers
from partnerships.charter.snapshot import CharterSnapshot
from partnerships.charter.tables import PrintedTable
from partnerships.charter.terms import Terms
from partnerships.charter.texts import (
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
# A clause of a charter numbered by section has its rows; what stands above the clauses is a picture of them.
PICTURES: Final[dict[Heading, str]] = {Heading.MILESTONES: "charter/tables/timeline.html"}


class PrintedFact(NamedTuple):
    """A value of a clause that is in no table, as printed."""

    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class PrintedClause:
    """A clause with its number, as printed. `who`: the party that answers for it, None for all."""

    number: str
    title: str
    body: str
    plain_words: str
    who: Actor | None = None
    tables: tuple[PrintedTable, ...] = ()
    facts: tuple[PrintedFact, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One chapter. `number`: "" for one without clause.

    `table`: template of what stands above its clauses, "" for none; `groups`: commitments by actor.
    """

    heading: Heading
    number: str
    title: str
    clauses: tuple[PrintedClause, ...]
    table: str = ""
    groups: tuple[tuple[Actor, tuple[CommitmentText, ...]], ...] = ()


def chapters(charter: CharterSnapshot) -> tuple[Chapter, ...]:
    """Return the chapters in printed order.

    A charter numbered by position has nineteen fixed chapters, the preamble without a number, of which
    optional ones may be left out without a shift of the others.
    """
    if charter.numbering == "section":
        return _sections(charter)
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


def terms_of(charter: CharterSnapshot) -> Terms:
    """Return the tables of a frozen text."""
    own = {column.name: getattr(charter, column.name) for column in fields(Terms) if column.name != "fees"}
    return Terms(**own, fees=charter.broker.fees)


def terms_by_clause(charter: CharterSnapshot) -> list[tuple[ClauseText, Terms]]:
    """Return each clause of a charter numbered by section with its rows, in printed order."""
    clauses = sorted(charter.clauses, key=lambda clause: (clause.heading, clause.number, clause.key))
    parts = charter_terms.separated(terms_of(charter), [clause.rows for clause in clauses])
    return list(zip(clauses, parts, strict=True))


def _sections(charter: CharterSnapshot) -> tuple[Chapter, ...]:
    """Return the chapters that have clauses, each clause with its rows."""
    actor_of, numbers = actors(charter), numbers_of(charter)
    sections = section_numbers(clause.heading for clause in charter.clauses)
    rows = terms_by_clause(charter)
    return tuple(
        Chapter(
            heading=Heading(heading),
            number=str(number),
            title=HEADING_TITLES[Heading(heading)],
            clauses=tuple(
                PrintedClause(
                    number=numbers[clause.key],
                    title=clause.title,
                    body=clause.body,
                    plain_words=clause.plain_words,
                    who=actor_of[clause.party_key] if clause.party_key else None,
                    tables=tables.printed_tables(terms, actor_of),
                    facts=_printed_facts(terms),
                )
                for clause, terms in rows
                if clause.heading == heading
            ),
            table=PICTURES.get(Heading(heading), "") if charter.milestones else "",
        )
        for heading, number in sections.items()
    )


def _printed_facts(terms: Terms) -> tuple[PrintedFact, ...]:
    return tuple(
        PrintedFact(line.label, typography.day(line.value) if isinstance(line.value, date) else line.value)
        for line in tables.facts(terms)
    )


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
    clauses = [clause for clause in charter.clauses if clause.heading == heading]
    return tuple(sorted(clauses, key=lambda clause: (clause.number, clause.key)))


def commitments_of(charter: CharterSnapshot, key: str) -> tuple[CommitmentText, ...]:
    """Return the commitments of one party, or of the broker."""
    return tuple(each for each in charter.commitments if each.party_key == key)
