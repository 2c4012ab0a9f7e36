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
from partnerships.case.next_step import Step
from partnerships.lifecycle import UNFROZEN, Case, Edition
from partnerships.models import Roadmap
from partnerships.text.canvas import CanvasBox, canvas_boxes
from partnerships.text.steps import TextSteps, steps_of
from partnerships.text.view import TextShown, text_of


class EnvelopeAwaited(NamedTuple):
    """A party of a running round of expectations, and whether its envelope is sealed."""

    side: str
    name: str
    is_sealed: bool


class Empty(NamedTuple):
    """The message displayed while there is no text."""

    title: str
    text: str
    url: str = ""
    action: str = ""


@dataclass(frozen=True, kw_only=True)
class RoadmapPage:
    """`text` and its number `edition` are None while the reader has no text; `empty` then gives the reason.

    `canvas`: the boxes of the canvas, displayed while there is no text; `envelopes`: of a running round of
    expectations. `may_write`: the reader may change the text now; `may_discuss`: all parties read it, so that
    its clauses have shared threads.
    """

    plain_words: str
    evidence_of_need: str
    edition: int | None
    editions: Sequence[EditionLink]
    text: TextShown | None
    empty: Empty | None
    canvas: Sequence[CanvasBox]
    envelopes: Sequence[EnvelopeAwaited]
    steps: TextSteps
    may_write: bool
    may_discuss: bool
    lane_names: tuple[str, str]


def roadmap_page(header: CaseHeader, at: datetime, *, edition: int | None = None) -> RoadmapPage:
    """Return the text of an edition for its reader. At most 7 queries, whatever its length.

    `edition`: its number; the latest that may be read when None. Raises Http404.
    """
    partnership = header.partnership
    readable = editions.readable(header.case, is_broker=header.reader.is_broker)
    shown = chosen(readable, edition)
    is_frozen = any(roadmap.state not in UNFROZEN for roadmap in readable)
    charters = editions.charters_of(partnership) if is_frozen else {}
    return RoadmapPage(
        plain_words=partnership.plain_words,
        evidence_of_need=partnership.evidence_of_need,
        edition=shown.edition if shown else None,
        editions=editions.links(readable, shown, charters, partnership.reference) if shown else [],
        text=text_of(shown, charters.get(shown.pk), header, at) if shown else None,
        empty=None if shown else _empty(header),
        canvas=[] if shown else canvas_boxes(partnership, partnership.canvases.order_by("-number").first()),
        envelopes=[] if shown else _envelopes(header),
        steps=steps_of(header, [roadmap.edition for roadmap in readable]),
        may_write=header.reader.is_broker
        and shown is not None
        and shown == header.edition
        and shown.state in UNFROZEN
        and not header.case.is_discussed,
        may_discuss=shown is not None and shown.state not in (Edition.DRAFTING, Edition.VOID),
        lane_names=(", ".join(header.associations), ", ".join(header.companies)),
    )


def chosen(readable: Sequence[Roadmap], edition: int | None) -> Roadmap | None:
    """Return the edition of that number, or the latest one that is not void. Raises Http404."""
    if edition is None:
        not_void = [roadmap for roadmap in readable if roadmap.state != Edition.VOID]
        return next(iter(not_void or readable), None)
    for roadmap in readable:
        if roadmap.edition == edition:
            return roadmap
    raise Http404


def _envelopes(header: CaseHeader) -> list[EnvelopeAwaited]:
    if header.case.next_step.step != Step.EXPECT:
        return []
    return [
        EnvelopeAwaited(party.side, party.organisation.name, party.code not in header.case.next_step.parties)
        for party in header.parties
    ]


def _empty(header: CaseHeader) -> Empty:
    if header.case.next_step.step == Step.EXPECT:
        return Empty(
            _("Les parties écrivent leurs attentes"),
            _("Les enveloppes scellées s’ouvriront ensemble. Ensuite, le passeur écrira le texte."),
            reverse("partnerships:expectations", args=[header.partnership.reference]),
            _("Voir les attentes"),
        )
    match header.partnership.state:
        case Case.SCOPING:
            url = reverse("partnerships:scoping", args=[header.partnership.reference])
            title = _("Le texte n’est pas commencé")
            text = (
                _("Il commence quand l’action est décrite et que la preuve du besoin est réunie.")
                if header.reader.is_broker
                else _("Le passeur précise d’abord l’action avec vous et réunit la preuve du besoin.")
            )
            return Empty(title, text, url, _("Voir le cadrage"))
        case Case.ABANDONED:
            title = _("Ce dossier n’a pas de texte")
            text = _("Il s’est arrêté avant l’envoi d’un texte aux parties.")
        case _other:
            title = _("Le passeur écrit le texte")
            text = _(
                "Toutes les parties le recevront en même temps, et chaque partie pourra répondre "
                "à chaque clause."
            )
    return Empty(title, text)
