"""The clauses of the library that a heading may begin from, with the names of the case in their blanks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from partnerships.charter.texts import HEADING_TITLES, Heading
from partnerships.checks import risk
from partnerships.drafting import library_file
from partnerships.models import LibraryVersion, Partnership


class Offered(NamedTuple):
    """A standing version, its blanks filled with the names of the case; `risk` is the one it shows.

    A charter is written in French; the English helps who reads it.
    """

    pk: int
    heading: Heading
    number: int
    title: str
    body: str
    plain_words: str
    title_en: str
    body_en: str
    plain_words_en: str
    source: str
    rule: str
    risk: str


class Shelf(NamedTuple):
    heading: Heading
    title: str
    offered: Sequence[Offered]


def shelf_of(partnership: Partnership, heading: int) -> Shelf:
    """Return what the library offers under a heading, examples at risk last. Raises Http404. 2 queries."""
    if heading not in list(Heading):
        raise Http404
    names = _names(partnership)
    standing = LibraryVersion.objects.filter(current_of__heading=heading, is_retired=False)
    return Shelf(
        heading=Heading(heading),
        title=_(HEADING_TITLES[Heading(heading)]),
        offered=[_offered(each, Heading(heading), names) for each in standing.order_by("rule", "clause_id")],
    )


def offered(partnership: Partnership, version_id: int) -> Offered:
    """Return one standing version, to begin a clause with. Raises Http404. 2 queries."""
    found = LibraryVersion.objects.filter(current_of__isnull=False, is_retired=False, rule="")
    version = found.select_related("clause").filter(pk=version_id).first()
    if version is None:
        raise Http404
    return _offered(version, Heading(version.clause.heading), _names(partnership))


def _offered(version: LibraryVersion, heading: Heading, names: dict[str, str]) -> Offered:
    language = get_language() or "fr"
    return Offered(
        pk=version.pk,
        heading=heading,
        number=version.number,
        title=version.title,
        body=library_file.filled(version.body, names),
        plain_words=library_file.filled(version.plain_words, names),
        title_en=version.title_en,
        body_en=library_file.filled(version.body_en, names),
        plain_words_en=library_file.filled(version.plain_words_en, names),
        source=version.source,
        rule=version.rule,
        risk=risk.RULES[version.rule].say("title", language) if version.rule else "",
    )


def _names(partnership: Partnership) -> dict[str, str]:
    parties = partnership.parties.order_by("rank").values_list("side", "organisation__name")
    named: dict[str, list[str]] = {"association": [], "company": []}
    for side, name in parties:
        named[side].append(name)
    return {
        "association": ", ".join(named["association"]),
        "entreprise": ", ".join(named["company"]),
        "passeur": partnership.broker.full_name,
    }
