"""The page of the roadmap: the text as printed, its picture, and what it holds together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.templatetags import wording
from partnerships.charter import terms as charter_terms
from partnerships.charter.terms import Terms
from partnerships.charter.texts import Heading
from partnerships.checks import balance
from partnerships.lifecycle import Case, Edition
from partnerships.models import Clause, Roadmap
from partnerships.queries import agreement, editions, overview, timeline
from partnerships.queries.case import CaseHeader
from partnerships.queries.editions import CharterShown, EditionLink
from partnerships.queries.overview import Measure, MilestoneShown, Names, TraceRow
from partnerships.queries.risks import Kept, kept_on
from partnerships.queries.tables import Named, TableShown, tables_of
from partnerships.queries.timeline import Picture

UNFROZEN: Final = (Edition.DRAFTING, Edition.NEGOTIATION, Edition.AGREED)
NOTHING: Final = "—"  # how `tables_of` writes an empty cell


class Empty(NamedTuple):
    """What stands where the text will be."""

    title: str
    text: str
    url: str = ""
    action: str = ""


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
    kept: tuple[Kept, ...]


@dataclass(frozen=True, kw_only=True)
class TextShown:
    """One edition of the text, and what it holds together."""

    name: str
    state: str
    clauses: Sequence[ClauseShown]
    milestones: Sequence[MilestoneShown]
    picture: Picture | None
    trace: Sequence[TraceRow]
    measures: Sequence[Measure]
    red_lines: Sequence[tuple[Named, str]]
    facts: Sequence[Fact]
    charter: CharterShown | None


@dataclass(frozen=True, kw_only=True)
class RoadmapPage:
    """`text` is None as long as the reader has no text to read; `empty` then says why."""

    plain_words: str
    evidence_of_need: str
    editions: Sequence[EditionLink]
    text: TextShown | None
    empty: Empty | None
    lane_names: tuple[str, str]


def roadmap_page(header: CaseHeader, at: datetime, *, edition: int | None = None) -> RoadmapPage:
    """Return the text of an edition as its reader may see it. At most 3 queries, whatever its length.

    `edition`: its number; the latest that may be read when None. Raises Http404.
    """
    partnership = header.partnership
    found = editions.readable(header.case, is_broker=header.reader.is_broker)
    shown = _chosen(found, edition)
    is_frozen = any(each.state not in UNFROZEN for each in found)
    charters = editions.charters_of(partnership) if is_frozen else {}
    return RoadmapPage(
        plain_words=partnership.plain_words,
        evidence_of_need=partnership.evidence_of_need,
        editions=editions.links(found, shown, charters, partnership.reference) if shown else [],
        text=_text(shown, charters.get(shown.pk), header, at) if shown else None,
        empty=None if shown else _empty(header),
        lane_names=(", ".join(header.associations), ", ".join(header.companies)),
    )


def _chosen(found: Sequence[Roadmap], edition: int | None) -> Roadmap | None:
    if edition is None:
        # An amendment being written must not hide, to the broker, the text that binds.
        begun = [each for each in found if each.state != Edition.VOID]
        return next(iter(begun or found), None)
    for each in found:
        if each.edition == edition:
            return each
    raise Http404


def _text(roadmap: Roadmap, charter: CharterShown | None, header: CaseHeader, at: datetime) -> TextShown:
    names = overview.names_of(header.parties, header.broker)
    shown = [clause_shown(clause, names) for clause in agreement.clauses_of(roadmap)]
    terms = charter_terms.together(clause.terms for clause in shown)
    is_signed = roadmap.state == Edition.SIGNED
    progress = overview.progress_of(header.partnership) if is_signed else {}
    today = timezone.localdate(at)
    return TextShown(
        name=editions.edition_name(roadmap.edition),
        state=editions.state_words(roadmap, charter),
        clauses=shown,
        milestones=overview.milestones(terms, names, progress, today),
        picture=timeline.picture(overview.points(terms, names, progress), today),
        trace=overview.trace(terms, names, progress, today),
        measures=overview.measures(terms, {party.code: party.side for party in header.parties}),
        red_lines=[(names[each.party_key], each.text) for each in terms.red_lines],
        facts=_facts(roadmap, charter, terms),
        charter=charter,
    )


def clause_shown(clause: Clause, names: Names) -> ClauseShown:
    """Return a clause, with its current revision loaded, as it is printed."""
    revision = clause.current
    if revision is None:
        raise AssertionError(clause.pk)
    responsible, terms = clause.responsible, charter_terms.read(revision.terms)
    return ClauseShown(
        number=clause.position or 0,
        title=revision.title,
        kind=kind_of(Heading(clause.heading)),
        who=names[responsible.code] if responsible else Named("both", ""),
        body=revision.body,
        gloss=revision.plain_words,
        terms=terms,
        tables=tuple(_filled(table) for table in tables_of(terms, names)),
        facts=_written(
            Fact(_("Début"), wording.day(terms.starts_on)),
            Fact(_("Fin"), wording.day(terms.ends_on)),
            Fact(_("Objet à déclarer"), terms.transparency_object),
        ),
        kept=kept_on(clause),
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


def _facts(roadmap: Roadmap, charter: CharterShown | None, terms: Terms) -> tuple[Fact, ...]:
    cost = balance.full_cost_minor(terms)
    return _written(
        Fact(_("Édition"), str(roadmap.edition)),
        Fact(_("Signée le"), wording.day(charter.signed_at) if charter else ""),
        Fact(_("Début"), wording.day(terms.starts_on)),
        Fact(_("Fin"), wording.day(terms.ends_on)),
        Fact(_("Coût complet"), wording.euros(cost) if cost else ""),
    )


def _written(*facts: Fact) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts if fact.value)


def _empty(header: CaseHeader) -> Empty:
    is_broker = header.reader.is_broker
    match header.partnership.state:
        case Case.SCOPING if is_broker:
            page = reverse("partnerships:scoping", args=[header.partnership.reference])
            return Empty(
                _("Le texte n’est pas commencé"),
                _("Il s’ouvre quand l’action est décrite et que la preuve du besoin est là."),
                page,
                _("Cadrer le dossier"),
            )
        case Case.SCOPING:
            return Empty(
                _("Le texte n’est pas commencé"),
                _("Le passeur précise d’abord l’action avec vous et réunit la preuve du besoin."),
            )
        case Case.ABANDONED:
            return Empty(
                _("Ce dossier n’a pas de texte"),
                _("Il s’est arrêté avant que les parties en reçoivent un."),
            )
        case _other:
            return Empty(
                _("Le passeur écrit le texte"),
                _("Toutes les parties le recevront en même temps, et chacune pourra le critiquer."),
            )
