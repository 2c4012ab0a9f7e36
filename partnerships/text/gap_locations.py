"""Links to where a gap of a text is filled: the clause that should contain what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from partnerships.charter.terms import Terms
from partnerships.charter.texts import Heading
from partnerships.models import Clause

# The heading whose commitments answer the expectations of a side.
ANSWERED_BY = {
    "association": Heading.COMPANY_COMMITMENTS,
    "company": Heading.ASSOCIATION_COMMITMENTS,
}


class Address(Protocol):
    """Builds the links of a page to a clause, and to a heading without clause."""

    def of_clause(self, clause: Clause) -> str:
        """Return the address of a clause."""

    def of_heading(self, heading: Heading) -> str:
        """Return the address where a clause of that heading is added, "" when there is none."""


class GapLinks(NamedTuple):
    """`expectations`: link by code; `promises`: link to the commitments that answer a side, by side."""

    expectations: Mapping[str, str]
    promises: Mapping[str, str]


NO_GAP_LINKS = GapLinks({}, {})


def gap_links(clauses: Sequence[tuple[Clause, Terms]], address: Address) -> GapLinks:
    """Return the links to fill each gap; `clauses`: in printed order, with their tables."""
    expectations = {
        expectation.code: address.of_clause(clause)
        for clause, terms in clauses
        for expectation in terms.expectations
    }
    commitments = {}
    for side, heading in ANSWERED_BY.items():
        matches = [clause for clause, _terms in clauses if clause.heading == heading]
        commitments[side] = address.of_clause(matches[0]) if matches else address.of_heading(heading)
    return GapLinks(expectations, commitments)


class AnchorLinks:
    """Links within a page that shows the text; `numbers`: of the clauses shown, by primary key."""

    def __init__(self, numbers: Mapping[int, str]) -> None:
        self.numbers = numbers

    def of_clause(self, clause: Clause) -> str:
        """Return the anchor of a clause, "" when the page does not show it."""
        number = self.numbers.get(clause.pk)
        return f"#clause-{number}" if number else ""

    def of_heading(self, heading: Heading) -> str:  # noqa: ARG002
        """Return "": the page has no anchor for a heading without clause."""
        return ""
