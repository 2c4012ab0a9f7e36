"""The clause library as the console shows it: by heading, filtered, and one clause with its past."""

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


class Row(NamedTuple):
    """A clause in the list; `status` and `word` tell whether it is sound, an example at risk, or retired."""

    pk: int
    title: str
    source: str
    number: int
    used: int
    status: str
    word: str


class Section(NamedTuple):
    """A heading with the clauses that match."""

    heading: int
    title: str
    rows: Sequence[Row]


class ClausePage(NamedTuple):
    """A clause of the library, what it says now and each version before, latest first."""

    clause: LibraryClause
    current: LibraryVersion
    heading: str
    status: str
    word: str
    versions: Sequence[LibraryVersion]


def sections(*, words: str, heading: str, state: str) -> list[Section]:
    """Return the clauses that match under their headings, empty headings left out. 1 query.

    `state`: "sound", "risk", "retired", or empty for all that are in service.
    """
    found = LibraryClause.objects.select_related("current").annotate(used=Count("versions__clauses"))
    found = found.filter(current__is_retired=state == "retired")
    if state in ("sound", "risk"):
        found = found.filter(current__rule="") if state == "sound" else found.exclude(current__rule="")
    if heading:
        found = found.filter(heading=heading)
    for word in words.split():
        found = found.filter(
            Q(current__title__icontains=word)
            | Q(current__body__icontains=word)
            | Q(current__title_en__icontains=word)
            | Q(current__source__icontains=word)
        )
    by_heading: dict[int, list[Row]] = {}
    for clause in found.order_by("heading", "current__rule", "pk"):
        if clause.current:
            by_heading.setdefault(clause.heading, []).append(_row(clause, clause.current, clause.used))
    return [Section(each, _(HEADING_TITLES[Heading(each)]), rows) for each, rows in by_heading.items()]


def _row(clause: LibraryClause, current: LibraryVersion, used: int) -> Row:
    status, word = _state(current)
    return Row(clause.pk, current.title, current.source, current.number, used, status, word)


def _state(current: LibraryVersion) -> tuple[str, str]:
    if current.is_retired:
        return "none", _("Retirée")
    if current.rule:
        title = risk.RULES[current.rule].say("title", get_language() or "fr")
        return "late", _("À risque : %(title)s") % {"title": title}
    return "ok", _("Saine")


def clause_page(clause_id: int) -> ClausePage:
    """Return one clause with its versions. Raises Http404. 2 queries."""
    clause = LibraryClause.objects.select_related("current").filter(pk=clause_id).first()
    if clause is None or clause.current is None:
        raise Http404
    status, word = _state(clause.current)
    return ClausePage(
        clause=clause,
        current=clause.current,
        heading=_(HEADING_TITLES[Heading(clause.heading)]),
        status=status,
        word=word,
        versions=list(clause.versions.select_related("written_by").order_by("-number")),
    )
