"""Proposed wordings of a party, from a changed file, in its draft envelope."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from partnerships.negotiation.actions import answers
from partnerships.negotiation.queries.positions import Position


class ChosenPosition(NamedTuple):
    """A position on a revision that a person chose; `seen_number`: of the draft that the page displayed."""

    revision_id: int
    position: Position
    seen_number: int


@sensitive_variables()
@transaction.atomic
def draft_positions(*, round_id: UUID, speaker: User, chosen: Sequence[ChosenPosition], at: datetime) -> None:
    """Save the chosen positions in the envelope of the speaker's party, all or none; nothing is sealed.

    Raises TextHasMoved and what drafting in an envelope raises.
    """
    for each in chosen:
        answers.save_position(
            round_id=round_id,
            speaker=speaker,
            revision_id=each.revision_id,
            position=each.position,
            seen_number=each.seen_number,
            at=at,
        )
