"""The text of an edition as a page prints it, put together once for all its readers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.compiled import Asked, compiled
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
from partnerships.models import Clause, ClauseRevision, Partnership, Roadmap
from partnerships.text import agreement, money, overview, timeline
from partnerships.text import gap_locations as places
from partnerships.text import references as citing
from partnerships.text.agreement import Place
from partnerships.text.facts import Fact, facts_of
from partnerships.text.money import Ratio
from partnerships.text.overview import Measure, MilestoneShown, Progress, TraceRow
from partnerships.text.risks import Kept, kept_in
from partnerships.text.tables import Named, TableShown, tables_of
from partnerships.text.timeline import Picture

NOTHING: Final = "—"  # how `tables_of` writes an empty cell

type Pairs[Value] = tuple[tuple[str, Value], ...]


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
    """One edition of the text, and what it holds together."""

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


@dataclass(frozen=True, kw_only=True)
class Source:
    """All that a printed text follows from, so that it is put together once; nothing of its reader.

    The incomes of the associations and the risks that are kept are not in it: they are added each time.
    """

    edition: int
    state: str
    places: tuple[Place, ...]
    names: Pairs[Named]
    sides: Pairs[str]
    progress: Pairs[Progress]
    charter: CharterShown | None
    today: date
    language: str | None


def questions(partnership: Partnership) -> tuple[Asked[Any], ...]:
    """Return what `text_of` needs to be asked along with the head of the page."""
    return _places.asked(partnership.pk), money.latest_incomes.asked(partnership.pk)


@compiled
def _places(case_id: UUID) -> QuerySet[Clause, tuple[Any, ...]]:
    """Return the edition of each standing clause of a case, then `PLACE`. 1 query."""
    return agreement.standing_places(case_id).values_list("roadmap__edition", *agreement.PLACE)


def text_of(roadmap: Roadmap, charter: CharterShown | None, header: CaseHeader, at: datetime) -> TextShown:
    """Return an edition as it is printed. At most 1 query for a text read before, 2 else.

    `header`: asked along with `questions`.
    """
    progress = overview.progress_of(header.partnership) if roadmap.state == Edition.SIGNED else {}
    places, incomes = header.along
    rows = [row for edition, *row in places if edition == roadmap.edition]
    source = Source(
        edition=roadmap.edition,
        state=editions.state_words(roadmap, charter),
        places=tuple(Place(*place) for *place, _kept in rows),
        names=tuple(overview.names_of(header.parties, header.broker).items()),
        sides=tuple((party.code, party.side) for party in header.parties),
        progress=tuple(progress.items()),
        charter=charter,
        today=timezone.localdate(at),
        language=get_language(),
    )
    text, terms = _put_together(source)
    clauses = [
        replace(clause, kept=kept_in(row[-1])) if row[-1] else clause
        for clause, row in zip(text.clauses, rows, strict=True)
    ]
    return replace(text, clauses=tuple(clauses), ratios=tuple(money.ratios(header.parties, terms, incomes)))


@lru_cache(maxsize=256)
def _put_together(source: Source) -> tuple[TextShown, Terms]:
    # A revision never changes once written, so its key stands for its words.
    revisions = ClauseRevision.objects.in_bulk([place.revision_id for place in source.places])
    names, progress, today = dict(source.names), dict(source.progress), source.today
    called = citing.names_of(source.places)
    shown = [
        clause_shown(place, revisions[place.revision_id], source.names, called, source.language)
        for place in source.places
    ]
    terms = charter_terms.together(clause.terms for clause in shown)
    parts = [(place, clause.terms) for place, clause in zip(source.places, shown, strict=True)]
    filled_by = places.places_of(parts, places.Anchors())
    text = TextShown(
        name=editions.edition_name(source.edition),
        state=source.state,
        clauses=tuple(shown),
        milestones=tuple(overview.milestones(terms, names, progress, today)),
        picture=timeline.picture(overview.points(terms, names, progress), today),
        trace=tuple(overview.trace(terms, names, progress, today, filled_by)),
        ratios=(),
        measures=tuple(overview.measures(terms, dict(source.sides))),
        red_lines=tuple((names[each.party_key], each.text) for each in terms.red_lines),
        facts=_facts(source.edition, source.charter, terms),
        charter=source.charter,
    )
    return text, terms


def clause_shown(
    place: Place,
    revision: ClauseRevision,
    named: Pairs[Named],
    called: Mapping[str, str],
    language: str | None,
) -> ClauseShown:
    """Return a clause as it is printed, but for the risks kept on it.

    `named`: who each code stands for; `called`: what `citing.names_of` says of the clauses of the text.
    """
    cited = tuple((key, called[key]) for key in sorted(citing.keys_cited_by(revision)) if key in called)
    return _shown(place, revision, named, cited, language)


# Two revisions are equal when their keys are, and what a revision says never changes.
@lru_cache(maxsize=1024)
def _shown(
    place: Place, revision: ClauseRevision, named: Pairs[Named], cited: Pairs[str], language: str | None
) -> ClauseShown:
    terms, names, called = charter_terms.read(revision.terms), dict(named), dict(cited)
    with override(language):
        return ClauseShown(
            number=place.position,
            title=revision.title,
            kind=kind_of(Heading(place.heading)),
            who=names[place.code] if place.code else Named("both", ""),
            body=resolved(revision.body, called),
            gloss=resolved(revision.plain_words, called),
            terms=terms,
            tables=tuple(_filled(table) for table in tables_of(terms, names)),
            facts=facts_of(terms),
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
