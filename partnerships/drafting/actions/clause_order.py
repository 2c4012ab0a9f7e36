"""The order of the clauses: moved under their heading, or taken out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy

from accounts.models import User
from partnerships import lifecycle
from partnerships.case.transitions import lock, write
from partnerships.drafting.actions.clauses import ClauseIsGone, DraftingError
from partnerships.models import Clause, Roadmap
from partnerships.permissions import require_broker
from partnerships.rounds.actions.rounds import require_no_running_round
from partnerships.status.actions import refresh_status
from partnerships.text import agreement, references


class OrderHasChanged(DraftingError):
    """The clauses of the heading no longer stand in the order that the broker saw."""

    sentence = gettext_lazy("L’ordre des clauses a changé entre-temps. Relisez-le, puis déplacez.")


class AlreadyThere(DraftingError):
    """The clause stands where it is asked to go."""

    sentence = gettext_lazy("La clause est déjà à cette place.")


class ClauseIsCited(DraftingError):
    """Other clauses refer to this one; their numbers and titles are the message."""

    sentence = gettext_lazy(
        "D’autres clauses renvoient à celle-ci\u00a0: %(what)s. Récrivez-les d’abord, puis retirez-la."
    )


@transaction.atomic
def move_clause(*, clause_id: int, broker: User, to: int, seen: Sequence[int], at: datetime) -> None:
    """Put a clause at another place under its heading; the numbers follow, and what was agreed stands.

    `to`: place among the clauses of the heading, from 1; beyond the ends it is the end.
    `seen`: keys of these clauses, in the order that the broker had before her eyes.
    An answer points at a revision, and a move writes none.
    Raises NotABroker, ClauseIsGone, OrderHasChanged, AlreadyThere, RoundIsRunning,
    TransitionNotAllowed once frozen.
    """
    require_broker(broker)
    clause, roadmap = _locked(clause_id)
    # From the freeze on, the order is part of what is signed.
    _require(roadmap, lifecycle.UNFROZEN)
    require_no_running_round(roadmap.partnership)
    if clause.position is None:
        raise ClauseIsGone
    beside = roadmap.clauses.filter(heading=clause.heading, position__isnull=False)
    order = list(beside.order_by("position").values_list("pk", "position"))
    if [pk for pk, _position in order] != list(seen):
        raise OrderHasChanged
    target = order[min(max(to, 1), len(order)) - 1][1] or 0
    if target == clause.position:
        raise AlreadyThere
    low, high = sorted((clause.position, target))
    step = 1 if target < clause.position else -1
    beside.filter(position__range=(low, high)).update(position=F("position") + step)
    source, clause.position = clause.position, target
    clause.save(update_fields=["position"])
    write(roadmap.partnership, "clause.move", actor=broker, at=at, clause=source, place=target)
    refresh_status(roadmap.partnership, at=at)


@transaction.atomic
def remove_clause(*, clause_id: int, broker: User, at: datetime) -> None:
    """Take out a clause that no party has seen yet; the later ones move up by one.

    Raises NotABroker, ClauseIsGone, ClauseIsCited, TransitionNotAllowed once the parties have the text.
    """
    require_broker(broker)
    clause, roadmap = _locked(clause_id)
    _require(roadmap, (lifecycle.Edition.DRAFTING,))
    position = clause.position
    if position is None or clause.current is None:
        raise ClauseIsGone
    if cited_by := references.citing_among(agreement.clauses_of(roadmap), clause.key):
        raise ClauseIsCited(
            ", ".join(f"{each.position} ({each.current.title})" for each in cited_by if each.current)
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


def _locked(clause_id: int) -> tuple[Clause, Roadmap]:
    found = Clause.objects.select_related("roadmap").get(pk=clause_id)
    partnership = lock(found.roadmap.partnership_id)
    clause = Clause.objects.select_related("roadmap", "current").get(pk=clause_id)
    clause.roadmap.partnership = partnership
    return clause, clause.roadmap


def _require(roadmap: Roadmap, states: Sequence[lifecycle.Edition]) -> None:
    if roadmap.state not in states:
        raise lifecycle.TransitionNotAllowed(lifecycle.Action.REVISE, lifecycle.Edition(roadmap.state))
