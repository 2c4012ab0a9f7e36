"""Opened expectations side by side: groups by theme, tensions first, then limits, then ungrouped lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.urls import reverse
from django.utils.translation import get_language

from accounts.models import Side
from partnerships.case.header import CaseHeader
from partnerships.charter.numbering import clause_numbers
from partnerships.checks import comparison as line_comparison
from partnerships.drafting.queries import prefill
from partnerships.drafting.queries.prefill import PrefillLink
from partnerships.lifecycle import Edition
from partnerships.models import Clause, Comparison, Line, LineGroup, LineKind, Party, Round, Verdict

STATUSES = {
    Verdict.CONVERGENT: "ok",
    Verdict.COMPLEMENTARY: "none",
    Verdict.TENSION: "doubt",
    Verdict.TO_READ: "due",
}
LIMIT_KINDS = (LineKind.LIMIT, LineKind.RED_LINE)
VERDICT_ORDER = (Verdict.TENSION, Verdict.CONVERGENT, Verdict.COMPLEMENTARY, Verdict.TO_READ)
# Only clauses of edition 1: an amendment copies the clauses of the signed edition.
CLAUSES = (
    Clause.objects.filter(written_from=OuterRef("pk"), roadmap__edition=1, position__isnull=False)
    .order_by("position")
    .values("pk")
)


class ComparedLine(NamedTuple):
    """A line with the URLs and numbers of the clauses linked to it, and the link to a clause form from it."""

    line: Line
    clauses: Sequence[tuple[str, str]]
    prefill_link: PrefillLink


class PartyLines(NamedTuple):
    party: Party
    lines: Sequence[ComparedLine]


@dataclass(frozen=True, kw_only=True)
class ComparedGroup:
    """`why`: the reason of the broker, or the text of the rule; left: associations, right: companies.

    `prefill_links`: to clause forms with the whole group, none for a group of one line.
    """

    rank: int
    name: str
    verdict: str
    status: str
    label: str
    why: str
    left: Sequence[PartyLines]
    right: Sequence[PartyLines]
    prefill_links: Sequence[PrefillLink]


@dataclass(frozen=True, kw_only=True)
class LineColumns:
    """The lines of the associations, left, and of the companies, right."""

    left: Sequence[PartyLines]
    right: Sequence[PartyLines]

    @property
    def has_lines(self) -> bool:
        return any(party.lines for party in (*self.left, *self.right))


@dataclass(frozen=True, kw_only=True)
class ComparisonView:
    """`number`: how often a broker regrouped; 0 means that the groups are those of the rules.

    `counts`: status, label and number of groups of each verdict that has any.
    `shows_clauses`: whether the reader may see the linked clauses; `linked_count`: lines that have one.
    """

    number: int
    grouped_by: str
    grouped_at: datetime | None
    limits: LineColumns
    groups: Sequence[ComparedGroup]
    counts: Sequence[tuple[str, str, int]]
    has_tension: bool
    ungrouped: LineColumns
    lines: Sequence[Line]
    shows_clauses: bool
    linked_count: int


def comparison_view(header: CaseHeader, round_: Round) -> ComparisonView:
    """Return the comparison of an opened round. 4 queries."""
    comparison = Comparison.objects.select_related("grouped_by").get(round=round_)
    groups = list(LineGroup.objects.filter(round=round_).order_by("rank"))
    queryset = Line.objects.filter(round=round_).select_related("party__organisation")
    lines = list(queryset.annotate(clause_ids=ArraySubquery(CLAUSES)).order_by("party__rank", "pk"))
    first = Clause.objects.filter(
        roadmap__partnership=header.partnership, roadmap__edition=1, position__isnull=False
    )
    numbers = clause_numbers(first.order_by("position").values_list("pk", "heading"))
    for line in lines:
        line.clause_numbers = [numbers[pk] for pk in line.clause_ids]  # type: ignore[attr-defined]
    compared_groups = [
        _compared_group(group, [line for line in lines if line.group_id == group.pk], header)
        for group in groups
    ]
    shows_clauses = header.reader.is_broker or (
        header.edition is not None
        and (header.edition.edition > 1 or header.edition.state != Edition.DRAFTING)
    )
    counts = Counter(group.verdict for group in groups)
    return ComparisonView(
        number=comparison.number,
        grouped_by=str(comparison.grouped_by) if comparison.grouped_by else "",
        grouped_at=comparison.grouped_at,
        limits=_columns(
            header,
            [line for line in lines if line.kind in LIMIT_KINDS],
            is_whole=True,
        ),
        groups=sorted(
            compared_groups, key=lambda group: (VERDICT_ORDER.index(Verdict(group.verdict)), group.rank)
        ),
        counts=[
            (STATUSES[verdict], str(verdict.label), counts[verdict])
            for verdict in VERDICT_ORDER
            if counts[verdict]
        ],
        has_tension=bool(counts[Verdict.TENSION]),
        ungrouped=_columns(
            header, [line for line in lines if line.group_id is None and line.kind not in LIMIT_KINDS]
        ),
        lines=lines,
        shows_clauses=shows_clauses,
        linked_count=sum(bool(_clause_numbers(line)) for line in lines),
    )


def _clause_numbers(line: Line) -> list[str]:
    """Return the numbers of the clauses linked to a line, as set by `comparison_view`."""
    numbers: list[str] = line.clause_numbers  # type: ignore[attr-defined]
    return numbers


def _compared_group(group: LineGroup, lines: Sequence[Line], header: CaseHeader) -> ComparedGroup:
    verdict, sides = Verdict(group.verdict), _columns(header, lines)
    return ComparedGroup(
        rank=group.rank,
        name=group_name(group),
        verdict=group.verdict,
        status=STATUSES[verdict],
        label=str(verdict.label),
        why=group.why or group_reason(group),
        left=sides.left,
        right=sides.right,
        prefill_links=prefill.prefill_links(header, lines, group.theme) if len(lines) > 1 else (),
    )


def group_name(group: LineGroup) -> str:
    """Return the name of a group, or the label of its theme."""
    return group.name or line_comparison.THEMES[group.theme].label(get_language() or "fr")


def group_reason(group: LineGroup) -> str:
    """Return why the rules grouped the lines, one sentence for each claim; "" for a group of a broker."""
    return " ".join(line_comparison.reason(key, get_language() or "fr") for key in group.rule.split())


def _compared_line(line: Line, header: CaseHeader) -> ComparedLine:
    url_name = "drafting" if header.reader.is_broker else "roadmap"
    text_url = reverse(f"partnerships:{url_name}", args=[header.partnership.reference])
    (prefill_link,) = prefill.prefill_links(header, [line])
    clauses = [(f"{text_url}#clause-{number}", number) for number in _clause_numbers(line)]
    return ComparedLine(line, clauses, prefill_link)


def _columns(header: CaseHeader, lines: Sequence[Line], *, is_whole: bool = False) -> LineColumns:
    """Return the lines by party; `is_whole`: include parties without lines."""
    party_lines = [
        PartyLines(party, [_compared_line(line, header) for line in lines if line.party_id == party.pk])
        for party in header.parties
    ]
    included = [row for row in party_lines if is_whole or row.lines]
    return LineColumns(
        left=[row for row in included if row.party.side == Side.ASSOCIATION],
        right=[row for row in included if row.party.side == Side.COMPANY],
    )
