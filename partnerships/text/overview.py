"""Summaries of a text: each expectation traced to its evidence, and the contributions of each side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Q
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags import wording
from partnerships.charter.terms import Terms
from partnerships.charter.texts import ALL_PARTIES, BROKER, MilestoneText
from partnerships.checks import balance, traceability
from partnerships.checks.balance import Weight
from partnerships.checks.traceability import ExpectationTrace
from partnerships.models import Partnership, Party
from partnerships.text.gap_locations import NO_GAP_LINKS, GapLinks
from partnerships.text.tables import Named
from partnerships.text.timeline import Point

type Names = Mapping[str, Named]


class TraceCell(NamedTuple):
    """One cell of a trace; with a `status` its text is a badge; `is_missing`: a gap, displayed in red.

    `url`: where the gap is filled, "" for none.
    """

    label: str
    text: str
    status: str = ""
    is_missing: bool = False
    url: str = ""


class TraceRow(NamedTuple):
    """An expectation, its side and what answers it; `filed`: the line of an envelope it comes from."""

    side: str
    expectation: str
    cells: tuple[TraceCell, TraceCell, TraceCell]
    filed: str = ""


class MilestoneProgress(NamedTuple):
    """The progress of a milestone of a signed text; `evidence`: number of pieces of evidence.

    `is_unsettled`: it is declared done, and the other parties or the broker have not accepted it yet.
    `postponed_to`: the due date that the parties agreed to after the signature.
    """

    is_done: bool
    is_unsettled: bool
    is_cancelled: bool
    evidence: int
    postponed_to: date | None = None


class Badge(NamedTuple):
    status: str
    label: str


@dataclass(frozen=True, kw_only=True)
class MilestoneShown:
    """One row of the `milestone` component."""

    day: date
    title: str
    side: str
    name: str
    detail: str
    status: str
    label: str


class Measure(NamedTuple):
    """One row of the `balance` component: words, then widths of bars from 0 to 50."""

    label: str
    association: str
    company: str
    left: float
    right: float
    start: float


def progress_of(partnership: Partnership) -> dict[str, MilestoneProgress]:
    """Return the progress of each milestone of the signed text, by its code. 1 query."""
    asked = Q(evidence__answer_until__isnull=False, evidence__settlement=None)
    counts = {"pieces": Count("evidence"), "unsettled": Count("evidence", filter=asked)}
    return {
        row.code: MilestoneProgress(
            row.completed_at is not None,
            row.unsettled > 0,  # type: ignore[attr-defined]
            row.cancelled_at is not None,
            row.pieces,  # type: ignore[attr-defined]
            row.due_date if row.signed_due_date else None,
        )
        for row in partnership.milestones.annotate(**counts).order_by("due_date", "pk")
    }


def badge_of(milestone: MilestoneText, progress: Mapping[str, MilestoneProgress], today: date) -> Badge:
    """Return the badge of a milestone."""
    milestone_progress = progress.get(milestone.code)
    postponed_to = milestone_progress.postponed_to if milestone_progress else None
    late = (today - (postponed_to or milestone.due_date)).days
    if milestone_progress and milestone_progress.is_done:
        return Badge("due", _("À confirmer")) if milestone_progress.is_unsettled else Badge("ok", _("Fait"))
    if milestone_progress and milestone_progress.is_cancelled:
        return Badge("none", _("Annulé"))
    if milestone_progress and late > 0:
        words = ngettext("En retard de %(days)s jour", "En retard de %(days)s jours", late)
        return Badge("late", words % {"days": late})
    postponed = (
        _("Reporté au %(day)s") % {"day": strip_tags(wording.day(postponed_to))} if postponed_to else ""
    )
    return Badge("none", postponed or _("À venir"))


def milestones(
    terms: Terms, names: Names, progress: Mapping[str, MilestoneProgress], today: date
) -> list[MilestoneShown]:
    """Return the milestones of a text by date, with their progress once it is signed."""
    return [
        MilestoneShown(
            day=milestone.due_date,
            title=f"{milestone.code}. {milestone.title}",
            side=names[milestone.owner].side,
            name=names[milestone.owner].name,
            detail=milestone.indicator,
            status=(badge := badge_of(milestone, progress, today)).status,
            label=badge.label,
        )
        for milestone in sorted(terms.milestones, key=lambda milestone: (milestone.due_date, milestone.code))
    ]


def points(terms: Terms, names: Names, progress: Mapping[str, MilestoneProgress]) -> list[Point]:
    """Return the milestones to draw, without those that were cancelled."""
    return [
        Point(
            code=milestone.code,
            side="both" if milestone.owner == ALL_PARTIES else names[milestone.owner].side,
            due_date=milestone.due_date,
            is_done=milestone.code in progress
            and progress[milestone.code].is_done
            and not progress[milestone.code].is_unsettled,
        )
        for milestone in terms.milestones
        if not (milestone.code in progress and progress[milestone.code].is_cancelled)
    ]


def names_of(parties: Iterable[Party], broker: str) -> dict[str, Named]:
    """Return the side and the name that each code of a text stands for."""
    named = {party.code: Named(party.side, party.organisation.name) for party in parties}
    return named | {BROKER: Named("broker", broker), ALL_PARTIES: Named("both", _("toutes les parties"))}


def trace(
    terms: Terms,
    names: Names,
    progress: Mapping[str, MilestoneProgress],
    today: date,
    filled_by: GapLinks = NO_GAP_LINKS,
) -> list[TraceRow]:
    """Return each expectation traced to its evidence, gaps included."""
    rows = []
    for thread in traceability.threads(terms):
        side = names[thread.expectation.party_key].side
        promises = _promises(thread, filled_by.promises.get(side, ""))
        milestone = _milestone(thread, filled_by.expectations.get(thread.expectation.code, ""))
        expectation = f"{thread.expectation.code} {thread.expectation.text}"
        rows.append(TraceRow(side, expectation, (promises, milestone, _evidence(thread, progress, today))))
    return rows


def _promises(thread: ExpectationTrace, url: str) -> TraceCell:
    if thread.commitments:
        return TraceCell(
            _("Engagement"), ", ".join(f"{each.code} {each.text}" for each in thread.commitments)
        )
    return TraceCell(_("Engagement"), _("Aucun engagement\u00a0: à relier"), is_missing=True, url=url)


def _milestone(thread: ExpectationTrace, url: str) -> TraceCell:
    if thread.milestone:
        return TraceCell(_("Jalon"), f"{thread.milestone.code} {thread.milestone.title}")
    if thread.can_be_shown:
        return TraceCell(_("Jalon"), _("Aucun, un indicateur\u00a0: %s") % thread.expectation.indicator)
    return TraceCell(_("Jalon"), _("Ni jalon ni indicateur\u00a0: à relier"), is_missing=True, url=url)


def _evidence(thread: ExpectationTrace, progress: Mapping[str, MilestoneProgress], today: date) -> TraceCell:
    if thread.milestone is None:
        words = _("À montrer par l’indicateur") if thread.can_be_shown else _("Sans preuve prévue")
        return TraceCell(_("Preuve"), words, status="none" if thread.can_be_shown else "doubt")
    badge = badge_of(thread.milestone, progress, today)
    milestone_progress = progress.get(thread.milestone.code)
    if milestone_progress is None or not milestone_progress.evidence:
        return TraceCell(_("Preuve"), badge.label, status=badge.status)
    pieces = ngettext("%(n)s preuve", "%(n)s preuves", milestone_progress.evidence) % {
        "n": milestone_progress.evidence
    }
    return TraceCell(_("Preuve"), pieces, status=badge.status)


def measures(terms: Terms, sides: Mapping[str, str]) -> list[Measure]:
    """Return the contributions of each side; `sides`: side by code of a party."""
    weights = balance.weights(terms, sides)
    nothing = Weight(commitments=0, cash_minor=0, in_kind_minor=0, hours=0)
    left, right = weights.get("association", nothing), weights.get("company", nothing)
    rows = (
        (_("engagements"), left.commitments, right.commitments, str),
        (_("argent"), left.cash_minor, right.cash_minor, wording.euros),
        (_("en nature"), left.in_kind_minor, right.in_kind_minor, wording.euros),
        (_("temps"), left.hours, right.hours, hours_text),
    )
    return [_measure(label, a, c, (write(a), write(c))) for label, a, c, write in rows if a or c]


def hours_text(hours: int) -> str:
    """Return a number of hours as text."""
    return ngettext("%(hours)s heure", "%(hours)s heures", hours) % {"hours": hours}


def _measure(label: str, association: int, company: int, words: Sequence[str]) -> Measure:
    most = max(association, company)
    left, right = (round(each / most * 50, 1) for each in (association, company))
    return Measure(label, words[0], words[1], left, right, round(50 - left, 1))
