"""The order of the clauses: move a clause under its heading, remove it, or put it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy

from accounts.models import User
from ledger.record import Fact
from partnerships import lifecycle, reminders
from partnerships.case.transitions import advance_edition, lock, write
from partnerships.drafting.actions.clauses import (
    ClauseRemoved,
    DraftingError,
    RevisionReasonMissing,
    check_references,
    wording_of,
    write_revision,
)
from partnerships.models import Clause, ClauseRevision, Roadmap
from partnerships.permissions import require_broker
from partnerships.rounds.actions.rounds import require_no_running_round
from partnerships.status.actions import refresh_status
from partnerships.text import agreement, references
from partnerships.text.differences.amended import amended_edition


class StaleClauseOrder(DraftingError):
    """The clauses of the heading are no longer in the order that the page showed."""

    sentence = gettext_lazy("L’ordre des clauses a changé entre-temps. Relisez l’ordre, puis réessayez.")


class PositionUnchanged(DraftingError):
    """The clause is already at the requested position."""

    sentence = gettext_lazy("La clause est déjà à cette place.")


class ClauseStands(DraftingError):
    """The clause is in the text: there is nothing to put back."""

    sentence = gettext_lazy("Cette clause est déjà dans le texte.")


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
    clause, roadmap = lock_clause(clause_id)
    # From the freeze on, the order is part of what is signed.
    require_state(roadmap, lifecycle.UNFROZEN)
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
    source = references.number_of(clause)
    siblings.filter(position__range=(low, high)).update(position=F("position") + step)
    clause.position = target
    clause.save(update_fields=["position"])
    place = references.number_of(clause)
    write(roadmap.partnership, "clause.move", actor=broker, at=at, clause=source, place=place)
    refresh_status(roadmap.partnership, at=at)


@transaction.atomic
def remove_clause(*, clause_id: int, broker: User, reason: str = "", at: datetime) -> None:
    """Remove a clause; the later clauses move up by one.

    A clause that the parties have read or signed gets a revision that removes it, on which they answer like
    on any other; one that nobody has seen yet leaves no question.
    Raises NotABroker, ClauseRemoved, ClauseIsCited, RevisionReasonMissing once the parties have the text,
    RoundIsRunning, TransitionNotAllowed once frozen.
    """
    require_broker(broker)
    clause, roadmap = lock_clause(clause_id)
    require_state(roadmap, lifecycle.UNFROZEN)
    require_no_running_round(roadmap.partnership)
    if roadmap.state != lifecycle.Edition.DRAFTING and not reason.strip():
        raise RevisionReasonMissing
    take_out(roadmap, clause, broker, reason, at)
    refresh_status(roadmap.partnership, at=at)


def take_out(roadmap: Roadmap, clause: Clause, broker: User, reason: str, at: datetime) -> None:
    """Take a clause out of a locked text as `remove_clause` says. Raises ClauseRemoved, ClauseIsCited."""
    position, current = clause.position, clause.current
    if position is None or current is None:
        raise ClauseRemoved
    clauses = agreement.clauses_of(roadmap)
    numbers = references.numbers_of(clauses)
    if cited_by := references.citing_among(clauses, clause.key):
        raise ClauseIsCited(
            ", ".join(f"{numbers[each.pk]} ({each.current.title})" for each in cited_by if each.current)
        )
    clause.position, clause.former_position = None, position
    clause.save(update_fields=["position", "former_position"])
    roadmap.clauses.filter(position__gt=position).update(position=F("position") - 1)
    if roadmap.state == lifecycle.Edition.DRAFTING and not _is_signed(roadmap, clause):
        facts: dict[str, Fact] = {"clause": numbers[clause.pk], "title": current.title}
        write(roadmap.partnership, "clause.remove", actor=broker, at=at, **facts)
    else:
        revision = write_revision(
            clause, broker, at, wording=wording_of(current), reason=reason, is_removal=True
        )
        record_revision(roadmap, revision, broker, at, clause=numbers[clause.pk], removed=current.title)


@transaction.atomic
def restore_clause(*, clause_id: int, broker: User, reason: str = "", at: datetime) -> ClauseRevision:
    """Put a removed clause back where it was, with the words that it had; later clauses move down by one.

    Raises NotABroker, ClauseStands, UnknownReference, RevisionReasonMissing once the parties have the text,
    RoundIsRunning, TransitionNotAllowed once frozen.
    """
    require_broker(broker)
    clause, roadmap = lock_clause(clause_id)
    require_state(roadmap, lifecycle.UNFROZEN)
    require_no_running_round(roadmap.partnership)
    current = clause.current
    if clause.position is not None or current is None or not current.is_removal:
        raise ClauseStands
    if roadmap.state != lifecycle.Edition.DRAFTING and not reason.strip():
        raise RevisionReasonMissing
    wording = wording_of(current)
    check_references(roadmap, wording)
    clause.position, clause.former_position = _former_place(roadmap, clause), None
    roadmap.clauses.filter(position__gte=clause.position).update(position=F("position") + 1)
    clause.save(update_fields=["position", "former_position"])
    revision = write_revision(clause, broker, at, wording=wording, reason=reason)
    record_revision(
        roadmap, revision, broker, at, clause=references.number_of(clause), restored=current.title
    )
    refresh_status(roadmap.partnership, at=at)
    return revision


def _is_signed(roadmap: Roadmap, clause: Clause) -> bool:
    """Say whether a clause of an amendment stands in the signed text that it amends. At most 2 queries."""
    source = amended_edition(roadmap)
    return source is not None and source.clauses.filter(key=clause.key, position__isnull=False).exists()


def _former_place(roadmap: Roadmap, clause: Clause) -> int:
    """Return the former position of a removed clause, within its heading as the text is now."""
    placed = roadmap.clauses.filter(position__isnull=False)
    before = placed.filter(heading__lt=clause.heading).count()
    last = placed.filter(heading__lte=clause.heading).count()
    return min(max(clause.former_position or 0, before + 1), last + 1)


def record_revision(
    roadmap: Roadmap, revision: ClauseRevision, broker: User, at: datetime, **facts: Fact
) -> None:
    """Record the removal or the return of a clause, and announce it to the parties that negotiate."""
    partnership = roadmap.partnership
    advance_edition(
        partnership,
        roadmap,
        lifecycle.Action.REVISE,
        actor=broker,
        at=at,
        revision=revision.number,
        **facts,
    )
    if roadmap.state == lifecycle.Edition.NEGOTIATION:
        reminders.plan_revision(partnership, roadmap, revision, at=at)


def lock_clause(clause_id: int) -> tuple[Clause, Roadmap]:
    unlocked = Clause.objects.select_related("roadmap").get(pk=clause_id)
    partnership = lock(unlocked.roadmap.partnership_id)
    clause = Clause.objects.select_related("roadmap", "current").get(pk=clause_id)
    clause.roadmap.partnership = partnership
    return clause, clause.roadmap


def require_state(roadmap: Roadmap, states: Sequence[lifecycle.Edition]) -> None:
    if roadmap.state not in states:
        raise lifecycle.TransitionNotAllowed(lifecycle.Action.REVISE, lifecycle.Edition(roadmap.state))
