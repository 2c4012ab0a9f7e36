"""The nine boxes of the canvas of a case, as displayed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.models import Canvas, Partnership


class CanvasBox(NamedTuple):
    """`name`: its area in the grid; `warning`: what must be added before drafting, or ""."""

    name: str
    title: str
    lines: Sequence[str]
    warning: str = ""


def canvas_boxes(partnership: Partnership, canvas: Canvas | None) -> list[CanvasBox]:
    """Return the nine boxes in reading order."""
    has_evidence = bool(partnership.evidence_of_need.strip())
    warning = (
        ""
        if has_evidence
        else _("Preuve du besoin : pas encore réunie. Elle est nécessaire avant la rédaction.")
    )

    def lines_of(name: str) -> list[str]:
        text = getattr(canvas, name) if canvas else ""
        return [line for line in text.splitlines() if line.strip()]

    measures = [*lines_of("measure_1"), *lines_of("measure_2"), *lines_of("measure_3")]
    return [
        CanvasBox("need", _("Besoin des patients"), lines_of("need"), warning),
        CanvasBox("action", _("Action précise"), lines_of("action")),
        CanvasBox("limits", _("Ce que nous ne ferons pas"), lines_of("limits")),
        CanvasBox("association", _("Ce que l’association attend"), lines_of("association_hopes")),
        CanvasBox("commitments", _("Engagements de chacun"), lines_of("commitments")),
        CanvasBox("company", _("Ce que l’entreprise attend"), lines_of("company_hopes")),
        CanvasBox("measure", _("Comment on le mesure"), measures),
        CanvasBox("means", _("Budget et temps"), lines_of("means")),
        CanvasBox("step", _("Premier petit pas"), [*lines_of("first_step"), *_first_step_days(canvas)]),
    ]


def _first_step_days(canvas: Canvas | None) -> list[str]:
    days = canvas.first_step_days if canvas else None
    if not days:
        return []
    return [ngettext("Essayé en %(days)s jour.", "Essayé en %(days)s jours.", days) % {"days": days}]
