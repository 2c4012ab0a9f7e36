"""Where a gap of a text is filled: the clause that should say what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from partnerships.charter.terms import Terms
from partnerships.charter.texts import Heading
from partnerships.models import Clause

# Who should answer an expectation, by the side that expects.
ANSWERED_BY = {
    "association": Heading.COMPANY_COMMITMENTS,
    "company": Heading.ASSOCIATION_COMMITMENTS,
}


class Address(Protocol):
    """How a page leads to a clause, and to a heading that has none."""

    def of_clause(self, clause: Clause) -> str:
        """Return the address of a clause."""

    def of_heading(self, heading: Heading) -> str:
        """Return the address where a clause of that heading is added or looked for, "" for nowhere."""


class Places(NamedTuple):
    """`expectations`: by code, where it is told; `promises`: by side, where it should be answered."""

    expectations: Mapping[str, str]
    promises: Mapping[str, str]


NOWHERE = Places({}, {})


def places_of(clauses: Sequence[tuple[Clause, Terms]], address: Address) -> Places:
    """Return where each gap is filled; `clauses`: in printed order, with their tables."""
    told = {each.code: address.of_clause(clause) for clause, terms in clauses for each in terms.expectations}
    answered = {}
    for side, heading in ANSWERED_BY.items():
        found = [clause for clause, _terms in clauses if clause.heading == heading]
        answered[side] = address.of_clause(found[0]) if found else address.of_heading(heading)
    return Places(told, answered)


class Anchors:
    """The places of a page that holds the whole text."""

    def of_clause(self, clause: Clause) -> str:
        """Return the place of a clause in the page."""
        return f"#clause-{clause.position}"

    def of_heading(self, heading: Heading) -> str:  # noqa: ARG002
        """Return nowhere: what the text does not hold is not in the page."""
        return ""
