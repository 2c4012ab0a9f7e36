"""The text of an edition as a page prints it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.templatetags import wording
from partnerships.case import editions
from partnerships.case.editions import CharterShown
from partnerships.case.header import CaseHeader
from partnerships.charter import terms as charter_terms
from partnerships.charter.references import resolved
from partnerships.charter.terms import Terms
from partnerships.charter.texts import Heading
from partnerships.checks import balance
from partnerships.lifecycle import Edition
from partnerships.models import Clause, Roadmap
from partnerships.text import agreement, gap_locations, money, overview, timeline
from partnerships.text import references as citing
from partnerships.text.cache import SECONDS, text_key
from partnerships.text.facts import Fact, facts_of
from partnerships.text.money import Ratio
from partnerships.text.overview import Measure, MilestoneShown, TraceRow
from partnerships.text.risks import Kept, kept_in
from partnerships.text.tables import Named, TableShown, tables_of
from partnerships.text.timeline import Picture

NOTHING: Final = "—"  # how `tables_of` writes an empty cell


@dataclass(frozen=True, kw_only=True)
class ClauseShown:
    """A clause as printed, its tables below it; `kind` is the word for what it is."""

    number: int
    title: str
    kind: str
    who: Named
    body: str
    gloss: str
    terms: Terms
    tables: tuple[TableShown, ...]
    facts: tuple[Fact, ...]
    kept: tuple[Kept, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TextShown:
    """One edition of the text, and what it holds together; `cache_key`: of all but its ratios."""

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
    cache_key: str = ""


def text_of(roadmap: Roadmap, charter: CharterShown | None, header: CaseHeader, at: datetime) -> TextShown:
    """Return an edition as it is printed. 2 queries for a text in the cache, at most 4 else."""
    today = timezone.localdate(at)
    key = text_key("roadmap-text", roadmap, header, today, charter)
    cached: tuple[TextShown, Terms] | None = cache.get(key)
    if cached is None:
        cached = _text(roadmap, charter, header, today)
        cache.set(key, cached, SECONDS)
    text, terms = cached
    # What an association declares of its income is no act on the case.
    incomes = money.latest_incomes(header.partnership.pk)
    return replace(text, ratios=tuple(money.ratios(header.parties, terms, incomes)), cache_key=key)


def _text(
    roadmap: Roadmap, charter: CharterShown | None, header: CaseHeader, today: date
) -> tuple[TextShown, Terms]:
    """Return an edition as it is printed, but for what it weighs in incomes, and its tables."""
    clauses = agreement.clauses_of(roadmap)
    names = overview.names_of(header.parties, header.broker)
    called = citing.names_of(clauses)
    shown = [clause_shown(clause, names, called) for clause in clauses]
    terms = charter_terms.together(clause.terms for clause in shown)
    parts = [(clause, row.terms) for clause, row in zip(clauses, shown, strict=True)]
    progress = overview.progress_of(header.partnership) if roadmap.state == Edition.SIGNED else {}
    text = TextShown(
        name=editions.edition_name(roadmap.edition),
        state=editions.state_words(roadmap, charter),
        clauses=tuple(shown),
        milestones=tuple(overview.milestones(terms, names, progress, today)),
        picture=timeline.picture(overview.points(terms, names, progress), today),
        trace=tuple(
            overview.trace(
                terms, names, progress, today, gap_locations.places_of(parts, gap_locations.Anchors())
            )
        ),
        ratios=(),
        measures=tuple(overview.measures(terms, {party.code: party.side for party in header.parties})),
        red_lines=tuple((names[each.party_key], each.text) for each in terms.red_lines),
        facts=_facts(roadmap.edition, charter, terms),
        charter=charter,
    )
    return text, terms


def clause_shown(clause: Clause, names: Mapping[str, Named], called: Mapping[str, str]) -> ClauseShown:
    """Return a clause, read by `agreement.clauses_of`, as it is printed.

    `names`: who each code stands for; `called`: what `citing.names_of` says of the clauses of the text.
    """
    revision = clause.current
    if revision is None:
        raise AssertionError(clause.pk)
    terms = charter_terms.read(revision.terms)
    return ClauseShown(
        number=clause.position or 0,
        title=revision.title,
        kind=kind_of(Heading(clause.heading)),
        who=names[clause.responsible.code] if clause.responsible else Named("both", ""),
        body=resolved(revision.body, called),
        gloss=resolved(revision.plain_words, called),
        terms=terms,
        tables=tuple(_filled(table) for table in tables_of(terms, names)),
        facts=facts_of(terms),
        kept=kept_in(clause.kept),  # type: ignore[attr-defined]
    )


def _filled(table: TableShown) -> TableShown:
    """Return a table without the columns that hold nothing at all."""
    kept = [
        rank for rank in range(len(table.columns)) if any(row[rank].value != NOTHING for row in table.rows)
    ]
    return replace(
        table,
        columns=tuple(table.columns[rank] for rank in kept),
        rows=tuple(tuple(row[rank] for rank in kept) for row in table.rows),
    )


def kind_of(heading: Heading) -> str:
    """Return the word for what a clause is, nothing for a standard one."""
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
    return _written(
        Fact(_("Édition"), str(edition)),
        Fact(_("Signée le"), wording.day(charter.signed_at) if charter else ""),
        Fact(_("Début"), wording.day(terms.starts_on)),
        Fact(_("Fin"), wording.day(terms.ends_on)),
        Fact(_("Coût complet"), wording.euros(cost) if cost else ""),
    )


def _written(*facts: Fact) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts if fact.value)
