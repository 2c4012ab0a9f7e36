"""Opened expectations side by side: limits and red lines first, then what agrees, completes or collides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

from accounts.models import Side
from partnerships.models import Comparison, Line, LineGroup, LineKind, Party, Round, Verdict
from partnerships.queries.case import CaseHeader

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


class PartyLines(NamedTuple):
    party: Party
    lines: Sequence[Line]


@dataclass(frozen=True, kw_only=True)
class GroupShown:
    """`why` is the rule in words for a group that nobody touched; left: associations, right: companies."""

    rank: int
    name: str
    verdict: str
    status: str
    label: str
    why: str
    left: Sequence[PartyLines]
    right: Sequence[PartyLines]


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
    """`number`: how often a broker regrouped; 0 means that the groups are those of the rules."""

    number: int
    grouped_by: str
    grouped_at: datetime | None
    bounds: Columns
    groups: Sequence[GroupShown]
    counts: Sequence[tuple[str, str, int]]
    apart: Columns
    lines: Sequence[Line]


def compared(header: CaseHeader, asked: Round) -> Compared:
    """Return the lines of an opened round as they stand together. 3 queries."""
    found = Comparison.objects.select_related("grouped_by").get(round=asked)
    groups = list(LineGroup.objects.filter(round=asked).order_by("rank"))
    written = Line.objects.filter(round=asked).select_related("party__organisation")
    lines = list(written.order_by("party__rank", "pk"))
    shown = [_group(group, [each for each in lines if each.group_id == group.pk], header) for group in groups]
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
    )


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
    )


def name_of(group: LineGroup) -> str:
    """Return what a group is about: the words of the broker, or the theme that the rules found."""
    return group.name or str(THEMES[group.theme])


def _columns(header: CaseHeader, lines: Sequence[Line], *, is_whole: bool = False) -> Columns:
    told = [
        PartyLines(party, [each for each in lines if each.party_id == party.pk]) for party in header.parties
    ]
    kept = [each for each in told if is_whole or each.lines]
    return Columns(
        left=[each for each in kept if each.party.side == Side.ASSOCIATION],
        right=[each for each in kept if each.party.side == Side.COMPANY],
    )
