"""From the opened expectations to a clause: which headings they lead to, and what its form begins with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from partnerships.case.header import CaseHeader
from partnerships.charter.texts import HEADING_TITLES, Heading
from partnerships.drafting import prefill
from partnerships.drafting.prefill import Told
from partnerships.drafting.queries.clause_form import ClausePage
from partnerships.models import Line, Partnership

TAKEN = "ligne"  # the lines taken, as a page and its form name them
# Under which other heading what the rules tied together belongs, all of it.
OF_THEME = {
    "exclusivity": Heading.INDEPENDENCE,
    "data": Heading.PERSONAL_DATA,
    "ownership": Heading.RESULTS,
    "voice": Heading.TRANSPARENCY,
}


class Way(NamedTuple):
    """A form that begins with lines: the heading it writes under, and how many lines it takes."""

    url: str
    title: str
    many: int


class InPlace(NamedTuple):
    """A clause that stands under the same heading, to which the lines may be added instead.

    `tie_url`: where they are tied to it when it says them already.
    """

    url: str
    title: str
    tie_url: str


@dataclass(frozen=True, kw_only=True)
class Begun:
    """Lines on their way into a clause; `given` is what the form begins with beside what stands."""

    lines: Sequence[Line] = ()
    given: prefill.Beginning | None = None
    library_url: str = ""
    in_place: Sequence[InPlace] = ()

    @property
    def line_ids(self) -> tuple[int, ...]:
        return tuple(line.pk for line in self.lines)


def ways(header: CaseHeader, lines: Sequence[Line], theme: str = "") -> list[Way]:
    """Return how the broker may write these lines: each under its own heading, or all under one theme's."""
    homes: dict[Heading, list[Line]] = {}
    for line in lines:
        homes.setdefault(prefill.home_of(line.kind, line.party.side), []).append(line)
    if theme in OF_THEME:
        homes[OF_THEME[theme]] = list(lines)
    reference = header.partnership.reference
    return [
        Way(
            _asking(reverse("partnerships:new_clause", args=[reference, heading]), taken),
            _(HEADING_TITLES[heading]),
            len(taken),
        )
        for heading, taken in sorted(homes.items())
    ]


def begun(partnership: Partnership, page: ClausePage, line_ids: Sequence[int]) -> Begun:
    """Return the lines taken among those opened in the case, with what a clause of the page says of them.

    1 query, none without lines.
    """
    if not line_ids:
        return Begun()
    found = Line.objects.filter(round__partnership=partnership, pk__in=line_ids)
    lines = list(found.select_related("party__organisation").order_by("party__rank", "pk"))
    if not lines:
        return Begun()
    reference = partnership.reference
    return Begun(
        lines=lines,
        given=_given(page.heading, lines),
        library_url=_asking(reverse("partnerships:shelf", args=[reference, page.heading]), lines),
        in_place=[
            InPlace(
                _asking(reverse("partnerships:clause", args=[reference, pk]), lines),
                title,
                _asking(reverse("partnerships:tie_lines", args=[reference, pk]), lines),
            )
            for pk, title in page.beside
        ],
    )


def added(given: dict[str, Any], begun: Begun, *, is_begun: bool) -> dict[str, Any]:
    """Return what stands with the words of the lines after it; a clause already begun keeps its title."""
    told = begun.given
    if told is None:
        return given
    terms = {each.name: getattr(told.terms, each.name) for each in fields(told.terms)}
    rows = {
        name: (*given.get(name, ()), *held)
        for name, held in terms.items()
        if isinstance(held, tuple) and held
    }
    if not is_begun:
        words = {"title": told.title, "body": told.body, "plain_words": told.plain_words}
        return {**words, "responsible": told.responsible, **given, **rows}
    body = given.get("body", "")
    return {**given, "body": f"{body}\n\n{told.said}".strip(), **rows}


def _given(heading: Heading, lines: Sequence[Line]) -> prefill.Beginning:
    return prefill.begin(
        heading,
        [
            Told(
                party_key=line.party.code,
                party_name=line.party.organisation.name,
                side=line.party.side,
                kind=line.kind,
                text=line.text,
                indicator=line.indicator,
                by_date=line.by_date,
                hours=line.hours,
                amount_minor=line.amount_minor,
            )
            for line in lines
        ],
    )


def _asking(url: str, lines: Sequence[Line]) -> str:
    return url + query_of([line.pk for line in lines])


def query_of(line_ids: Sequence[int]) -> str:
    """Return the end of an address that takes lines along, empty without any."""
    return "?" + urlencode([(TAKEN, pk) for pk in line_ids]) if line_ids else ""
