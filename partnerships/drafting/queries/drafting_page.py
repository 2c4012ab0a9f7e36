"""The broker's editor: the text under its headings, what is missing in it, and what may be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from partnerships.charter import numbering
from partnerships.charter import terms as charter_terms
from partnerships.charter.references import resolved
from partnerships.charter.terms import Terms
from partnerships.charter.texts import HEADING_TITLES, Heading
from partnerships.checks import dates
from partnerships.checks.dates import DateFinding
from partnerships.drafting.queries import completeness, unsaved_wordings
from partnerships.drafting.queries.blanks import BlankRow, blank_rows
from partnerships.drafting.queries.clause_parts import paragraphs
from partnerships.drafting.queries.completeness import CompletenessMeter
from partnerships.drafting.queries.findings import citation_gaps, date_doubts, regulation_gaps
from partnerships.drafting.queries.freeze_obstacles import FreezeObstacle, freeze_obstacles
from partnerships.drafting.queries.headings import MANDATORY_HEADINGS, missing_titles
from partnerships.drafting.queries.unsaved_wordings import UnsavedLink
from partnerships.lifecycle import UNDER_WORK, UNFROZEN, Action, Case, Edition, allows
from partnerships.models import (
    Clause,
    ClausePosition,
    ClauseRevision,
    Line,
    Partnership,
    Party,
    Roadmap,
    Stance,
    UnsavedWording,
)
from partnerships.text import agreement, gap_locations, money, overview, risks
from partnerships.text import references as citing
from partnerships.text.facts import Fact, facts_of
from partnerships.text.money import Money
from partnerships.text.overview import MilestoneProgress, TraceRow
from partnerships.text.risks import RiskRow, products_of
from partnerships.text.tables import Named, TableShown, tables_of

SOURCES = Line.objects.select_related("party__organisation").order_by("party__rank", "pk")
REMARKS = (
    ClausePosition.objects.exclude(stance__in=("", Stance.AGREE))
    .select_related("party__organisation", "answer__reply")
    .order_by("party__rank")
)


def missing_headings(clauses: list[Clause]) -> list[str]:
    """Return the titles of the required headings without a clause, in printed order."""
    return missing_titles(clause.heading for clause in clauses)


class MarginRemark(NamedTuple):
    """The last opened answer of a party that does not agree to a clause.

    `about`: its stance and its round, in words; `is_outdated`: the text changed since.
    """

    side: str
    name: str
    about: str
    text: str
    proposal: str
    is_outdated: bool
    has_reply: bool


@dataclass(frozen=True, kw_only=True)
class DraftClause:
    """One clause of the editor; `number`: as printed; `rank`: from 1 under its heading.

    `owner`: the responsible party.
    `cited_by`: names of the clauses that refer to it, joined; `sources`: the opened lines linked to it;
    `remarks`: in the order of the parties;
    `typed_by_others`: what other brokers typed in its form and did not save; `editor`: its form, when it is
    open in its place.
    """

    clause: Clause
    revision: ClauseRevision
    owner: Named
    body: str
    gloss: str
    tables: Sequence[TableShown]
    facts: Sequence[Fact]
    terms: Terms
    cited_by: str
    number: str = ""
    rank: int = 1
    may_move: bool = False
    may_split: bool = False
    may_join: bool = False
    sources: Sequence[Line] = ()
    risks: Sequence[RiskRow] = ()
    remarks: Sequence[MarginRemark] = ()
    typed_by_others: Sequence[UnsavedWording] = ()
    editor: object | None = None

    @property
    def up(self) -> int:
        return self.rank - 1

    @property
    def down(self) -> int:
        return self.rank + 1


@dataclass(frozen=True, kw_only=True)
class DraftSection:
    """One of the nineteen headings with its clauses; `order`: their primary keys joined with "-"."""

    heading: Heading
    number: str
    title: str
    is_required: bool
    clauses: Sequence[DraftClause]
    order: str


@dataclass(frozen=True, kw_only=True)
class DraftingPage:
    """`roadmap`: the latest edition that is not void, or None; `missing`: titles of required headings.

    `citation_gaps`, `regulation_gaps`, `date_doubts`: sentences; `open_risks`: number of risks without a
    reason; `trace`: one row per expectation; `removed`: clauses whose removal the parties are asked about.
    `freeze_obstacles`: what keeps an agreed text from being frozen; `own_unsaved`: what the reader typed in
    forms of clauses and did not save; `elsewhere`: those of forms that the page does not contain.
    """

    roadmap: Roadmap | None
    clauses: Sequence[Clause]
    parties: Sequence[Party]
    own_unsaved: Sequence[UnsavedWording]
    elsewhere: Sequence[UnsavedLink]
    sections: Sequence[DraftSection]
    missing: Sequence[str]
    citation_gaps: Sequence[str]
    regulation_gaps: Sequence[str]
    date_doubts: Sequence[str]
    meter: CompletenessMeter | None
    open_risks: int
    is_too_long: bool
    trace: Sequence[TraceRow]
    blanks: Sequence[BlankRow]
    money: Money
    may_begin: bool
    is_draft: bool
    may_write: bool
    may_tie: bool
    may_negotiate: bool
    removed: Sequence[Clause]
    may_freeze: bool
    freeze_obstacles: Sequence[FreezeObstacle]
    may_withdraw: bool
    may_amend: bool


def drafting_page(partnership: Partnership, at: datetime, *, broker: User) -> DraftingPage:
    """Return the text under its nineteen headings, with its checks, as one broker edits it.

    At most 11 queries, 22 once agreed.
    """
    parties = list(partnership.parties.select_related("organisation").order_by("rank"))
    names = overview.names_of(parties, _("le passeur"))
    roadmap = partnership.roadmaps.exclude(state=Edition.VOID).order_by("-edition").first()
    state = Edition(roadmap.state) if roadmap else None
    clauses = agreement.clauses_of(roadmap) if roadmap else []
    prefetch_related_objects(clauses, Prefetch("written_from", SOURCES), Prefetch("positions", REMARKS))
    unsaved = unsaved_wordings.of_roadmap(roadmap) if roadmap and state in UNDER_WORK else []
    own_unsaved = [row for row in unsaved if row.broker_id == broker.pk]
    sections = _sections(
        clauses, names, products_of(partnership), [row for row in unsaved if row.broker_id != broker.pk]
    )
    draft_clauses = [clause for section in sections for clause in section.clauses]
    terms = charter_terms.together(clause.terms for clause in draft_clauses)
    is_active = partnership.state == Case.ACTIVE
    progress = overview.progress_of(partnership) if is_active else {}
    filled_by = gap_locations.gap_links(
        [(row.clause, row.terms) for row in draft_clauses], _ClauseUrls(partnership)
    )
    return DraftingPage(
        roadmap=roadmap,
        clauses=clauses,
        parties=parties,
        own_unsaved=own_unsaved,
        elsewhere=unsaved_wordings.links_elsewhere(partnership.reference, own_unsaved),
        sections=sections,
        missing=missing_headings(clauses) if state in UNDER_WORK else [],
        citation_gaps=citation_gaps(terms),
        regulation_gaps=regulation_gaps(terms) if state in UNDER_WORK else [],
        date_doubts=date_doubts(terms, _dates_in_doubt(terms, progress, at)) if state in UNDER_WORK else [],
        meter=completeness.meter_of(partnership, clauses, parties, at=at) if state in UNDER_WORK else None,
        open_risks=sum(risk.is_open for clause in draft_clauses for risk in clause.risks),
        is_too_long=risks.is_too_long(clauses),
        trace=[
            row._replace(filed=filed)
            for row, filed in zip(
                overview.trace(terms, names, progress, timezone.localdate(at), filled_by),
                _linked_line_counts(draft_clauses),
                strict=True,
            )
        ],
        blanks=blank_rows(partnership, clauses) if state in UNDER_WORK else [],
        money=money.money_of(parties, terms, names),
        may_begin=state == Edition.DRAFTING and not clauses and roadmap is not None and roadmap.edition == 1,
        is_draft=state == Edition.DRAFTING,
        may_write=state is not None and allows(Action.REVISE, state),
        may_tie=state in UNFROZEN,
        may_negotiate=state == Edition.DRAFTING,
        removed=agreement.removed_from(roadmap) if roadmap and state in UNFROZEN else [],
        may_freeze=state == Edition.AGREED,
        freeze_obstacles=[
            *_unsaved_obstacles(partnership, state, own_unsaved),
            *freeze_obstacles(partnership, roadmap, clauses, parties, at),
        ],
        may_withdraw=state == Edition.SIGNING,
        may_amend=is_active and state == Edition.SIGNED,
    )


def _unsaved_obstacles(
    partnership: Partnership, state: Edition | None, own_unsaved: Sequence[UnsavedWording]
) -> list[FreezeObstacle]:
    """Return as obstacles what the reader typed in an agreed text and did not save."""
    if state != Edition.AGREED:
        return []
    return [
        FreezeObstacle(
            _("Mots pas encore enregistrés : %(clause)s") % {"clause": unsaved_wordings.name_of(row)},
            unsaved_wordings.url_of(partnership.reference, row),
        )
        for row in own_unsaved
    ]


def _dates_in_doubt(
    terms: Terms, progress: Mapping[str, MilestoneProgress], at: datetime
) -> list[DateFinding]:
    completed = {code for code, milestone in progress.items() if milestone.is_done}
    return dates.findings(terms, timezone.localdate(at), completed=completed)


def date_doubts_of(partnership: Partnership, posted: Terms, at: datetime) -> list[str]:
    """Return the doubts that a clause just saved raises on the dates of its text. At most 4 queries.

    Those on its own dates; for the term of the charter, also those on dates outside it.
    """
    is_term = posted.starts_on is not None or posted.ends_on is not None
    codes = {row.code for row in posted.milestones} | {row.code for row in posted.expectations}
    if not (codes or is_term):
        return []
    roadmap = partnership.roadmaps.exclude(state=Edition.VOID).order_by("-edition").first()
    clauses = agreement.clauses_of(roadmap) if roadmap else []
    terms = charter_terms.together(
        charter_terms.read(clause.current.terms) for clause in clauses if clause.current
    )
    findings = _dates_in_doubt(terms, overview.progress_of(partnership), at)
    raised = [
        finding
        for finding in findings
        if finding.code in codes
        or (is_term and (not finding.code or finding.doubt in ("before_start", "after_end")))
    ]
    return date_doubts(terms, raised)


def _linked_line_counts(clauses: Sequence[DraftClause]) -> list[str]:
    """Return for each expectation how many lines of its party are linked to its clause, in words."""
    counts = [
        sum(line.party.code == row.party_key for line in clause.sources)
        for clause in clauses
        for row in clause.terms.expectations
    ]
    return [
        ngettext("clause reliée à %(n)s attente", "clause reliée à %(n)s attentes", n) % {"n": n} if n else ""
        for n in counts
    ]


class _ClauseUrls:
    """The URLs of the forms in which a gap is closed."""

    def __init__(self, partnership: Partnership) -> None:
        self.reference = partnership.reference

    def of_clause(self, clause: Clause) -> str:
        return reverse("partnerships:clause", args=[self.reference, clause.pk])

    def of_heading(self, heading: Heading) -> str:
        return reverse("partnerships:new_clause", args=[self.reference, heading])


def _sections(
    clauses: Sequence[Clause],
    names: Mapping[str, Named],
    products: tuple[str, ...],
    typed_by_others: Sequence[UnsavedWording],
) -> list[DraftSection]:
    reference_names, numbers = citing.names_of(clauses), citing.numbers_of(clauses)
    section_numbers = numbering.section_numbers(clause.heading for clause in clauses)
    cited_by = _cited_by(clauses, reference_names)
    return [
        DraftSection(
            heading=heading,
            number=str(section_numbers.get(heading, "")),
            title=_(title),
            is_required=heading in MANDATORY_HEADINGS,
            clauses=[
                replace(
                    _draft_clause(clause, names, reference_names, cited_by.get(clause.key, ())),
                    rank=rank,
                    number=numbers[clause.pk],
                    may_move=len(heading_clauses) > 1,
                    may_split=len(paragraphs(clause.current.body if clause.current else "")) > 1,
                    may_join=rank < len(heading_clauses),
                    risks=risks.beside(clause, products),
                    typed_by_others=[row for row in typed_by_others if row.clause_id == clause.pk],
                )
                for rank, clause in enumerate(heading_clauses, 1)
            ],
            order="-".join(str(clause.pk) for clause in heading_clauses),
        )
        for heading, title in HEADING_TITLES.items()
        for heading_clauses in [
            [clause for clause in clauses if clause.heading == heading and clause.current]
        ]
    ]


def _cited_by(clauses: Sequence[Clause], reference_names: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the names of the citing clauses by the key of the cited clause."""
    names: dict[str, list[str]] = {}
    cited = citing.cited_map(clauses)
    for clause in clauses:
        for key in cited.get(clause.pk, ()):
            if key != clause.key:
                names.setdefault(key, []).append(reference_names[clause.key])
    return names


