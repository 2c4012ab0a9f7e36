"""What the broker sees of a text while writing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import gettext as _

from partnerships.charter import terms as charter_terms
from partnerships.charter.terms import Terms
from partnerships.charter.texts import ALL_PARTIES, BROKER, HEADING_TITLES, Heading
from partnerships.lifecycle import UNDER_WORK, Action, Case, Edition, allows
from partnerships.models import Clause, ClauseRevision, Partnership, Party, Roadmap
from partnerships.queries import agreement, completeness, risks
from partnerships.queries.completeness import Meter
from partnerships.queries.gaps import gaps
from partnerships.queries.risks import RiskShown, products_of
from partnerships.queries.tables import Named, TableShown, tables_of

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


def missing_headings(clauses: list[Clause]) -> list[str]:
    """Return the titles of the needed headings that no clause fills, in printed order."""
    filled = {clause.heading for clause in clauses}
    return [_(HEADING_TITLES[heading]) for heading in NEEDED if heading not in filled]


@dataclass(frozen=True, kw_only=True)
class ClauseShown:
    """One clause as the broker reads it while writing."""

    clause: Clause
    revision: ClauseRevision
    who: Named
    tables: Sequence[TableShown]
    terms: Terms
    risks: Sequence[RiskShown] = ()


@dataclass(frozen=True, kw_only=True)
class Section:
    """One of the nineteen headings with its clauses."""

    heading: Heading
    title: str
    is_needed: bool
    clauses: Sequence[ClauseShown]


@dataclass(frozen=True, kw_only=True)
class DraftingPage:
    """`roadmap` is the text under work, or None; `gaps` are sentences on what is missing or cited in vain.

    `open_risks`: how many findings wait for another wording or a reason.
    """

    roadmap: Roadmap | None
    sections: Sequence[Section]
    missing: Sequence[str]
    gaps: Sequence[str]
    meter: Meter | None
    open_risks: int
    is_too_long: bool
    shares: Sequence[BroughtBy]
    is_draft: bool
    may_write: bool
    may_negotiate: bool
    may_freeze: bool
    may_withdraw: bool
    may_amend: bool


@dataclass(frozen=True, kw_only=True)
class ClausePage:
    """What a clause form needs: who may be named, the codes taken elsewhere, what stands now."""

    heading: Heading
    title: str
    parties: Sequence[Party]
    taken: frozenset[str]
    clause: Clause | None
    revision: ClauseRevision | None
    tables: Sequence[TableShown]
    is_draft: bool


@dataclass(frozen=True, kw_only=True)
class BroughtBy:
    """What one party brings to the text as it stands, money in cents."""

    party: Party
    cash: int
    in_kind: int
    fees: int
    hours: int
    commitments: int

    @property
    def total(self) -> int:
        return self.cash + self.in_kind + self.fees


def drafting_page(partnership: Partnership) -> DraftingPage:
    """Return the text under work under its nineteen headings, and what it still lacks. 5 queries."""
    parties = parties_of(partnership)
    names = _names(parties)
    roadmap = partnership.roadmaps.exclude(state=Edition.VOID).order_by("-edition").first()
    state = Edition(roadmap.state) if roadmap else None
    clauses = agreement.clauses_of(roadmap) if roadmap else []
    products = products_of(partnership)
    shown = [_shown(clause, clause.current, names, products) for clause in clauses if clause.current]
    terms = charter_terms.together(each.terms for each in shown)
    is_active = partnership.state == Case.ACTIVE
    return DraftingPage(
        roadmap=roadmap,
        sections=_sections(shown),
        missing=missing_headings(clauses) if state in UNDER_WORK else [],
        gaps=gaps(terms),
        meter=completeness.meter(partnership, clauses, parties) if state in UNDER_WORK else None,
        open_risks=sum(row.is_open for each in shown for row in each.risks),
        is_too_long=risks.is_too_long(clauses),
        shares=[_brought(party, terms) for party in parties],
        is_draft=state == Edition.DRAFTING,
        may_write=state is not None and allows(Action.REVISE, state),
        may_negotiate=state == Edition.DRAFTING,
        may_freeze=state == Edition.AGREED,
        may_withdraw=state == Edition.SIGNING,
        may_amend=is_active and state == Edition.SIGNED,
    )


def parties_of(partnership: Partnership) -> list[Party]:
    """Return the parties in printed order, with their organisations. 1 query."""
    return list(partnership.parties.select_related("organisation").order_by("rank"))


def new_clause(partnership: Partnership, heading: int) -> ClausePage:
    """Return what is needed to add a clause under a heading. Raises Http404. 3 queries."""
    if heading not in list(Heading):
        raise Http404
    return _clause_page(partnership, Heading(heading), None)


def clause_page(partnership: Partnership, clause_id: int) -> ClausePage:
    """Return a standing clause of the text under work, to be revised. Raises Http404. 4 queries."""
    clause = (
        Clause.objects.filter(roadmap__partnership=partnership, roadmap__state__in=UNDER_WORK)
        .select_related("roadmap", "current__written_by", "responsible__organisation")
        .filter(pk=clause_id, position__isnull=False)
        .first()
    )
    if clause is None:
        raise Http404
    return _clause_page(partnership, Heading(clause.heading), clause)


def _clause_page(partnership: Partnership, heading: Heading, clause: Clause | None) -> ClausePage:
    roadmap = partnership.roadmaps.filter(state__in=UNDER_WORK).first()
    if roadmap is None:
        raise Http404
    parties = parties_of(partnership)
    others = [each for each in agreement.clauses_of(roadmap) if clause is None or each.pk != clause.pk]
    revision = clause.current if clause else None
    return ClausePage(
        heading=heading,
        title=_(HEADING_TITLES[heading]),
        parties=parties,
        taken=frozenset(_codes(others)),
        clause=clause,
        revision=revision,
        tables=tables_of(charter_terms.read(revision.terms), _names(parties)) if revision else (),
        is_draft=roadmap.state == Edition.DRAFTING,
    )


def _codes(clauses: list[Clause]) -> Iterator[str]:
    for clause in clauses:
        terms = charter_terms.read(clause.current.terms) if clause.current else Terms()
        for rows in (terms.expectations, terms.limits, terms.commitments, terms.milestones):
            yield from (row.code for row in rows)


def _shown(
    clause: Clause, revision: ClauseRevision, names: Mapping[str, Named], products: tuple[str, ...]
) -> ClauseShown:
    terms = charter_terms.read(revision.terms)
    return ClauseShown(
        clause=clause,
        revision=revision,
        who=names[clause.responsible.code] if clause.responsible else Named("both", ""),
        tables=tables_of(terms, names),
        terms=terms,
        risks=risks.beside(clause, products),
    )


def _names(parties: Sequence[Party]) -> dict[str, Named]:
    named = {party.code: Named(party.side, party.organisation.name) for party in parties}
    return named | {
        BROKER: Named("broker", _("le passeur")),
        ALL_PARTIES: Named("both", _("toutes les parties")),
    }


def _sections(shown: Sequence[ClauseShown]) -> list[Section]:
    return [
        Section(
            heading=heading,
            title=_(title),
            is_needed=heading in NEEDED,
            clauses=[each for each in shown if each.clause.heading == heading],
        )
        for heading, title in HEADING_TITLES.items()
    ]


def _brought(party: Party, terms: Terms) -> BroughtBy:
    lines = [line for line in terms.budget if line.payer_key == party.code]
    promised = [each for each in terms.commitments if each.party_key == party.code]
    return BroughtBy(
        party=party,
        cash=sum(line.amount_minor for line in lines if line.contribution == "cash"),
        in_kind=sum(line.amount_minor for line in lines if line.contribution == "in_kind"),
        fees=sum(fee.amount_minor for fee in terms.fees if fee.payer_key == party.code),
        hours=sum(each.hours or 0 for each in promised),
        commitments=len(promised),
    )
