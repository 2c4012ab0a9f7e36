"""The clause library: clauses by heading, filtered, and one clause with its versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Count, Q
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from partnerships.charter.texts import HEADING_TITLES, Heading
from partnerships.checks import risk
from partnerships.models import LibraryClause, LibraryVersion


class LibraryRow(NamedTuple):
    """A clause in the list. `status`, `label`: its badge (sound, example of a risk, retired).

    `used`: number of clauses of roadmaps written from it.
    """

    pk: int
    title: str
    source: str
    number: int
    used: int
    status: str
    label: str


class LibrarySection(NamedTuple):
    """A heading with the clauses that match."""

    heading: int
    title: str
    rows: Sequence[LibraryRow]


class LibraryClausePage(NamedTuple):
    """A clause of the library with its current version and all its versions, latest first."""

    clause: LibraryClause
    current: LibraryVersion
    heading: str
    status: str
    label: str
    versions: Sequence[LibraryVersion]


def sections(*, words: str, heading: str, state: str) -> list[LibrarySection]:
    """Return the clauses that match by heading, without empty headings. 1 query.

    `state`: "sound", "risk", "retired", or "" for all that are not retired.
    """
    clauses = LibraryClause.objects.select_related("current").annotate(used=Count("versions__clauses"))
    clauses = clauses.filter(current__is_retired=state == "retired")
    if state in ("sound", "risk"):
        clauses = clauses.filter(current__rule="") if state == "sound" else clauses.exclude(current__rule="")
    if heading:
        clauses = clauses.filter(heading=heading)
    for word in words.split():
        clauses = clauses.filter(
            Q(current__title__folded__contains=word)
            | Q(current__body__folded__contains=word)
            | Q(current__title_en__folded__contains=word)
            | Q(current__source__folded__contains=word)
        )
    by_heading: dict[int, list[LibraryRow]] = {}
    for clause in clauses.order_by("heading", "current__rule", "pk"):
        if clause.current:
            by_heading.setdefault(clause.heading, []).append(_row(clause, clause.current, clause.used))
    return [
        LibrarySection(number, _(HEADING_TITLES[Heading(number)]), rows)
        for number, rows in by_heading.items()
    ]


def _row(clause: LibraryClause, current: LibraryVersion, used: int) -> LibraryRow:
    status, label = _badge(current)
    return LibraryRow(clause.pk, current.title, current.source, current.number, used, status, label)


def _badge(current: LibraryVersion) -> tuple[str, str]:
    if current.is_retired:
        return "none", _("Retirée")
    if current.rule:
        title = risk.RULES[current.rule].say("title", get_language() or "fr")
        return "late", _("À risque : %(title)s") % {"title": title}
    return "ok", _("Sans risque connu")


def clause_page(clause_id: int) -> LibraryClausePage:
    """Return one clause with its versions. Raises Http404. 2 queries."""
    clause = LibraryClause.objects.select_related("current").filter(pk=clause_id).first()
    if clause is None or clause.current is None:
        raise Http404
    status, label = _badge(clause.current)
    return LibraryClausePage(
        clause=clause,
        current=clause.current,
        heading=_(HEADING_TITLES[Heading(clause.heading)]),
        status=status,
        label=label,
        versions=list(clause.versions.select_related("written_by").order_by("-number")),
    )
