"""The status rows of a case: written anew at the end of every act that touches it, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Manager, Model

from partnerships.case.transitions import lock
from partnerships.models import ClausePosition, ClauseStanding, Partnership, PartnershipStatus
from partnerships.status.facts import CaseFacts, read_facts, status_from_facts

STANDING = ("compared_with_id", "remarks", "unreplied", "is_agreed")
POSITION = ("answer_id", "revision_id", "stance", "round_number", "is_current", "moved", "compared_with_id")


def refresh_status(partnership: Partnership, *, at: datetime) -> PartnershipStatus:
    """Write anew the status of a locked case, and who stands where on each clause. At most 18 queries.

    The last statement of every act: it reads what the act wrote, its ledger entries included.
    """
    facts = read_facts(partnership)
    status = PartnershipStatus.objects.filter(pk=partnership.pk).first() or PartnershipStatus(
        partnership_id=partnership.pk
    )
    for name, value in status_from_facts(facts).items():
        setattr(status, name, value)
    status.version += 1
    status.refreshed_at = at
    status.save()
    _write_text(partnership, facts)
    return status


def cases() -> list[UUID]:
    """Return every case, the oldest first. 1 query."""
    return list(Partnership.objects.order_by("opened_at", "pk").values_list("pk", flat=True))


@transaction.atomic
def rebuild_status(*, partnership_id: UUID, at: datetime) -> PartnershipStatus:
    """Lock a case and write its status anew from its history."""
    return refresh_status(lock(partnership_id), at=at)


def _write_text(partnership: Partnership, facts: CaseFacts) -> None:
    """Write the standing and the positions that changed, and take away those of other clauses."""
    standings, positions = (facts.text.standings, facts.text.positions) if facts.text else ([], [])
    old_standings = ClauseStanding.objects.filter(clause__roadmap__partnership=partnership)
    old_positions = ClausePosition.objects.filter(clause__roadmap__partnership=partnership)
    _sync(ClauseStanding.objects, list(old_standings.order_by("pk")), standings, ("clause_id",), STANDING)
    _sync(
        ClausePosition.objects,
        list(old_positions.order_by("pk")),
        positions,
        ("clause_id", "party_id"),
        POSITION,
    )


def _sync[Row: Model](
    table: Manager[Row],
    old: Sequence[Row],
    new: Sequence[Row],
    key: tuple[str, ...],
    columns: tuple[str, ...],
) -> None:
    """Make the rows of a table those of `new`, by their key, touching none that is the same."""
    known = {_values(row, key): row for row in old}
    wanted = {_values(row, key): row for row in new}
    gone = [row.pk for values, row in known.items() if values not in wanted]
    if gone:
        table.filter(pk__in=gone).delete()
    changed = [
        row
        for values, row in wanted.items()
        if values not in known or _values(known[values], columns) != _values(row, columns)
    ]
    if changed:
        table.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=[name.removesuffix("_id") for name in key],
            update_fields=[name.removesuffix("_id") for name in columns],
        )


def _values(row: Model, names: tuple[str, ...]) -> tuple[Any, ...]:
    values = (getattr(row, name) for name in names)
    return tuple(tuple(value) if isinstance(value, list) else value for value in values)
