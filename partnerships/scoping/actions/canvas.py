"""The nine boxes of a case: each change is a new version, and two who write at once lose nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.refusals import Refusal
from partnerships import lifecycle
from partnerships.case.transitions import lock, write
from partnerships.models import Canvas, Partnership
from partnerships.models.canvas import BOX, LINES
from partnerships.permissions import require_broker
from partnerships.status.actions import refresh_status


@dataclass(frozen=True, kw_only=True)
class Boxes:
    """What is written in the boxes; its fields are those of the form."""

    need: str = ""
    action: str = ""
    association_hopes: str = ""
    company_hopes: str = ""
    limits: str = ""
    commitments: str = ""
    measure_1: str = ""
    measure_2: str = ""
    measure_3: str = ""
    means: str = ""
    first_step: str = ""
    first_step_days: int | None = None


class CanvasError(Refusal):
    """The canvas cannot be written."""


class SomebodyWasFaster(CanvasError):
    """Another version was written since this one was read."""

    sentence = _(
        "Le canevas a été récrit pendant que vous écriviez. Votre texte est gardé : comparez avec la version "
        "ci-contre, puis enregistrez."
    )


class TextIsFrozen(CanvasError):
    """What is being signed, or was, is not scoped again."""

    sentence = _("Le texte est figé ou signé : le canevas reste celui qui l’a préparé.")


@transaction.atomic
def write_canvas(
    *, partnership_id: UUID, broker: User, boxes: Boxes, seen_number: int, at: datetime
) -> Canvas:
    """Write the next version of the boxes; the same words again write nothing.

    `seen_number`: the version that was read, 0 before the first. Raises NotABroker, TextIsFrozen,
    SomebodyWasFaster.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    is_frozen = partnership.roadmaps.filter(state=lifecycle.Edition.SIGNING).exists()
    if partnership.state not in lifecycle.BEFORE_SIGNATURE or is_frozen:
        raise TextIsFrozen
    last = partnership.canvases.order_by("-number").first()
    if last is not None and boxes == boxes_of(last):
        return last
    if seen_number != (last.number if last else 0):
        raise SomebodyWasFaster
    canvas = _write(partnership, boxes, number=seen_number + 1, broker=broker, at=at)
    refresh_status(partnership, at=at)
    return canvas


def write_first_version(*, partnership: Partnership, boxes: Boxes, broker: User, at: datetime) -> Canvas:
    """Write the first canvas of a new case, inside the caller's transaction."""
    canvas = _write(partnership, boxes, number=1, broker=broker, at=at)
    refresh_status(partnership, at=at)
    return canvas


def shortened(texts: Iterable[str]) -> str:
    """Return the first texts that are not empty, one a line, cut to the length of a box."""
    joined = "\n".join([text.replace("\n", " ") for text in texts if text][:LINES])
    return joined if len(joined) <= BOX else joined[: BOX - 1].rstrip() + "…"


def boxes_of(canvas: Canvas) -> Boxes:
    """Return what a version says."""
    return Boxes(**{name: getattr(canvas, name) for name in Boxes.__dataclass_fields__})


def _write(partnership: Partnership, boxes: Boxes, *, number: int, broker: User, at: datetime) -> Canvas:
    canvas = Canvas.objects.create(
        partnership=partnership, number=number, written_by=broker, written_at=at, **asdict(boxes)
    )
    write(partnership, "case.canvas", actor=broker, at=at, number=number)
    return canvas
