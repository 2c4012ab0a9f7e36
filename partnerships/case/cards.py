"""Cases as cards of home pages and lists."""

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
from partnerships.case.next_step_text import NextStepShown, next_step_shown
from partnerships.case.status import CaseStatus


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
    """`charter_url`: the last sealed charter, "" for none; `next_step_text`: who must act, and how."""

    title: str
    reference: str
    url: str
    pair: Pair
    stage: StageTrack
    next_milestone: OpenMilestone | None
    charter_url: str
    next_step: NextStepShown
    next_step_text: str


def cards_of(cases: Iterable[CaseStatus], user: User, at: datetime) -> list[PartnershipCard]:
    """Return one card for each case, for `user`, in the order given. No query."""
    return [_card(case, next_step_shown(case, user, at)) for case in cases]


def _card(case: CaseStatus, next_step: NextStepShown) -> PartnershipCard:
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
        next_step=next_step,
        next_step_text=next_step_text(next_step),
    )


def next_step_text(next_step: NextStepShown) -> str:
    """Return who must act and how, in one line."""
    if next_step.whose == "none":
        return capfirst(next_step.title)
    return _("%(who)s\u00a0: %(what)s") % {"who": next_step.who, "what": next_step.title}
