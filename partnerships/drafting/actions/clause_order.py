"""The order of the clauses: move a clause under its heading, or remove it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy

from accounts.models import User
from partnerships import lifecycle
from partnerships.case.transitions import lock, write
from partnerships.drafting.actions.clauses import ClauseRemoved, DraftingError
from partnerships.models import Clause, Roadmap
from partnerships.permissions import require_broker
from partnerships.rounds.actions.rounds import require_no_running_round
from partnerships.status.actions import refresh_status
from partnerships.text import agreement, references


class StaleClauseOrder(DraftingError):
    """The clauses of the heading are no longer in the order that the page showed."""

    sentence = gettext_lazy("L’ordre des clauses a changé entre-temps. Relisez l’ordre, puis réessayez.")


class PositionUnchanged(DraftingError):
    """The clause is already at the requested position."""

    sentence = gettext_lazy("La clause est déjà à cette place.")


class ClauseIsCited(DraftingError):
    """Other clauses refer to this one; the message lists their numbers and titles."""

    sentence = gettext_lazy(
        "D’autres clauses renvoient à celle-ci\u00a0: %(what)s. Modifiez-les d’abord, puis retirez celle-ci."
    )


@transaction.atomic
def move_clause(*, clause_id: int, broker: User, to: int, seen: Sequence[int], at: datetime) -> None:
    """Move a clause under its heading and renumber the clauses between; agreements stay valid.

    `to`: position among the clauses of the heading, from 1, clamped to the ends.
    `seen`: keys of these clauses, in the order that the page showed.
    An answer points at a revision, and a move creates none.
    Raises NotABroker, ClauseRemoved, StaleClauseOrder, PositionUnchanged, RoundIsRunning,
    TransitionNotAllowed once frozen.
    """
    require_broker(broker)
    clause, roadmap = _lock_clause(clause_id)
    # From the freeze on, the order is part of what is signed.
    _require_state(roadmap, lifecycle.UNFROZEN)
    require_no_running_round(roadmap.partnership)
    if clause.position is None:
        raise ClauseRemoved
    siblings = roadmap.clauses.filter(heading=clause.heading, position__isnull=False)
    order = list(siblings.order_by("position").values_list("pk", "position"))
    if [pk for pk, _position in order] != list(seen):
        raise StaleClauseOrder
    target = order[min(max(to, 1), len(order)) - 1][1] or 0
    if target == clause.position:
        raise PositionUnchanged
    low, high = sorted((clause.position, target))
    step = 1 if target < clause.position else -1
    siblings.filter(position__range=(low, high)).update(position=F("position") + step)
    source, clause.position = clause.position, target
    clause.save(update_fields=["position"])
    write(roadmap.partnership, "clause.move", actor=broker, at=at, clause=source, place=target)
    refresh_status(roadmap.partnership, at=at)


@transaction.atomic
def remove_clause(*, clause_id: int, broker: User, at: datetime) -> None:
    """Remove a clause that no party has seen yet; the later clauses move up by one.

    Raises NotABroker, ClauseRemoved, ClauseIsCited, TransitionNotAllowed once the parties have the text.
    """
    require_broker(broker)
    clause, roadmap = _lock_clause(clause_id)
    _require_state(roadmap, (lifecycle.Edition.DRAFTING,))
    position = clause.position
    if position is None or clause.current is None:
        raise ClauseRemoved
    if cited_by := references.citing_among(agreement.clauses_of(roadmap), clause.key):
        raise ClauseIsCited(
            ", ".join(f"{citing.position} ({citing.current.title})" for citing in cited_by if citing.current)
        )
    clause.position = None
    clause.save(update_fields=["position"])
    roadmap.clauses.filter(position__gt=position).update(position=F("position") - 1)
    write(
        roadmap.partnership,
        "clause.remove",
        actor=broker,
        at=at,
        clause=position,
        title=clause.current.title,
    )
    refresh_status(roadmap.partnership, at=at)


def _lock_clause(clause_id: int) -> tuple[Clause, Roadmap]:
    unlocked = Clause.objects.select_related("roadmap").get(pk=clause_id)
    partnership = lock(unlocked.roadmap.partnership_id)
    clause = Clause.objects.select_related("roadmap", "current").get(pk=clause_id)
    clause.roadmap.partnership = partnership
    return clause, clause.roadmap


def _require_state(roadmap: Roadmap, states: Sequence[lifecycle.Edition]) -> None:
    if roadmap.state not in states:
        raise lifecycle.TransitionNotAllowed(lifecycle.Action.REVISE, lifecycle.Edition(roadmap.state))
