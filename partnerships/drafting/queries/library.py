"""The library clauses offered under a heading, their placeholders filled with the names of the case."""

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


class OfferedClause(NamedTuple):
    """A current version with its placeholders filled; `risk`: title of the risk it is an example of, or "".

    A charter is written in French; the English version is a reading aid.
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


class LibraryOffer(NamedTuple):
    heading: Heading
    title: str
    clauses: Sequence[OfferedClause]


def library_offer(partnership: Partnership, heading: int) -> LibraryOffer:
    """Return the clauses offered under a heading, examples of risks last. Raises Http404. 2 queries."""
    if heading not in list(Heading):
        raise Http404
    names = _names(partnership)
    versions = LibraryVersion.objects.filter(current_of__heading=heading, is_retired=False)
    return LibraryOffer(
        heading=Heading(heading),
        title=_(HEADING_TITLES[Heading(heading)]),
        clauses=[
            _offered_clause(version, Heading(heading), names)
            for version in versions.order_by("rule", "clause_id")
        ],
    )


def offered_clause(partnership: Partnership, version_id: int) -> OfferedClause:
    """Return one current version to start a clause from. Raises Http404. 2 queries."""
    current = LibraryVersion.objects.filter(current_of__isnull=False, is_retired=False, rule="")
    version = current.select_related("clause").filter(pk=version_id).first()
    if version is None:
        raise Http404
    return _offered_clause(version, Heading(version.clause.heading), _names(partnership))


def _offered_clause(version: LibraryVersion, heading: Heading, names: dict[str, str]) -> OfferedClause:
    language = get_language() or "fr"
    return OfferedClause(
        pk=version.pk,
        heading=heading,
        number=version.number,
        title=version.title,
        body=library_file.fill_blanks(version.body, names),
        plain_words=library_file.fill_blanks(version.plain_words, names),
        title_en=version.title_en,
        body_en=library_file.fill_blanks(version.body_en, names),
        plain_words_en=library_file.fill_blanks(version.plain_words_en, names),
        source=version.source,
        rule=version.rule,
        risk=risk.RULES[version.rule].say("title", language) if version.rule else "",
    )


def _names(partnership: Partnership) -> dict[str, str]:
    parties = partnership.parties.order_by("rank").values_list("side", "organisation__name")
    names_by_side: dict[str, list[str]] = {"association": [], "company": []}
    for side, name in parties:
        names_by_side[side].append(name)
    return {
        "association": ", ".join(names_by_side["association"]),
        "entreprise": ", ".join(names_by_side["company"]),
        "passeur": partnership.broker.full_name,
    }
