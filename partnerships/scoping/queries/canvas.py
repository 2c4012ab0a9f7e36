"""The nine boxes of a case as they are read and printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from partnerships import lifecycle
from partnerships.models import Canvas, Partnership

FIELDS = (
    "need",
    "action",
    "association_hopes",
    "company_hopes",
    "limits",
    "commitments",
    "measure_1",
    "measure_2",
    "measure_3",
    "means",
    "first_step",
    "first_step_days",
)


class Box(NamedTuple):
    """`name`: its place on the page; `lines`: what it says; `lacks`: what stands in the way, if anything."""

    name: str
    title: str
    lines: Sequence[str]
    lacks: str = ""


@dataclass(frozen=True, kw_only=True)
class CanvasPage:
    """`canvas` is None before the first version; `number` is then 0."""

    canvas: Canvas | None
    number: int
    boxes: Sequence[Box]
    versions: Sequence[Canvas]
    may_write: bool
    has_evidence: bool


def canvas_page(partnership: Partnership, user: User) -> CanvasPage:
    """Return the last version of the boxes and the list of the earlier ones. 2 queries."""
    versions = list(partnership.canvases.select_related("written_by").order_by("-number"))
    last = versions[0] if versions else None
    is_frozen = partnership.roadmaps.filter(state=lifecycle.Edition.SIGNING).exists()
    return CanvasPage(
        canvas=last,
        number=last.number if last else 0,
        boxes=boxes_shown(partnership, last),
        versions=versions,
        may_write=user.is_broker and partnership.state in lifecycle.BEFORE_SIGNATURE and not is_frozen,
        has_evidence=bool(partnership.evidence_of_need.strip()),
    )


def boxes_shown(partnership: Partnership, canvas: Canvas | None) -> list[Box]:
    """Return the nine boxes in the order in which they are read."""
    has_evidence = bool(partnership.evidence_of_need.strip())
    lacks = "" if has_evidence else _("Preuve du besoin : pas encore réunie. Sans elle, rien ne se rédige.")

    def said(name: str) -> list[str]:
        text = getattr(canvas, name) if canvas else ""
        return [line for line in text.splitlines() if line.strip()]

    measures = [*said("measure_1"), *said("measure_2"), *said("measure_3")]
    return [
        Box("need", _("Besoin des patients"), said("need"), lacks),
        Box("action", _("Action précise"), said("action")),
        Box("limits", _("Ce que nous ne ferons pas"), said("limits")),
        Box("association", _("Ce que l’association attend"), said("association_hopes")),
        Box("commitments", _("Engagements de chacun"), said("commitments")),
        Box("company", _("Ce que l’entreprise attend"), said("company_hopes")),
        Box("measure", _("Comment on le mesure"), measures),
        Box("means", _("Budget et temps"), said("means")),
        Box("step", _("Premier petit pas"), [*said("first_step"), *_days(canvas)]),
    ]


def is_overtaken(typed: Mapping[str, Any], page: CanvasPage) -> bool:
    """Say whether what was typed answers to an earlier version than the last."""
    return typed.get("seen_number") not in (None, page.number)


def known(canvas: Canvas | None) -> dict[str, object]:
    """Return what the form starts from."""
    return {name: getattr(canvas, name) for name in FIELDS} if canvas else {}


def _days(canvas: Canvas | None) -> list[str]:
    days = canvas.first_step_days if canvas else None
    if not days:
        return []
    return [ngettext("Essayé en %(days)s jour.", "Essayé en %(days)s jours.", days) % {"days": days}]
