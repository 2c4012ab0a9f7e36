"""The page of a clause form: its data, the changes another broker made meanwhile, the kinds of support."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.http import Http404
from django.utils.translation import gettext as _

from partnerships.charter import terms as charter_terms
from partnerships.charter.references import marker, resolved
from partnerships.charter.regulation import SUPPORTS
from partnerships.charter.terms import Terms
from partnerships.charter.texts import HEADING_TITLES, Heading
from partnerships.drafting.queries import latest_change
from partnerships.drafting.queries.latest_change import LatestChange
from partnerships.lifecycle import UNDER_WORK, Edition
from partnerships.models import Clause, ClauseRevision, Line, Partnership, Party, Roadmap
from partnerships.text import agreement, overview
from partnerships.text import references as citing
from partnerships.text.differences import changes
from partnerships.text.differences.changes import Changes


class ClauseReference(NamedTuple):
    """A clause that this one may refer to; `marker`: what the text contains in its place."""

    marker: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ClauseFormPage:
    """The data of a clause form; `clause` and `revision` are None for a new clause.

    `used_codes`: codes of the rows of the other clauses; `references`: clauses it may refer to;
    `cited_by`: names of the clauses that refer to it; `reference_names`: by clause key;
    `siblings`: primary key and name of the other clauses of the heading; `sources`: its source lines.
    """

    roadmap: Roadmap
    heading: Heading
    title: str
    parties: Sequence[Party]
    used_codes: frozenset[str]
    clause: Clause | None
    number: str
    revision: ClauseRevision | None
    references: Sequence[ClauseReference]
    cited_by: Sequence[str]
    reference_names: Mapping[str, str]
    is_draft: bool
    siblings: Sequence[tuple[int, str]]
    sources: Sequence[Line]


@dataclass(frozen=True, kw_only=True)
class RevisionConflict:
    """The current revision against the one that was read and against what was posted.

    `current_body`: the text of the current revision; `their_changes`: from the revision that was read to
    the current one; `own_changes`: from the current one to what was posted.
    """

    current_body: str
    their_changes: Changes | None
    own_changes: Changes


def new_clause(partnership: Partnership, heading: int) -> ClauseFormPage:
    """Return the page of a new clause under a heading. Raises Http404. 3 queries."""
    if heading not in list(Heading):
        raise Http404
    return _clause_form_page(partnership, Heading(heading), None)


def clause_page(partnership: Partnership, clause_id: int, *, is_posted: bool = False) -> ClauseFormPage:
    """Return the page of a clause of the text under work. Raises Http404. 5 queries.

    `is_posted`: include a clause that was removed or frozen meanwhile, so that the posted text is not lost.
    """
    candidates = Clause.objects.filter(roadmap__partnership=partnership, pk=clause_id)
    if not is_posted:
        candidates = candidates.filter(roadmap__state__in=UNDER_WORK, position__isnull=False)
    clause = candidates.select_related("roadmap", "current__written_by", "responsible__organisation").first()
    if clause is None:
        raise Http404
    return _clause_form_page(partnership, Heading(clause.heading), clause)


def revision_conflict(
    page: ClauseFormPage, seen_number: int, data: Mapping[str, str], terms: Terms | None
) -> RevisionConflict:
    """Compare the current revision with revision `seen_number` and with the posted `data`. 1 query.

    `terms`: the posted tables, None when they are not valid.
    """
    current = page.revision
    if current is None:
        raise AssertionError(page.heading)
    names = overview.names_of(page.parties, _("le passeur"))
    seen = ClauseRevision.objects.filter(clause=page.clause, number=seen_number).first()
    posted = ClauseRevision(
        title=data.get("title", ""),
        body=data.get("body", "").replace("\r\n", "\n"),
        plain_words=data.get("plain_words", "").replace("\r\n", "\n"),
        terms=current.terms if terms is None else charter_terms.store(terms),
    )
    return RevisionConflict(
        current_body=resolved(current.body, page.reference_names),
        their_changes=changes.between(seen, current, names, page.reference_names) if seen else None,
        own_changes=changes.between(current, posted, names, page.reference_names),
    )


def removal_of(partnership: Partnership, page: ClauseFormPage) -> LatestChange | None:
    """Return the ledger entry that removed the clause of the page, None if it is in the text. 1 query."""
    if page.clause is None or page.clause.position is not None or page.revision is None:
        return None
    return latest_change.who_removed(partnership, page.revision.title)


def _clause_form_page(partnership: Partnership, heading: Heading, clause: Clause | None) -> ClauseFormPage:
    roadmap = clause.roadmap if clause else partnership.roadmaps.filter(state__in=UNDER_WORK).first()
    if roadmap is None:
        raise Http404
    return form_page(
        roadmap,
        heading,
        clause,
        agreement.clauses_of(roadmap),
        list(partnership.parties.select_related("organisation").order_by("rank")),
        sources_of(clause) if clause else (),
    )


def form_page(
    roadmap: Roadmap,
    heading: Heading,
    clause: Clause | None,
    clauses: Sequence[Clause],
    parties: Sequence[Party],
    sources: Sequence[Line],
) -> ClauseFormPage:
    """Return the page of a clause form from rows already read. `clauses`: those of the text, in order."""
    others = [other for other in clauses if clause is None or other.pk != clause.pk]
    names = citing.names_of(clauses)
    return ClauseFormPage(
        roadmap=roadmap,
        heading=heading,
        title=_(HEADING_TITLES[heading]),
        parties=parties,
        used_codes=frozenset(_used_codes(others)),
        clause=clause,
        number=citing.numbers_of(clauses).get(clause.pk, "") if clause else "",
        revision=clause.current if clause else None,
        references=[ClauseReference(marker(other.key), _clause_name(other, names)) for other in others],
        cited_by=[_clause_name(other, names) for other in citing.citing_among(others, clause.key)]
        if clause
        else [],
        reference_names=names,
        is_draft=roadmap.state == Edition.DRAFTING,
        siblings=[(other.pk, _clause_name(other, names)) for other in others if other.heading == heading],
        sources=sources,
    )


def sources_of(clause: Clause) -> list[Line]:
    """Return the source lines of a clause, with the organisations that filed them. 1 query."""
    return list(clause.written_from.select_related("party__organisation").order_by("party__rank", "pk"))


def _clause_name(clause: Clause, names: Mapping[str, str]) -> str:
    return f"{names[clause.key]}, {clause.current.title if clause.current else ''}"


def codes_of(clause: Clause) -> list[str]:
    """Return the codes of the rows of a clause."""
    return codes_of_terms(charter_terms.read(clause.current.terms)) if clause.current else []


def codes_of_terms(terms: Terms) -> list[str]:
    """Return the codes of the rows of these tables."""
    tables = (terms.expectations, terms.limits, terms.commitments, terms.milestones)
    return [row.code for rows in tables for row in rows]


def _used_codes(clauses: Sequence[Clause]) -> Iterator[str]:
    for clause in clauses:
        yield from codes_of(clause)


class SupportEffect(NamedTuple):
    """One consequence of a kind of support; `is_to_check`: no source confirms it yet."""

    label: str
    text: str
    is_to_check: bool


class SupportKind(NamedTuple):
    title: str
    effects: Sequence[SupportEffect]


def support_kinds() -> list[SupportKind]:
    """Return the kinds of support with their consequences."""
    return [
        SupportKind(
            _(support.title),
            [
                SupportEffect(_("En retour"), _(support.given_back), "given_back" in support.to_check),
                SupportEffect(_("Impôt"), _(support.tax), "tax" in support.to_check),
                SupportEffect(_("Justificatif"), _(support.paper), "paper" in support.to_check),
            ],
        )
        for support in SUPPORTS.values()
    ]
