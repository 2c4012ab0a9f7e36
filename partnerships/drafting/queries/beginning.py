"""How a text begins: the offered model charters and earlier texts, and the clauses that each begins with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.charter import terms as charter_terms
from partnerships.charter.references import MARKER as REFERENCE
from partnerships.charter.terms import Terms
from partnerships.charter.texts import (
    ALL_PARTIES,
    HEADING_TITLES,
    CommitmentText,
    Heading,
    LimitText,
    MilestoneText,
    RedLineText,
)
from partnerships.checks.blanks import DUE_DATE, marked, marker
from partnerships.drafting import library_file
from partnerships.drafting.queries import particulars, sources
from partnerships.drafting.queries.headings import MANDATORY_HEADINGS
from partnerships.drafting.queries.prefill import MAX_GLOSS_LENGTH, red_line_body, red_line_title
from partnerships.drafting.queries.sources import COMMITMENT_HEADINGS, CaseSources
from partnerships.lifecycle import Edition
from partnerships.models import (
    ClosingPart,
    LibraryClause,
    LibraryVersion,
    LineKind,
    ModelCharterVersion,
    Partnership,
    Roadmap,
)
from partnerships.rounds.queries import expectations_settled
from partnerships.text import agreement

BLANK_TEXT: Final = "blank"
MODEL, EARLIER = "model", "case"
WHOLE_CLAUSE: Final = "texte de la clause"
MAX_EARLIER_CASES: Final = 20
READ_BY_PARTIES: Final = (Edition.NEGOTIATION, Edition.AGREED, Edition.SIGNING, Edition.SIGNED)
ROW_HEADINGS: Final = (Heading.EXPECTATIONS, Heading.LIMITS, *COMMITMENT_HEADINGS, Heading.BUDGET)


@dataclass(frozen=True, kw_only=True)
class BegunClause:
    """A clause of a text that begins. `key`: of the clause it copies, or None."""

    heading: Heading
    title: str
    body: str
    plain_words: str = ""
    terms: Terms = field(default_factory=Terms)
    responsible: str = ""
    library_version_id: int | None = None
    key: str | None = None
    line_ids: tuple[int, ...] = ()


class Beginning(NamedTuple):
    """One way to begin a text; `code`: the value of its radio button."""

    code: str
    title: str
    description: str
    is_best: bool = False


@dataclass(frozen=True, kw_only=True)
class BeginningPage:
    """The ways to begin; `line_count`: opened lines that will be rows.

    `is_sealed`: a round of expectations is open; `needs_reason`: the parties were not asked what they expect;
    `lessons`: of the case that this one renews, as (who, words).
    """

    models: Sequence[Beginning]
    earlier: Sequence[Beginning]
    line_count: int
    is_sealed: bool
    needs_reason: bool
    lessons: Sequence[tuple[str, str]] = ()

    @property
    def codes(self) -> list[str]:
        return [beginning.code for beginning in (*self.models, *self.earlier)]


def beginning_page(partnership: Partnership, user: User) -> BeginningPage:
    """Return the models, the best for the action first, a blank text and earlier texts. 9 queries."""
    case = sources.sources_of(partnership)
    wanted = [kind for _party, brief in case.briefs for kind in brief.actions]
    is_english = (get_language() or "fr").startswith("en")
    versions = list(
        ModelCharterVersion.objects.filter(current_of__isnull=False, is_retired=False).order_by(
            "model_charter_id"
        )
    )
    matched = sorted(versions, key=lambda version: _rank(version, wanted))
    models = [
        Beginning(
            f"{MODEL}-{version.pk}",
            version.title_en if is_english else version.title,
            version.description_en if is_english else version.description,
            bool(wanted) and _rank(version, wanted) < len(wanted),
        )
        for version in matched
    ]
    models.append(
        Beginning(
            BLANK_TEXT,
            _("Texte à écrire"),
            _(
                "Une clause à écrire sous chaque rubrique obligatoire, avec les attentes, les limites et "
                "les moyens."
            ),
        )
    )
    return BeginningPage(
        models=models,
        earlier=[
            Beginning(
                f"{EARLIER}-{roadmap.pk}",
                roadmap.partnership.title,
                (
                    _("Texte du dossier reconduit, %(reference)s, dont seules les dates sont à écrire.")
                    if roadmap.partnership_id == partnership.predecessor_id
                    else _("Texte du dossier %(reference)s, sans ses noms, ses montants ni ses dates.")
                )
                % {"reference": roadmap.partnership.reference},
                roadmap.partnership_id == partnership.predecessor_id,
            )
            for roadmap in earlier_texts(partnership, user)
        ],
        line_count=len(case.lines),
        is_sealed=partnership.rounds.filter(opened_at=None, cancelled_at=None).exists(),
        needs_reason=not expectations_settled(partnership),
        lessons=_lessons_before(partnership),
    )


def _lessons_before(partnership: Partnership) -> list[tuple[str, str]]:
    """Return what the parties, then each of them, learned in the case that this one renews. 2 queries."""
    before = partnership.predecessor
    if before is None:
        return []
    parts = ClosingPart.objects.filter(party__partnership=before).order_by("party__rank", "number")
    latest = dict(parts.values_list("party__organisation__name", "lesson"))
    together = [(_("Ensemble"), before.closing_reason)] if before.closing_reason else []
    return [*together, *latest.items()]


def may_begin(partnership: Partnership) -> bool:
    """Return whether edition 1 is in drafting and has no clause. 1 query."""
    empty = partnership.roadmaps.filter(edition=1, state=Edition.DRAFTING)
    return empty.exclude(clauses__position__isnull=False).exists()


def _rank(version: ModelCharterVersion, wanted: Sequence[str]) -> int:
    return min((wanted.index(kind) for kind in version.kinds if kind in wanted), default=len(wanted))


def earlier_texts(partnership: Partnership, user: User) -> list[Roadmap]:
    """Return the last text read by parties of each other case of a broker, latest first. 1 query.

    That of the case that this one renews comes first, whoever was its broker.
    """
    own = Q(partnership__broker=user) | Q(partnership=partnership.predecessor_id)
    texts = Roadmap.objects.filter(own, state__in=READ_BY_PARTIES)
    texts = texts.exclude(partnership=partnership).select_related("partnership__broker")
    latest: dict[UUID, Roadmap] = {}
    for text in texts.order_by("-partnership__opened_at", "-edition"):
        latest.setdefault(text.partnership_id, text)
    rows = sorted(latest.values(), key=lambda text: text.partnership_id != partnership.predecessor_id)
    return rows[:MAX_EARLIER_CASES]


def clauses_from_model(
    partnership: Partnership, version: ModelCharterVersion | None, at: datetime
) -> list[BegunClause]:
    """Return the clauses of a text begun with a model, or of a blank text, with their rows. 7 queries."""
    case = sources.sources_of(partnership)
    chosen = _library_versions(version) if version else {}
    clauses: list[BegunClause] = []
    for heading in Heading:
        heading_clauses = [_from_library(heading, row, case) for row in chosen.get(heading, ())]
        if not heading_clauses and heading in MANDATORY_HEADINGS:
            heading_clauses = [_to_write(heading)]
        if heading_clauses:
            first = _with_rows(heading_clauses[0], case, version, at)
            clauses += [first, *heading_clauses[1:]]
        if heading == Heading.LIMITS:
            clauses += _red_line_clauses(case)
    return clauses


def _library_versions(version: ModelCharterVersion) -> dict[Heading, list[LibraryVersion]]:
    """Return the current versions of the clauses of a model; a mandatory heading has at least one."""
    in_use = LibraryClause.objects.filter(current__is_retired=False, current__rule="").select_related(
        "current"
    )
    by_id = {clause.pk: clause for clause in in_use.order_by("heading", "pk")}
    versions: dict[Heading, list[LibraryVersion]] = {}
    for clause in [by_id[pk] for pk in version.clause_ids if pk in by_id]:
        if clause.current:
            versions.setdefault(Heading(clause.heading), []).append(clause.current)
    for clause in by_id.values():
        if clause.current and clause.heading in MANDATORY_HEADINGS:
            versions.setdefault(Heading(clause.heading), [clause.current])
    return versions


def _from_library(heading: Heading, version: LibraryVersion, case: CaseSources) -> BegunClause:
    answers = case.placeholders
    return BegunClause(
        heading=heading,
        title=version.title,
        body=marked(library_file.fill_blanks(version.body, answers)),
        plain_words=marked(library_file.fill_blanks(version.plain_words, answers)),
        library_version_id=version.pk,
    )


def _to_write(heading: Heading) -> BegunClause:
    return BegunClause(heading=heading, title=HEADING_TITLES[heading], body=marker(WHOLE_CLAUSE))


def _with_rows(  # noqa: PLR0911 - one for each heading with rows
    clause: BegunClause, case: CaseSources, version: ModelCharterVersion | None, at: datetime
) -> BegunClause:
    """Return the first clause of a heading with the rows that the sources have for it, and their lines."""
    heading = clause.heading
    if heading == Heading.EXPECTATIONS:
        return _linked(clause, case, LineKind.EXPECTATION, Terms(expectations=sources.expectation_rows(case)))
    if heading == Heading.LIMITS:
        return _linked(clause, case, LineKind.LIMIT, Terms(limits=sources.limit_rows(case)))
    if heading in COMMITMENT_HEADINGS:
        rows = sources.commitment_rows(case, heading)
        owners = {row.party_key for row in rows}
        owned = replace(clause, responsible=owners.pop() if len(owners) == 1 else "")
        return _linked(
            owned, case, LineKind.MEANS, Terms(commitments=rows), side=COMMITMENT_HEADINGS[heading]
        )
    if heading == Heading.BUDGET:
        budget = sources.budget_rows(case)
        if budget:
            return replace(clause, terms=Terms(budget=budget))
        total = f"Montant du financement : {marker('montant, ou « sans financement »')}."
        return replace(clause, body=f"{clause.body}\n\n{total}")
    if heading == Heading.MILESTONES:
        return replace(clause, terms=Terms(milestones=_milestones(case, version, at)))
    if heading == Heading.TERM and version is None:
        return replace(clause, body=f"La charte prend fin le {marker('date de fin')}.")
    return clause


def _linked(
    clause: BegunClause, case: CaseSources, kind: LineKind, terms: Terms, *, side: str = ""
) -> BegunClause:
    lines = [line.pk for line in case.lines if line.kind == kind and (not side or line.party.side == side)]
    return replace(clause, terms=terms, line_ids=tuple(lines))


def _milestones(
    case: CaseSources, version: ModelCharterVersion | None, at: datetime
) -> tuple[MilestoneText, ...]:
    """Return the first step of the canvas, then the milestones of the model; each date is a blank."""
    today = timezone.localdate(at)
    codes = {party.side: party.code for party in reversed(case.parties)} | {"both": ALL_PARTIES}
    proposed: list[dict[str, Any]] = []
    if case.canvas.first_step and case.canvas.first_step_days:
        proposed.append(
            {
                "title": case.canvas.first_step.replace("\n", " ").strip().rstrip("."),
                "indicator": "",
                "owner": "both",
                "after_days": case.canvas.first_step_days,
            }
        )
    proposed += version.milestones if version else []
    if not proposed:
        title = marker("jalon")
        proposed = [{"title": title, "indicator": marker("preuve"), "owner": "both", "after_days": 90}]
    return tuple(
        MilestoneText(
            code=f"J{number}",
            title=f"{row['title'][:160]} {marker(DUE_DATE)}",
            owner=codes[row["owner"]],
            due_date=today + timedelta(days=row["after_days"]),
            indicator=row["indicator"],
        )
        for number, row in enumerate(proposed, 1)
    )


def _red_line_clauses(case: CaseSources) -> list[BegunClause]:
    """Return one clause for each red line, whose title and text are the words of its party."""
    return [
        BegunClause(
            heading=Heading.LIMITS,
            title=red_line_title(line.text),
            body=red_line_body(line.text, line.party.organisation.name),
            plain_words=line.text if len(line.text) <= MAX_GLOSS_LENGTH else "",
            terms=Terms(red_lines=(RedLineText(party_key=line.party.code, text=line.text),)),
            responsible=line.party.code,
            line_ids=(line.pk,),
        )
        for line in case.of_kind(LineKind.RED_LINE)
    ]


def clauses_from_text(partnership: Partnership, roadmap: Roadmap, at: datetime) -> list[BegunClause]:
    """Return the clauses of an earlier text without its names, amounts and dates, with the rows of the case.

    Red lines, expectations, money and fees of the earlier parties are left out. A renewal keeps names and
    money: only dates are blanks, and expectations and red lines are those that the parties wrote anew.
    12 queries.
    """
    case = sources.sources_of(partnership)
    is_renewal = roadmap.partnership_id == partnership.predecessor_id
    hide = particulars.date_hider() if is_renewal else particulars.hider_of(roadmap.partnership)
    earlier_sides = dict(roadmap.partnership.parties.order_by("rank").values_list("code", "side"))
    codes = {party.side: party.code for party in reversed(case.parties)}
    clauses: list[BegunClause] = []
    headings: set[Heading] = set()
    for source in agreement.clauses_of(roadmap):
        revision, heading = source.current, Heading(source.heading)
        if revision is None:
            continue
        earlier = charter_terms.read(revision.terms)
        if earlier.red_lines and not earlier.limits and heading == Heading.LIMITS:
            continue
        owner = codes[earlier_sides[source.responsible.code]] if source.responsible else ""
        begun = BegunClause(
            heading=heading,
            title=hide(revision.title)[:160],
            body=hide(revision.body),
            plain_words=hide(revision.plain_words),
            responsible=owner,
            key=source.key,
        )
        if heading not in headings and not (is_renewal and heading == Heading.BUDGET):
            begun = _with_rows(begun, case, None, at) if heading in ROW_HEADINGS else begun
        headings.add(heading)
        terms = _merged(begun.terms, earlier, hide, earlier_sides, codes, at)
        clauses.append(replace(begun, terms=_with_money(terms, earlier) if is_renewal else terms))
    missing = [heading for heading in MANDATORY_HEADINGS if heading not in headings]
    clauses += [_with_rows(_to_write(heading), case, None, at) for heading in missing]
    clauses += _red_line_clauses(case)
    keys = {clause.key for clause in clauses}
    return [
        replace(
            clause,
            body=_known_references(clause.body, keys),
            plain_words=_known_references(clause.plain_words, keys),
        )
        for clause in sorted(clauses, key=lambda clause: clause.heading)
    ]


def _with_money(terms: Terms, earlier: Terms) -> Terms:
    """Return the rows with the budget and the payments of the text that is renewed, by the same parties."""
    return replace(
        terms,
        budget=earlier.budget or terms.budget,
        payments=earlier.payments,
        counterparts=earlier.counterparts,
        fees=earlier.fees,
    )


def _known_references(text: str, keys: set[str | None]) -> str:
    """Return a text in which a reference to a clause that was left out is a blank."""
    return REFERENCE.sub(lambda match: match[0] if match[1] in keys else marker("renvoi"), text)


def _merged(
    terms: Terms,
    earlier: Terms,
    hide: particulars.Hider,
    earlier_sides: dict[str, str],
    codes: dict[str, str],
    at: datetime,
) -> Terms:
    """Return the rows of this case, then those of the earlier text that belong to no party in particular."""
    used = {row.code for row in terms.limits} | {row.code for row in terms.commitments}
    limits = [LimitText(code=row.code, text=hide(row.text)) for row in earlier.limits]
    # Blank rows of this case give way to those of the earlier text.
    own_limits = [row for row in terms.limits if (limits and "[" not in row.text) or not limits]
    commitments = [
        CommitmentText(
            code=row.code,
            party_key=codes.get(earlier_sides.get(row.party_key, ""), row.party_key),
            text=hide(row.text),
        )
        for row in earlier.commitments
    ]
    own_commitments = [row for row in terms.commitments if "[" not in row.text or not commitments]
    start = min((row.due_date for row in earlier.milestones), default=None)
    milestones = [
        MilestoneText(
            code=row.code,
            title=f"{hide(row.title)[:180]} {marker(DUE_DATE)}",
            owner=codes.get(earlier_sides.get(row.owner, ""), row.owner),
            due_date=timezone.localdate(at) + (row.due_date - start) + timedelta(days=30),
            indicator=hide(row.indicator)[:300],
        )
        for row in earlier.milestones
        if start
    ]
    return replace(
        terms,
        limits=(*own_limits, *_renumbered(limits, used)),
        commitments=(*own_commitments, *_renumbered(commitments, used)),
        milestones=tuple(milestones) or terms.milestones,
    )


def _renumbered[Row: LimitText | CommitmentText](rows: Sequence[Row], used: set[str]) -> list[Row]:
    """Return rows with codes that are not used yet."""
    renumbered = []
    for row in rows:
        stem, number = row.code.rstrip("0123456789"), 1
        code = row.code
        while code in used:
            code, number = f"{stem}{number}", number + 1
        used.add(code)
        renumbered.append(replace(row, code=code))
    return renumbered
