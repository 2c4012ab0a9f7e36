"""The text of an edition as a page displays it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, NamedTuple

from django.core.cache import cache
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.templatetags import wording
from partnerships.case import editions
from partnerships.case.clock import case_time
from partnerships.case.editions import CharterShown
from partnerships.case.header import CaseHeader
from partnerships.charter import chapters
from partnerships.charter import terms as charter_terms
from partnerships.charter.numbering import section_numbers
from partnerships.charter.references import resolved
from partnerships.charter.snapshot import CharterSnapshot
from partnerships.charter.terms import Terms
from partnerships.charter.texts import ALL_PARTIES, BROKER, HEADING_TITLES, Heading
from partnerships.checks import balance
from partnerships.lifecycle import UNDER_WORK, Edition
from partnerships.models import AmendmentKind, Clause, Roadmap
from partnerships.text import agreement, gap_locations, money, overview, timeline
from partnerships.text import references as citing
from partnerships.text.cache import SECONDS, text_key
from partnerships.text.differences.amended import Amended, amended_by
from partnerships.text.differences.amendment_changes import AmendmentChanges, changes_of
from partnerships.text.facts import Fact, facts_of
from partnerships.text.money import Ratio
from partnerships.text.overview import Measure, MilestoneProgress, MilestoneShown, TraceRow
from partnerships.text.risks import RiskAcceptance, acceptances_from_rows
from partnerships.text.tables import Named, TableShown, tables_of
from partnerships.text.timeline import Picture

NOTHING: Final = "—"  # how `tables_of` writes an empty cell


@dataclass(frozen=True, kw_only=True)
class ClauseShown:
    """A clause as displayed, with its tables; `kind` is the label of its type.

    `number`: as printed ("5.2"), also in addresses; `position`: its rank in the text, in earlier addresses.
    """

    number: str
    position: int
    heading: Heading
    title: str
    kind: str
    who: Named
    body: str
    gloss: str
    terms: Terms
    tables: tuple[TableShown, ...]
    facts: tuple[Fact, ...]
    risk_acceptances: tuple[RiskAcceptance, ...] = ()
    key: str = ""


class SectionShown(NamedTuple):
    """A section of the text with its clauses."""

    number: str
    title: str
    clauses: Sequence[ClauseShown]


@dataclass(frozen=True, kw_only=True)
class AmendmentShown:
    """What an amendment is and what it changes; `amends`: the number of the signed edition.

    `effective_on`: None for the day of the last signature; `void_reason`: why it was given up;
    `milestone_notes`: what becomes of the milestones that it changes; `is_open`: neither signed nor void.
    """

    amends: int
    kind: str
    purpose: str
    effective_on: date | None
    void_reason: str
    changes: AmendmentChanges
    milestone_notes: tuple[str, ...]
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class TextShown:
    """One edition of the text with its summaries; `cache_key`: of everything except its ratios.

    Of an amendment that is not signed, milestones, picture and trace are those of the signed text.
    """

    name: str
    state: str
    clauses: tuple[ClauseShown, ...]
    milestones: tuple[MilestoneShown, ...]
    picture: Picture | None
    trace: tuple[TraceRow, ...]
    ratios: tuple[Ratio, ...]
    measures: tuple[Measure, ...]
    red_lines: tuple[tuple[Named, str], ...]
    facts: tuple[Fact, ...]
    charter: CharterShown | None
    amendment: AmendmentShown | None = None
    cache_key: str = ""

    @property
    def sections(self) -> list[SectionShown]:
        return sections_of(self.clauses)


def sections_of(clauses: Sequence[ClauseShown]) -> list[SectionShown]:
    """Return the sections of a text with their clauses, in printed order."""
    numbers = section_numbers(clause.heading for clause in clauses)
    return [
        SectionShown(
            number=str(number),
            title=_(HEADING_TITLES[Heading(heading)]),
            clauses=[clause for clause in clauses if clause.heading == heading],
        )
        for heading, number in numbers.items()
    ]


def text_of(roadmap: Roadmap, charter: CharterShown | None, header: CaseHeader, at: datetime) -> TextShown:
    """Return an edition as displayed. 2 queries when it is cached, else at most 8."""
    today = timezone.localdate(case_time(header.partnership, at))
    key = text_key("roadmap-text", roadmap, header, today, charter)
    cached: tuple[TextShown, Terms] | None = cache.get(key)
    if cached is None:
        cached = _text(roadmap, charter, header, today)
        cache.set(key, cached, SECONDS)
    text, terms = cached
    # A declaration of income does not change the version of the case, so the ratios are not cached.
    incomes = money.latest_incomes(header.partnership.pk)
    return replace(text, ratios=tuple(money.ratios(header.parties, terms, incomes)), cache_key=key)


def _text(
    roadmap: Roadmap, charter: CharterShown | None, header: CaseHeader, today: date
) -> tuple[TextShown, Terms]:
    """Return an edition as displayed, without its ratios, and its tables."""
    clauses = agreement.clauses_of(roadmap)
    names = overview.names_of(header.parties, header.broker)
    reference_names = citing.names_of(clauses)
    numbers = citing.numbers_of(clauses)
    shown = [clause_shown(clause, numbers[clause.pk], names, reference_names) for clause in clauses]
    terms = charter_terms.together(clause.terms for clause in shown)
    amended = amended_by(roadmap, clauses)
    is_followed = roadmap.state == Edition.SIGNED or amended is not None
    progress = overview.progress_of(header.partnership) if is_followed else {}
    amendment = _amendment(roadmap, amended, clauses, header, progress) if amended else None
    followed_terms, followed_clauses = terms, clauses
    if amended and roadmap.state != Edition.SIGNED:
        followed_clauses = list(amended.clauses)
        followed_terms = charter_terms.together(_terms_of(clause) for clause in followed_clauses)
    anchors = {clause.key: numbers[clause.pk] for clause in clauses}
    anchors_of_followed = {
        clause.pk: anchors[clause.key] for clause in followed_clauses if clause.key in anchors
    }
    parts = [(clause, _terms_of(clause)) for clause in followed_clauses]
    text = TextShown(
        name=editions.edition_name(roadmap.edition),
        state=editions.edition_status_text(roadmap, charter),
        clauses=tuple(shown),
        milestones=tuple(overview.milestones(followed_terms, names, progress, today)),
        picture=timeline.picture(overview.points(followed_terms, names, progress), today),
        trace=tuple(
            overview.trace(
                followed_terms,
                names,
                progress,
                today,
                gap_locations.gap_links(parts, gap_locations.AnchorLinks(anchors_of_followed)),
            )
        ),
        ratios=(),
        measures=tuple(overview.measures(terms, {party.code: party.side for party in header.parties})),
        red_lines=tuple((names[each.party_key], each.text) for each in terms.red_lines),
        facts=_facts(roadmap.edition, charter, terms),
        charter=charter,
        amendment=amendment,
    )
    return text, terms


def _terms_of(clause: Clause) -> Terms:
    return charter_terms.read(clause.current.terms) if clause.current else Terms()


def _amendment(
    roadmap: Roadmap,
    amended: Amended,
    clauses: Sequence[Clause],
    header: CaseHeader,
    progress: Mapping[str, MilestoneProgress],
) -> AmendmentShown:
    names = overview.names_of(header.parties, header.broker)
    is_open = roadmap.state in UNDER_WORK
    return AmendmentShown(
        amends=amended.edition.edition,
        kind=str(AmendmentKind(roadmap.amendment_kind).label),
        purpose=roadmap.purpose,
        effective_on=roadmap.effective_on,
        void_reason=roadmap.void_reason,
        changes=changes_of(header.partnership, amended, clauses, names, header.parties),
        milestone_notes=tuple(
            milestone_notes(
                charter_terms.together(_terms_of(clause) for clause in amended.clauses),
                charter_terms.together(_terms_of(clause) for clause in clauses),
                progress,
            )
        )
        if is_open
        else (),
        is_open=is_open,
    )


def milestone_notes(
    signed: Terms, amended: Terms, progress: Mapping[str, MilestoneProgress]
) -> Iterator[str]:
    """Yield what becomes of each milestone of the signed text that an amendment changes or drops.

    The rule is that of `following.actions.projection.project`: what is done stays done; the rest is due as
    signed until the amendment is signed.
    """
    after = {milestone.code: milestone for milestone in amended.milestones}
    for milestone in sorted(signed.milestones, key=lambda each: (each.due_date, each.code)):
        new = after.get(milestone.code)
        state = progress.get(milestone.code)
        values = {"code": milestone.code, "day": date_format(milestone.due_date, "j F Y")}
        if new == milestone:
            continue
        if state and state.is_done:
            yield _("%(code)s est fait\u00a0: il le reste, tel qu’il a été signé.") % values
        elif new is None:
            yield _("%(code)s est dû le %(day)s jusqu’à la signature de l’avenant, qui l’annule.") % values
        elif new.due_date != milestone.due_date:
            values["new_day"] = date_format(new.due_date, "j F Y")
            yield (
                _("%(code)s est dû le %(day)s jusqu’à la signature de l’avenant, puis le %(new_day)s.")
                % values
            )
        else:
            yield _("%(code)s reste tel qu’il a été signé jusqu’à la signature de l’avenant.") % values


def clause_shown(
    clause: Clause, number: str, names: Mapping[str, Named], reference_names: Mapping[str, str]
) -> ClauseShown:
    """Return a clause from `agreement.clauses_of` as displayed.

    `number`: from `references.numbers_of`; `names`: side and name by code; `reference_names`: from
    `references.names_of`.
    """
    revision = clause.current
    if revision is None:
        raise AssertionError(clause.pk)
    terms = charter_terms.read(revision.terms)
    return ClauseShown(
        number=number,
        position=clause.position or 0,
        heading=Heading(clause.heading),
        title=revision.title,
        kind=kind_of(Heading(clause.heading)),
        who=names[clause.responsible.code] if clause.responsible else Named("both", ""),
        body=resolved(revision.body, reference_names),
        gloss=resolved(revision.plain_words, reference_names),
        terms=terms,
        tables=tuple(_without_empty_columns(table) for table in tables_of(terms, names)),
        facts=facts_of(terms),
        risk_acceptances=acceptances_from_rows(clause.risk_acceptances),  # type: ignore[attr-defined]
        key=clause.key,
    )


def frozen_sections(charter: CharterSnapshot) -> list[SectionShown]:
    """Return the sections of a frozen text as displayed, each clause with its rows, from the snapshot alone.

    Only for a charter that is numbered by section: an earlier one does not say which rows a clause has.
    """
    names = {party.key: Named(party.side, party.name) for party in charter.parties}
    names |= {
        BROKER: Named("broker", charter.broker.firm),
        ALL_PARTIES: Named("both", _("toutes les parties")),
    }
    numbers = chapters.numbers_of(charter)
    return sections_of(
        [
            ClauseShown(
                number=numbers[clause.key],
                position=clause.number,
                heading=clause.heading,
                title=clause.title,
                kind=kind_of(clause.heading),
                who=names[clause.party_key] if clause.party_key else Named("both", ""),
                body=clause.body,
                gloss=clause.plain_words,
                terms=terms,
                tables=tuple(_without_empty_columns(table) for table in tables_of(terms, names)),
                facts=facts_of(terms),
            )
            for clause, terms in chapters.terms_by_clause(charter)
        ]
    )


def _without_empty_columns(table: TableShown) -> TableShown:
    """Return a table without its empty columns."""
    used_ranks = [
        rank for rank in range(len(table.columns)) if any(row[rank].value != NOTHING for row in table.rows)
    ]
    return replace(
        table,
        columns=tuple(table.columns[rank] for rank in used_ranks),
        rows=tuple(tuple(row[rank] for rank in used_ranks) for row in table.rows),
    )


def kind_of(heading: Heading) -> str:
    """Return the label of the type of a clause, "" for a standard one."""
    match heading:
        case Heading.PRECISE_ACTION | Heading.PATIENT_BENEFIT:
            return _("Objet")
        case Heading.EXPECTATIONS:
            return _("Attente")
        case Heading.LIMITS | Heading.INDEPENDENCE:
            return _("Limite")
        case _other:
            return _("Engagement") if heading in PROMISES else ""


PROMISES = (
    Heading.ASSOCIATION_COMMITMENTS,
    Heading.COMPANY_COMMITMENTS,
    Heading.BROKER_ROLE,
    Heading.MILESTONES,
    Heading.BUDGET,
)


def _facts(edition: int, charter: CharterShown | None, terms: Terms) -> tuple[Fact, ...]:
    cost = balance.full_cost_minor(terms)
    return _non_empty(
        Fact(_("Édition"), str(edition)),
        Fact(_("Signée le"), wording.day(charter.signed_at) if charter else ""),
        Fact(_("Début"), wording.day(terms.starts_on)),
        Fact(_("Fin"), wording.day(terms.ends_on)),
        Fact(_("Coût complet"), wording.euros(cost) if cost else ""),
    )


def _non_empty(*facts: Fact) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts if fact.value)
