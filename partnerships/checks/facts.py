"""What the completeness of a text is judged by."""

from __future__ import annotations

from dataclasses import dataclass

from partnerships.charter.terms import Terms
from partnerships.charter.texts import Heading
from partnerships.checks.plain import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFact:
    """`has_signatory`: somebody present holds a mandate; `declares`: a company, "yes", "no" or "unknown"."""

    code: str
    side: str
    has_signatory: bool
    declares: str = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseFact:
    """A clause by its heading and its words; `responsible` is the code of a party, or empty."""

    heading: Heading
    text: str
    responsible: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the items are judged by."""

    title: str
    parties: tuple[PartyFact, ...]
    clauses: tuple[ClauseFact, ...]
    terms: Terms

    @property
    def headings(self) -> set[Heading]:
        return {each.heading for each in self.clauses}

    @property
    def said(self) -> list[str]:
        """What every clause says, made easy to search."""
        return [plain(each.text) for each in self.clauses]
