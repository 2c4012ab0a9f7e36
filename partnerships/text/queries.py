"""The page of the roadmap: its text, its timeline and its summaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from partnerships.case import editions
from partnerships.case.editions import EditionLink
from partnerships.case.header import CaseHeader
from partnerships.lifecycle import UNFROZEN, Case, Edition
from partnerships.models import Roadmap
from partnerships.text.view import TextShown, text_of


class Empty(NamedTuple):
    """The message displayed while there is no text."""

    title: str
    text: str
    url: str = ""
    action: str = ""


@dataclass(frozen=True, kw_only=True)
class RoadmapPage:
    """`text` is None while the reader has no text to read; `empty` then gives the reason."""

    plain_words: str
    evidence_of_need: str
    editions: Sequence[EditionLink]
    text: TextShown | None
    empty: Empty | None
    lane_names: tuple[str, str]


def roadmap_page(header: CaseHeader, at: datetime, *, edition: int | None = None) -> RoadmapPage:
    """Return the text of an edition for its reader. At most 5 queries, whatever its length.

    `edition`: its number; the latest that may be read when None. Raises Http404.
    """
    partnership = header.partnership
    readable = editions.readable(header.case, is_broker=header.reader.is_broker)
    shown = _chosen(readable, edition)
    is_frozen = any(roadmap.state not in UNFROZEN for roadmap in readable)
    charters = editions.charters_of(partnership) if is_frozen else {}
    return RoadmapPage(
        plain_words=partnership.plain_words,
        evidence_of_need=partnership.evidence_of_need,
        editions=editions.links(readable, shown, charters, partnership.reference) if shown else [],
        text=text_of(shown, charters.get(shown.pk), header, at) if shown else None,
        empty=None if shown else _empty(header),
        lane_names=(", ".join(header.associations), ", ".join(header.companies)),
    )


def _chosen(readable: Sequence[Roadmap], edition: int | None) -> Roadmap | None:
    if edition is None:
        not_void = [roadmap for roadmap in readable if roadmap.state != Edition.VOID]
        return next(iter(not_void or readable), None)
    for roadmap in readable:
        if roadmap.edition == edition:
            return roadmap
    raise Http404


def _empty(header: CaseHeader) -> Empty:
    is_broker = header.reader.is_broker
    match header.partnership.state:
        case Case.SCOPING if is_broker:
            page = reverse("partnerships:scoping", args=[header.partnership.reference])
            return Empty(
                _("Le texte n’est pas commencé"),
                _("Il commence quand l’action est décrite et que la preuve du besoin est réunie."),
                page,
                _("Cadrer le dossier"),
            )
        case Case.SCOPING:
            return Empty(
                _("Le texte n’est pas commencé"),
                _("Le passeur précise d’abord l’action avec vous et réunit la preuve du besoin."),
            )
        case Case.ABANDONED:
            return Empty(
                _("Ce dossier n’a pas de texte"),
                _("Il s’est arrêté avant l’envoi d’un texte aux parties."),
            )
        case _other:
            return Empty(
                _("Le passeur écrit le texte"),
                _(
                    "Toutes les parties le recevront en même temps, et chaque partie pourra "
                    "répondre à chaque clause."
                ),
            )
