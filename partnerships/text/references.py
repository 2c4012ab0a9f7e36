"""References between clauses; the number of each clause, by which it is cited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from partnerships.charter.numbering import clause_numbers
from partnerships.charter.references import cited_keys
from partnerships.charter.texts import Heading
from partnerships.models import Clause, ClauseRevision
from partnerships.text import agreement

# The text of the clauses of these headings is also a field of the charter of its own.
OWN_FIELD: Final = {
    Heading.PRECISE_ACTION: "precise_action",
    Heading.PATIENT_BENEFIT: "patient_benefit",
}


def numbers_of(clauses: Iterable[Clause]) -> dict[int, str]:
    """Return the number of each clause ("5.2") by its primary key; `clauses`: all those of a text.

    A removed clause has no place in the text any more: the removed ones are X1, X2, in their order.
    """
    rows = list(clauses)
    placed = sorted((clause for clause in rows if clause.position), key=lambda clause: clause.position or 0)
    removed = (clause for clause in rows if not clause.position)
    return clause_numbers((clause.pk, clause.heading) for clause in placed) | {
        clause.pk: f"X{rank}" for rank, clause in enumerate(removed, 1)
    }


def numbers_in(roadmap_id: UUID) -> dict[int, str]:
    """Return the number of each clause of a text by its primary key. 1 query."""
    placed = Clause.objects.filter(roadmap=roadmap_id, position__isnull=False).order_by("position")
    return clause_numbers(placed.values_list("pk", "heading"))


def number_of(clause: Clause) -> str:
    """Return the number of a clause in its text, "" for a removed one. 1 query."""
    return numbers_in(clause.roadmap_id).get(clause.pk, "")


def names_of(clauses: Iterable[Clause]) -> dict[str, str]:
    """Return the French name by which each clause is cited, by its key; `clauses`: all those of a text."""
    rows = list(clauses)
    numbers = numbers_of(rows)
    return {clause.key: f"clause\u00a0{numbers[clause.pk]}" for clause in rows if clause.position}


def keys_cited_by(revision: ClauseRevision) -> frozenset[str]:
    """Return the keys of the clauses that a revision cites, in its text or its plain words."""
    return cited_keys(revision.body, revision.plain_words)


def citing_among(clauses: Iterable[Clause], key: str) -> list[Clause]:
    """Return those of the clauses (current revisions loaded) that cite the clause of that key."""
    return [
        clause
        for clause in clauses
        if clause.key != key and clause.current and key in keys_cited_by(clause.current)
    ]


def citing(clause: Clause) -> list[Clause]:
    """Return the clauses of the same text that cite a clause, in printed order. 1 query."""
    return citing_among(agreement.clauses_of(clause.roadmap), clause.key)


def cited_map(clauses: Iterable[Clause]) -> Mapping[int, frozenset[str]]:
    """Return the keys cited by the current revision of each clause, by primary key of the clause."""
    return {clause.pk: keys_cited_by(clause.current) for clause in clauses if clause.current}
