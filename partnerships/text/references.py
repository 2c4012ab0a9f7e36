"""References between clauses, and the name by which each clause is cited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from partnerships.charter.references import cited_keys
from partnerships.charter.texts import Heading
from partnerships.models import Clause, ClauseRevision
from partnerships.text import agreement

# A clause of these headings is a field of the charter of its own and is not printed as a clause.
OWN_FIELD: Final = {
    Heading.PRECISE_ACTION: "precise_action",
    Heading.PATIENT_BENEFIT: "patient_benefit",
}


def reference_text(clause: Clause) -> str:
    """Return the French name by which a clause is cited: its number, or that of its heading."""
    if clause.heading in OWN_FIELD:
        return f"rubrique\u00a0{clause.heading}"
    return f"clause\u00a0{clause.position}"


def names_of(clauses: Iterable[Clause]) -> dict[str, str]:
    """Return the name by which each clause is cited, by its key."""
    return {clause.key: reference_text(clause) for clause in clauses}


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
