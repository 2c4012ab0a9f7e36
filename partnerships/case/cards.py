"""A case in a few lines, as homes and lists show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import Side, User
from partnerships.case.editions import pdf_url
from partnerships.case.header import Stage, names_of, position_of, stages_of
from partnerships.case.next_step import OpenMilestone
from partnerships.case.status import CaseStatus
from partnerships.case.status_words import NextStepShown, next_step_shown


class Pair(NamedTuple):
    associations: tuple[str, ...]
    companies: tuple[str, ...]


class StageTrack(NamedTuple):
    """The parameters of the `stages` component."""

    stages: tuple[Stage, ...]
    position: int
    total: int

    @property
    def present(self) -> Stage:
        return self.stages[self.position - 1]


@dataclass(frozen=True, kw_only=True)
class PartnershipCard:
    """`charter_url`: the last sealed charter, empty when there is none; `turn_words`: who, to do what."""

    title: str
    reference: str
    url: str
    pair: Pair
    stage: StageTrack
    next_milestone: OpenMilestone | None
    charter_url: str
    turn: NextStepShown
    turn_words: str


def cards_of(cases: Iterable[CaseStatus], user: User, at: datetime) -> list[PartnershipCard]:
    """Return one card a case, as `user` reads it, in the order given. No query."""
    return [_card(case, next_step_shown(case, user, at)) for case in cases]


def _card(case: CaseStatus, turn: NextStepShown) -> PartnershipCard:
    partnership, sealed = case.partnership, case.row.sealed_editions
    stages = stages_of(case)
    return PartnershipCard(
        title=partnership.title,
        reference=partnership.reference,
        url=partnership.get_absolute_url(),
        pair=Pair(names_of(case, Side.ASSOCIATION), names_of(case, Side.COMPANY)),
        stage=StageTrack(stages, position_of(stages), len(stages)),
        next_milestone=case.next_milestone,
        charter_url=pdf_url(partnership.reference, sealed[-1]) if sealed else "",
        turn=turn,
        turn_words=turn_words(turn),
    )


def turn_words(turn: NextStepShown) -> str:
    """Return whose turn it is and to do what, in one line."""
    if turn.whose == "none":
        return capfirst(turn.title)
    return _("%(who)s\u00a0: %(what)s") % {"who": turn.who, "what": turn.title}
