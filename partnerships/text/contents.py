"""The content of a clause without its number, by which clauses of two editions are compared."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import rfc8785

from partnerships.charter.references import cited_keys
from partnerships.models import Clause, ClauseRevision, Roadmap


class Content(NamedTuple):
    """The content of a clause without its number; `key` is the same in each edition.

    `responsible`: code of a party, or empty; `terms`: the tables, as `charter.terms.store` writes them.
    """

    key: str
    heading: int
    responsible: str
    title: str
    body: str
    plain_words: str
    terms: Mapping[str, Any]

    @property
    def cited(self) -> frozenset[str]:
        """The keys of the other clauses that this one cites."""
        return cited_keys(self.body, self.plain_words) - {self.key}


def contents_of(clauses: Iterable[Clause]) -> dict[int, Content]:
    """Return the content of each clause; current revision and responsible party are loaded."""
    return {
        clause.current.pk: content_of(
            clause.key, clause.heading, clause.responsible.code if clause.responsible else "", clause.current
        )
        for clause in clauses
        if clause.current
    }


def content_of(key: str, heading: int, responsible: str, revision: ClauseRevision) -> Content:
    """Return the content of a revision of the clause with that key."""
    return Content(
        key=key,
        heading=heading,
        responsible=responsible,
        title=revision.title,
        body=revision.body,
        plain_words=revision.plain_words,
        terms=revision.terms,
    )


def text_fingerprint(roadmap: Roadmap, clauses: Iterable[Clause]) -> str:
    """Return the SHA-256 of a text under work: its clauses in order, its purpose and its date of effect."""
    effective_on = roadmap.effective_on.isoformat() if roadmap.effective_on else ""
    contents: list[Any] = [list(content) for content in contents_of(clauses).values()]
    value: list[Any] = [roadmap.edition, roadmap.amendment_kind, roadmap.purpose, effective_on, contents]
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()
