"""The broker, alone, says which opened lines stand together, and what they make of each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.models import User
from partnerships.case.transitions import lock, write
from partnerships.models import Comparison, Line, LineGroup, Round, Verdict
from partnerships.permissions import require_broker
from partnerships.rounds.actions.rounds import RoundError
from partnerships.status.actions import refresh_status


class SomebodyRegrouped(RoundError):
    """Another broker regrouped the lines since the page was opened."""

    sentence = gettext_lazy(
        "Un autre passeur a regroupé ces lignes pendant que vous le faisiez. Votre choix est gardé sur cette "
        "page\u00a0: ouvrez la comparaison à côté, puis reprenez."
    )


class LineIsElsewhere(RoundError):
    """A line belongs to another round, or was put in two groups."""

    sentence = gettext_lazy("Une ligne n’est pas de ce tour. Ouvrez de nouveau cette page, puis reprenez.")


@dataclass(frozen=True, kw_only=True)
class Grouped:
    """Lines that stand together, by their keys, with the name and the reason that all parties read."""

    name: str
    verdict: Verdict
    why: str
    line_ids: Sequence[int]


@transaction.atomic
def regroup(
    *, round_id: UUID, broker: User, seen_number: int, groups: Sequence[Grouped], at: datetime
) -> None:
    """Put `groups` in the place of those there are; a line in none of them stands apart.

    Raises NotABroker, SomebodyRegrouped, LineIsElsewhere; Comparison.DoesNotExist before the opening.
    """
    require_broker(broker)
    partnership = lock(Round.objects.values_list("partnership_id", flat=True).get(pk=round_id))
    compared = Comparison.objects.select_related("round").get(round=round_id)
    if compared.number != seen_number:
        raise SomebodyRegrouped
    named = [line_id for group in groups for line_id in group.line_ids]
    if len(set(named)) != len(named) or Line.objects.filter(round=round_id, pk__in=named).count() != len(
        named
    ):
        raise LineIsElsewhere
    LineGroup.objects.filter(round=round_id).delete()
    for rank, each in enumerate(groups, 1):
        group = LineGroup.objects.create(
            round=compared.round, rank=rank, verdict=each.verdict, name=each.name, why=each.why
        )
        Line.objects.filter(pk__in=each.line_ids).update(group=group)
    compared.number += 1
    compared.grouped_by, compared.grouped_at = broker, at
    compared.save(update_fields=["number", "grouped_by", "grouped_at"])
    counted = Counter(group.verdict for group in groups)
    write(
        partnership,
        "expectations.group",
        actor=broker,
        at=at,
        number=compared.round.number,
        convergent=counted[Verdict.CONVERGENT],
        complementary=counted[Verdict.COMPLEMENTARY],
        tension=counted[Verdict.TENSION],
    )
    refresh_status(partnership, at=at)
