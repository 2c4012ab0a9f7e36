"""The text of an edition as a page prints it, put together once for all its readers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.templatetags import wording
from partnerships.charter import terms as charter_terms
from partnerships.charter.terms import Terms
from partnerships.charter.texts import Heading
from partnerships.checks import balance
from partnerships.lifecycle import Edition
from partnerships.models import Clause, ClauseRevision, Roadmap
from partnerships.queries import agreement, editions, overview, timeline
from partnerships.queries.agreement import Place
from partnerships.queries.case import CaseHeader
from partnerships.queries.editions import CharterShown
from partnerships.queries.overview import Measure, MilestoneShown, Names, Progress, TraceRow
from partnerships.queries.tables import Named, TableShown, tables_of
from partnerships.queries.timeline import Picture

NOTHING: Final = "—"  # how `tables_of` writes an empty cell


class Fact(NamedTuple):
    label: str
    value: str


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


@dataclass(frozen=True, kw_only=True)
class TextShown:
    """One edition of the text, and what it holds together."""

    name: str
    state: str
    clauses: tuple[ClauseShown, ...]
    milestones: tuple[MilestoneShown, ...]
    picture: Picture | None
    trace: tuple[TraceRow, ...]
    measures: tuple[Measure, ...]
    red_lines: tuple[tuple[Named, str], ...]
    facts: tuple[Fact, ...]
    charter: CharterShown | None


@dataclass(frozen=True, kw_only=True)
class Source:
    """All that a printed text follows from, so that it is put together once; nothing of its reader."""

    edition: int
    state: str
    places: tuple[Place, ...]
    names: tuple[tuple[str, Named], ...]
    sides: tuple[tuple[str, str], ...]
    progress: tuple[tuple[str, Progress], ...]
    charter: CharterShown | None
    today: date
    language: str | None


def text_of(roadmap: Roadmap, charter: CharterShown | None, header: CaseHeader, at: datetime) -> TextShown:
    """Return an edition as it is printed. 1 query for a text read before, 3 at most."""
    progress = overview.progress_of(header.partnership) if roadmap.state == Edition.SIGNED else {}
    source = Source(
        edition=roadmap.edition,
        state=editions.state_words(roadmap, charter),
        places=tuple(Place(*each) for each in agreement.places_of(roadmap.pk)),
        names=tuple(overview.names_of(header.parties, header.broker).items()),
        sides=tuple((party.code, party.side) for party in header.parties),
        progress=tuple(progress.items()),
        charter=charter,
        today=timezone.localdate(at),
        language=get_language(),
    )
    return _put_together(source)


@lru_cache(maxsize=256)
def _put_together(source: Source) -> TextShown:
    # A revision never changes once written, so its key stands for its words.
    revisions = ClauseRevision.objects.in_bulk([place.revision_id for place in source.places])
    names, progress, today = dict(source.names), dict(source.progress), source.today
    shown = [
        _shown(place, revisions[place.revision_id], source.names, source.language) for place in source.places
    ]
    terms = charter_terms.together(clause.terms for clause in shown)
    return TextShown(
        name=editions.edition_name(source.edition),
        state=source.state,
        clauses=tuple(shown),
        milestones=tuple(overview.milestones(terms, names, progress, today)),
        picture=timeline.picture(overview.points(terms, names, progress), today),
        trace=tuple(overview.trace(terms, names, progress, today)),
        measures=tuple(overview.measures(terms, dict(source.sides))),
        red_lines=tuple((names[each.party_key], each.text) for each in terms.red_lines),
        facts=_facts(source.edition, source.charter, terms),
        charter=source.charter,
    )


def clause_shown(clause: Clause, names: Names) -> ClauseShown:
    """Return a clause, with its current revision loaded, as it is printed."""
    revision, responsible = clause.current, clause.responsible
    if revision is None:
        raise AssertionError(clause.pk)
    code = responsible.code if responsible else None
    place = Place(clause.position or 0, clause.heading, code, revision.pk)
    return _shown(place, revision, tuple(names.items()), get_language())


# Two revisions are equal when their keys are, and what a revision says never changes.
@lru_cache(maxsize=1024)
def _shown(
    place: Place, revision: ClauseRevision, named: tuple[tuple[str, Named], ...], language: str | None
) -> ClauseShown:
    terms, names = charter_terms.read(revision.terms), dict(named)
    with override(language):
        return ClauseShown(
            number=place.position,
            title=revision.title,
            kind=kind_of(Heading(place.heading)),
            who=names[place.code] if place.code else Named("both", ""),
            body=revision.body,
            gloss=revision.plain_words,
            terms=terms,
            tables=tuple(_filled(table) for table in tables_of(terms, names)),
            facts=_written(
                Fact(_("Début"), wording.day(terms.starts_on)),
                Fact(_("Fin"), wording.day(terms.ends_on)),
                Fact(_("Objet à déclarer"), terms.transparency_object),
            ),
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
