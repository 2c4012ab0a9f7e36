"""Opened expectations side by side: limits and red lines first, then what agrees, completes or collides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Side
from partnerships.case.header import CaseHeader
from partnerships.drafting.queries import prefill
from partnerships.drafting.queries.prefill import Way
from partnerships.lifecycle import Edition
from partnerships.models import Clause, Comparison, Line, LineGroup, LineKind, Party, Round, Verdict

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

STATUSES = {Verdict.CONVERGENT: "ok", Verdict.COMPLEMENTARY: "none", Verdict.TENSION: "doubt"}
BOUNDS = (LineKind.LIMIT, LineKind.RED_LINE)
ORDER = (Verdict.TENSION, Verdict.CONVERGENT, Verdict.COMPLEMENTARY)
THEMES: dict[str, _StrPromise] = {
    "exclusivity": _("Exclusivité"),
    "data": _("Données et partage"),
    "ownership": _("Propriété et réemploi"),
    "tests": _("Essais et mesures"),
    "clarity": _("Clarté"),
    "voice": _("Publication et parole"),
    "people": _("Personnes associées"),
    "learning": _("Apprendre"),
    "time": _("Délais"),
    "money": _("Argent"),
    "advice": _("Conseil et audit"),
}
RULES: dict[str, _StrPromise] = {
    "all_bound": _("Chacune pose ici une limite ou une ligne rouge, sur le même sujet."),
    "one_bounds": _("Ce que l’une limite ou refuse touche ce que l’autre attend ou apporte."),
    "all_expect": _("Chacune attend quelque chose du même sujet."),
    "one_brings": _("Ce que l’une attend, l’autre peut l’apporter."),
    "all_bring": _("Chacune apporte ici des moyens."),
}


# The first edition is the one that puts expectations into words; an amendment begins with its clauses.
PLACES = (
    Clause.objects.filter(written_from=OuterRef("pk"), roadmap__edition=1, position__isnull=False)
    .order_by("position")
    .values("position")
)


class LineShown(NamedTuple):
    """A line with the clauses that put it into words, as links, and where the broker writes one from it."""

    line: Line
    written: Sequence[tuple[str, int]]
    way: Way


class PartyLines(NamedTuple):
    party: Party
    lines: Sequence[LineShown]


@dataclass(frozen=True, kw_only=True)
class GroupShown:
    """`why` is the rule in words for a group that nobody touched; left: associations, right: companies.

    `ways`: how the broker writes a clause from the whole group, none when a line's own way says it all.
    """

    rank: int
    name: str
    verdict: str
    status: str
    label: str
    why: str
    left: Sequence[PartyLines]
    right: Sequence[PartyLines]
    ways: Sequence[Way]


@dataclass(frozen=True, kw_only=True)
class Columns:
    """What the associations filed, left, and the companies, right; a party that filed nothing stays in."""

    left: Sequence[PartyLines]
    right: Sequence[PartyLines]

    @property
    def has_lines(self) -> bool:
        return any(each.lines for each in (*self.left, *self.right))


@dataclass(frozen=True, kw_only=True)
class Compared:
    """`number`: how often a broker regrouped; 0 means that the groups are those of the rules.

    `tells_written`: whether the reader may know which lines stand in a clause, and `written` of how many.
    """

    number: int
    grouped_by: str
    grouped_at: datetime | None
    bounds: Columns
    groups: Sequence[GroupShown]
    counts: Sequence[tuple[str, str, int]]
    apart: Columns
    lines: Sequence[Line]
    tells_written: bool
    written: int


def compared(header: CaseHeader, asked: Round) -> Compared:
    """Return the lines of an opened round as they stand together. 3 queries."""
    found = Comparison.objects.select_related("grouped_by").get(round=asked)
    groups = list(LineGroup.objects.filter(round=asked).order_by("rank"))
    told = Line.objects.filter(round=asked).select_related("party__organisation")
    lines = list(told.annotate(places=ArraySubquery(PLACES)).order_by("party__rank", "pk"))
    shown = [_group(group, [each for each in lines if each.group_id == group.pk], header) for group in groups]
    tells = header.reader.is_broker or (
        header.edition is not None
        and (header.edition.edition > 1 or header.edition.state != Edition.DRAFTING)
    )
    counted = Counter(group.verdict for group in groups)
    return Compared(
        number=found.number,
        grouped_by=str(found.grouped_by) if found.grouped_by else "",
        grouped_at=found.grouped_at,
        bounds=_columns(
            header,
            [each for each in lines if each.kind in BOUNDS],
            is_whole=True,
        ),
        groups=sorted(shown, key=lambda each: (ORDER.index(Verdict(each.verdict)), each.rank)),
        counts=[(STATUSES[each], str(each.label), counted[each]) for each in ORDER],
        apart=_columns(header, [each for each in lines if each.group_id is None and each.kind not in BOUNDS]),
        lines=lines,
        tells_written=tells,
        written=sum(bool(_places(each)) for each in lines),
    )


def _places(line: Line) -> list[int]:
    """Return the numbers of the clauses that put a line into words, as `compared` found them."""
    found: list[int] = line.places  # type: ignore[attr-defined]
    return found


def _group(group: LineGroup, lines: Sequence[Line], header: CaseHeader) -> GroupShown:
    verdict, sides = Verdict(group.verdict), _columns(header, lines)
    return GroupShown(
        rank=group.rank,
        name=name_of(group),
        verdict=group.verdict,
        status=STATUSES[verdict],
        label=str(verdict.label),
        why=group.why or (str(RULES[group.rule]) if group.rule else ""),
        left=sides.left,
        right=sides.right,
        ways=prefill.ways(header, lines, group.theme) if len(lines) > 1 else (),
    )


def name_of(group: LineGroup) -> str:
    """Return what a group is about: the words of the broker, or the theme that the rules found."""
    return group.name or str(THEMES[group.theme])


def _line(line: Line, header: CaseHeader) -> LineShown:
    page = "drafting" if header.reader.is_broker else "roadmap"
    text = reverse(f"partnerships:{page}", args=[header.partnership.reference])
    (way,) = prefill.ways(header, [line])
    return LineShown(line, [(f"{text}#clause-{number}", number) for number in _places(line)], way)


def _columns(header: CaseHeader, lines: Sequence[Line], *, is_whole: bool = False) -> Columns:
    told = [
        PartyLines(party, [_line(each, header) for each in lines if each.party_id == party.pk])
        for party in header.parties
    ]
    kept = [each for each in told if is_whole or each.lines]
    return Columns(
        left=[each for each in kept if each.party.side == Side.ASSOCIATION],
        right=[each for each in kept if each.party.side == Side.COMPANY],
    )
