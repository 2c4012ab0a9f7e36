"""A case in a few lines, as homes and lists show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import Side, User
from partnerships.case.case_facts import CaseTurn
from partnerships.case.editions import pdf_url
from partnerships.case.header import Stage, names_of, position_of, stages_of
from partnerships.case.next_step import OpenMilestone
from partnerships.case.next_step_display import TurnShown, turn_shown
from partnerships.models import Partnership, SealedCharter


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
    turn: TurnShown
    turn_words: str


def cards_of(
    cases: Iterable[CaseTurn], user: User, at: datetime, *, charters: Mapping[UUID, str]
) -> list[PartnershipCard]:
    """Return one card a case, as `user` reads it, in the order given. No query."""
    return [_card(case, turn_shown(case, user, at), charters) for case in cases]


def _card(case: CaseTurn, turn: TurnShown, charters: Mapping[UUID, str]) -> PartnershipCard:
    partnership = case.partnership
    stages = stages_of(case)
    return PartnershipCard(
        title=partnership.title,
        reference=partnership.reference,
        url=partnership.get_absolute_url(),
        pair=Pair(names_of(case, Side.ASSOCIATION), names_of(case, Side.COMPANY)),
        stage=StageTrack(stages, position_of(stages), len(stages)),
        next_milestone=case.facts.milestone,
        charter_url=charters.get(partnership.pk, ""),
        turn=turn,
        turn_words=turn_words(turn),
    )


def turn_words(turn: TurnShown) -> str:
    """Return whose turn it is and to do what, in one line."""
    if turn.whose == "none":
        return capfirst(turn.title)
    return _("%(who)s\u00a0: %(what)s") % {"who": turn.who, "what": turn.title}


def charter_urls(partnerships: Iterable[Partnership]) -> dict[UUID, str]:
    """Return the address of the last sealed charter of each case that has one. 1 query at most."""
    references = {each.pk: each.reference for each in partnerships if each.activated_at}
    if not references:
        return {}
    rows = (
        SealedCharter.objects.filter(charter__partnership__in=list(references))
        .order_by("charter__roadmap__edition", "pk")
        .values_list("charter__partnership_id", "charter__roadmap__edition")
    )
    return {case_id: pdf_url(references[case_id], edition) for case_id, edition in rows}
