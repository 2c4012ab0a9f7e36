"""What the broker sees of a text while writing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.charter import terms as charter_terms
from partnerships.charter.references import resolved
from partnerships.charter.terms import Terms
from partnerships.charter.texts import HEADING_TITLES, Heading
from partnerships.drafting.queries import completeness, regulation
from partnerships.drafting.queries.completeness import Meter
from partnerships.drafting.queries.missing_citations import gaps
from partnerships.lifecycle import UNDER_WORK, UNFROZEN, Action, Case, Edition, allows
from partnerships.models import Clause, ClauseRevision, Line, Partnership, Roadmap
from partnerships.text import agreement, gap_locations, money, overview, risks
from partnerships.text import references as citing
from partnerships.text.facts import Fact, facts_of
from partnerships.text.money import Money
from partnerships.text.overview import TraceRow
from partnerships.text.risks import RiskShown, products_of
from partnerships.text.tables import Named, TableShown, tables_of

# Without these no charter says what is done, for whom, by whom and until when (field.md 1.2).
NEEDED = (
    Heading.PRECISE_ACTION,
    Heading.PATIENT_BENEFIT,
    Heading.EXPECTATIONS,
    Heading.LIMITS,
    Heading.ASSOCIATION_COMMITMENTS,
    Heading.COMPANY_COMMITMENTS,
    Heading.MILESTONES,
)

SOURCES = Line.objects.select_related("party__organisation").order_by("party__rank", "pk")


def missing_headings(clauses: list[Clause]) -> list[str]:
    """Return the titles of the needed headings that no clause fills, in printed order."""
    filled = {clause.heading for clause in clauses}
    return [_(HEADING_TITLES[heading]) for heading in NEEDED if heading not in filled]


@dataclass(frozen=True, kw_only=True)
class ClauseShown:
    """One clause as the broker reads it while writing; `place`: from 1 under its heading.

    `cited_by`: what the clauses that refer to it are called; `sources`: the lines of opened envelopes that
    it puts into words.
    """

    clause: Clause
    revision: ClauseRevision
    who: Named
    body: str
    gloss: str
    tables: Sequence[TableShown]
    facts: Sequence[Fact]
    terms: Terms
    cited_by: str
    place: int
    may_move: bool
    sources: Sequence[Line] = ()
    risks: Sequence[RiskShown] = ()

    @property
    def up(self) -> int:
        return self.place - 1

    @property
    def down(self) -> int:
        return self.place + 1


@dataclass(frozen=True, kw_only=True)
class Section:
    """One of the nineteen headings with its clauses; `order`: their keys, as the broker sees them."""

    heading: Heading
    title: str
    is_needed: bool
    clauses: Sequence[ClauseShown]
    order: str


@dataclass(frozen=True, kw_only=True)
class DraftingPage:
    """`roadmap` is the text under work, or None; `gaps` are sentences on what is missing or cited in vain.

    `declared`: what the regulations still ask of the text; `open_risks`: how many findings wait for another
    wording or a reason.
    """

    roadmap: Roadmap | None
    sections: Sequence[Section]
    missing: Sequence[str]
    gaps: Sequence[str]
    declared: Sequence[str]
    meter: Meter | None
    open_risks: int
    is_too_long: bool
    trace: Sequence[TraceRow]
    money: Money
    is_draft: bool
    may_write: bool
    may_tie: bool
    may_negotiate: bool
    may_freeze: bool
    may_withdraw: bool
    may_amend: bool


def drafting_page(partnership: Partnership, at: datetime) -> DraftingPage:
    """Return the text under work under its nineteen headings, and what it still lacks. At most 8 queries."""
    parties = list(partnership.parties.select_related("organisation").order_by("rank"))
    names = overview.names_of(parties, _("le passeur"))
    roadmap = partnership.roadmaps.exclude(state=Edition.VOID).order_by("-edition").first()
    state = Edition(roadmap.state) if roadmap else None
    clauses = agreement.clauses_of(roadmap) if roadmap else []
    prefetch_related_objects(clauses, Prefetch("written_from", SOURCES))
    sections = _sections(clauses, names, products_of(partnership))
    shown = [each for section in sections for each in section.clauses]
    terms = charter_terms.together(each.terms for each in shown)
    is_active = partnership.state == Case.ACTIVE
    progress = overview.progress_of(partnership) if is_active else {}
    filled_by = gap_locations.places_of([(each.clause, each.terms) for each in shown], _Address(partnership))
    return DraftingPage(
        roadmap=roadmap,
        sections=sections,
        missing=missing_headings(clauses) if state in UNDER_WORK else [],
        gaps=gaps(terms),
        declared=regulation.lacks(terms) if state in UNDER_WORK else [],
        meter=completeness.meter(partnership, clauses, parties, at=at) if state in UNDER_WORK else None,
        open_risks=sum(row.is_open for each in shown for row in each.risks),
        is_too_long=risks.is_too_long(clauses),
        trace=[
            row._replace(filed=filed)
            for row, filed in zip(
                overview.trace(terms, names, progress, timezone.localdate(at), filled_by),
                _filed(shown),
                strict=True,
            )
        ],
        money=money.money_of(parties, terms, names),
        is_draft=state == Edition.DRAFTING,
        may_write=state is not None and allows(Action.REVISE, state),
        may_tie=state in UNFROZEN,
        may_negotiate=state == Edition.DRAFTING,
        may_freeze=state == Edition.AGREED,
        may_withdraw=state == Edition.SIGNING,
        may_amend=is_active and state == Edition.SIGNED,
    )


def _filed(shown: Sequence[ClauseShown]) -> list[str]:
    """Return of each expectation of the text how many lines of its party its clause was tied to, in words."""
    counted = [
        sum(line.party.code == row.party_key for line in each.sources)
        for each in shown
        for row in each.terms.expectations
    ]
    return [
        ngettext("clause rattachée à %(n)s ligne déposée", "clause rattachée à %(n)s lignes déposées", n)
        % {"n": n}
        if n
        else ""
        for n in counted
    ]


class _Address:
    """Where the broker fills a gap: in the form of a clause, or in that of a new one."""

    def __init__(self, partnership: Partnership) -> None:
        self.reference = partnership.reference

    def of_clause(self, clause: Clause) -> str:
        return reverse("partnerships:clause", args=[self.reference, clause.pk])

    def of_heading(self, heading: Heading) -> str:
        return reverse("partnerships:new_clause", args=[self.reference, heading])


def _sections(
    clauses: Sequence[Clause], names: Mapping[str, Named], products: tuple[str, ...]
) -> list[Section]:
    called = citing.names_of(clauses)
    cited_by = _cited_by(clauses, called)
    return [
        Section(
            heading=heading,
            title=_(title),
            is_needed=heading in NEEDED,
            clauses=[
                replace(
                    _shown(clause, names, called, cited_by.get(clause.key, ()), (place, len(beside))),
                    risks=risks.beside(clause, products),
                )
                for place, clause in enumerate(beside, 1)
            ],
            order="-".join(str(each.pk) for each in beside),
        )
        for heading, title in HEADING_TITLES.items()
        for beside in [[each for each in clauses if each.heading == heading and each.current]]
    ]


def _cited_by(clauses: Sequence[Clause], called: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    cited = citing.cited_map(clauses)
    for clause in clauses:
        for key in cited.get(clause.pk, ()):
            if key != clause.key:
                found.setdefault(key, []).append(called[clause.key])
    return found


def _shown(
    clause: Clause,
    names: Mapping[str, Named],
    called: Mapping[str, str],
    cited_by: Sequence[str],
    place: tuple[int, int],
) -> ClauseShown:
    revision, (rank, last) = clause.current, place
    if revision is None:
        raise AssertionError(clause.pk)
    terms = charter_terms.read(revision.terms)
    return ClauseShown(
        clause=clause,
        revision=revision,
        who=names[clause.responsible.code] if clause.responsible else Named("both", ""),
        body=resolved(revision.body, called),
        gloss=resolved(revision.plain_words, called),
        tables=tables_of(terms, names),
        facts=facts_of(terms),
        terms=terms,
        cited_by=", ".join(cited_by),
        place=rank,
        may_move=last > 1,
        sources=[*clause.written_from.all()],
    )