def _draft_clause(
    clause: Clause,
    names: Mapping[str, Named],
    reference_names: Mapping[str, str],
    cited_by: Sequence[str],
) -> DraftClause:
    revision = clause.current
    if revision is None:
        raise AssertionError(clause.pk)
    terms = charter_terms.read(revision.terms)
    return DraftClause(
        clause=clause,
        revision=revision,
        owner=names[clause.responsible.code] if clause.responsible else Named("both", ""),
        body=resolved(revision.body, reference_names),
        gloss=resolved(revision.plain_words, reference_names),
        tables=tables_of(terms, names),
        facts=facts_of(terms),
        terms=terms,
        cited_by=", ".join(cited_by),
        sources=[*clause.written_from.all()],
        remarks=[_margin_remark(position) for position in clause.positions.all()],
    )


def _margin_remark(position: ClausePosition) -> MarginRemark:
    """Return the remark of a position of `REMARKS`, which has an answer."""
    answer = position.answer
    if answer is None:
        raise AssertionError(position.pk)
    organisation = position.party.organisation
    return MarginRemark(
        side=position.party.side,
        name=organisation.name,
        about=_("%(stance)s du tour %(number)s")
        % {"stance": str(Stance(position.stance).label).lower(), "number": position.round_number},
        text=answer.reason,
        proposal=answer.proposed_text,
        is_outdated=not position.is_current,
        has_reply=hasattr(answer, "reply"),
    )
