"""One clause as the broker writes it: what its form needs, and what another broker did meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.http import Http404
from django.utils.translation import gettext as _

from partnerships.charter import terms as charter_terms
from partnerships.charter.references import marker, resolved
from partnerships.charter.terms import Terms
from partnerships.charter.texts import HEADING_TITLES, Heading
from partnerships.drafting.queries import latest_change
from partnerships.drafting.queries.latest_change import Done
from partnerships.lifecycle import UNDER_WORK, Edition
from partnerships.models import Clause, ClauseRevision, Line, Partnership, Party
from partnerships.text import agreement, changes, overview
from partnerships.text import references as citing
from partnerships.text.changes import Changes


class Reference(NamedTuple):
    """A clause that this one may refer to: its marker, and what it is called."""

    marker: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ClausePage:
    """What a clause form needs: who may be named, the codes taken elsewhere, what stands now.

    `cited_by`: what the clauses that refer to this one are called; `beside`: the other clauses of the
    heading, by key and name; `sources`: the lines of opened envelopes that this one puts into words.
    """

    heading: Heading
    title: str
    parties: Sequence[Party]
    taken: frozenset[str]
    clause: Clause | None
    revision: ClauseRevision | None
    references: Sequence[Reference]
    cited_by: Sequence[str]
    called: Mapping[str, str]
    is_draft: bool
    beside: Sequence[tuple[int, str]]
    sources: Sequence[Line]


@dataclass(frozen=True, kw_only=True)
class Overtaken:
    """What another broker wrote: since the revision that was read, and against what was typed.

    `standing`: what the clause says now, to be read without marks.
    """

    standing: str
    theirs: Changes | None
    own: Changes


def new_clause(partnership: Partnership, heading: int) -> ClausePage:
    """Return what is needed to add a clause under a heading. Raises Http404. 3 queries."""
    if heading not in list(Heading):
        raise Http404
    return _page(partnership, Heading(heading), None)


def clause_page(partnership: Partnership, clause_id: int, *, is_sent: bool = False) -> ClausePage:
    """Return a standing clause of the text under work, to be revised. Raises Http404. 5 queries.

    `is_sent`: something was typed of it, so it is found even if it was taken out meanwhile.
    """
    found = Clause.objects.filter(roadmap__partnership=partnership, pk=clause_id)
    if not is_sent:
        found = found.filter(roadmap__state__in=UNDER_WORK, position__isnull=False)
    clause = found.select_related("roadmap", "current__written_by", "responsible__organisation").first()
    if clause is None:
        raise Http404
    return _page(partnership, Heading(clause.heading), clause)


def overtaken(page: ClausePage, seen_number: int, typed: Mapping[str, str], terms: Terms | None) -> Overtaken:
    """Return what stands against what was read, and against what was typed. 1 query.

    `terms`: the tables that were typed, None when they cannot be read yet.
    """
    current = page.revision
    if current is None:
        raise AssertionError(page.heading)
    names = overview.names_of(page.parties, _("le passeur"))
    seen = ClauseRevision.objects.filter(clause=page.clause, number=seen_number).first()
    own = ClauseRevision(
        title=typed.get("title", ""),
        body=typed.get("body", "").replace("\r\n", "\n"),
        plain_words=typed.get("plain_words", "").replace("\r\n", "\n"),
        terms=current.terms if terms is None else charter_terms.store(terms),
    )
    return Overtaken(
        standing=resolved(current.body, page.called),
        theirs=changes.between(seen, current, names, page.called) if seen else None,
        own=changes.between(current, own, names, page.called),
    )


def who_removed(partnership: Partnership, page: ClausePage) -> Done | None:
    """Return who took out the clause of the page, if it no longer stands. 1 query."""
    if page.clause is None or page.clause.position is not None or page.revision is None:
        return None
    return latest_change.who_removed(partnership, page.revision.title)


def _page(partnership: Partnership, heading: Heading, clause: Clause | None) -> ClausePage:
    roadmap = clause.roadmap if clause else partnership.roadmaps.filter(state__in=UNDER_WORK).first()
    if roadmap is None:
        raise Http404
    standing = agreement.clauses_of(roadmap)
    others = [each for each in standing if clause is None or each.pk != clause.pk]
    return ClausePage(
        heading=heading,
        title=_(HEADING_TITLES[heading]),
        parties=list(partnership.parties.select_related("organisation").order_by("rank")),
        taken=frozenset(_codes(others)),
        clause=clause,
        revision=clause.current if clause else None,
        references=[_reference(each) for each in others],
        cited_by=[_name(each) for each in citing.citing_among(others, clause.key)] if clause else [],
        called=citing.names_of(standing),
        is_draft=roadmap.state == Edition.DRAFTING,
        beside=[(each.pk, _name(each)) for each in others if each.heading == heading],
        sources=sources_of(clause) if clause else (),
    )


def sources_of(clause: Clause) -> list[Line]:
    """Return the lines that a clause puts into words, with who filed them. 1 query."""
    return list(clause.written_from.select_related("party__organisation").order_by("party__rank", "pk"))


def _reference(clause: Clause) -> Reference:
    return Reference(marker(clause.key), _name(clause))


def _name(clause: Clause) -> str:
    return f"{citing.reference_words(clause)}, {clause.current.title if clause.current else ''}"


def _codes(clauses: Sequence[Clause]) -> Iterator[str]:
    for clause in clauses:
        terms = charter_terms.read(clause.current.terms) if clause.current else Terms()
        for rows in (terms.expectations, terms.limits, terms.commitments, terms.milestones):
            yield from (row.code for row in rows)
