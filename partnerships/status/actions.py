"""The status rows of a case, refreshed at the end of every action on it and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Manager, Model

from partnerships.case.transitions import lock
from partnerships.models import ClausePosition, ClauseStanding, Partnership, PartnershipStatus
from partnerships.status.dates import write_dates
from partnerships.status.facts import CaseFacts, read_facts, status_from_facts

STANDING_COLUMNS = ("compared_with_id", "remarks", "unreplied", "is_agreed")
POSITION_COLUMNS = (
    "answer_id",
    "revision_id",
    "stance",
    "round_number",
    "is_current",
    "is_signed",
    "moved",
    "compared_with_id",
)


def refresh_status(partnership: Partnership, *, at: datetime) -> PartnershipStatus:
    """Refresh the status of a locked case, the positions on each clause, and the dates. At most 38 queries.

    Call it last in every action: it reads what the action wrote, ledger entries included.
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
    write_dates(partnership, facts, at=at)
    return status


def cases() -> list[UUID]:
    """Return the primary key of every case, oldest first. 1 query."""
    return list(Partnership.objects.order_by("opened_at", "pk").values_list("pk", flat=True))


@transaction.atomic
def rebuild_status(*, partnership_id: UUID, at: datetime) -> PartnershipStatus:
    """Lock a case and recompute its status from its history."""
    return refresh_status(lock(partnership_id, while_suspended=True), at=at)


def _write_text(partnership: Partnership, facts: CaseFacts) -> None:
    """Write the standings and positions that changed, and delete those of other clauses."""
    standings, positions = (facts.text.standings, facts.text.positions) if facts.text else ([], [])
    old_standings = ClauseStanding.objects.filter(clause__roadmap__partnership=partnership)
    old_positions = ClausePosition.objects.filter(clause__roadmap__partnership=partnership)
    _sync(
        ClauseStanding.objects,
        list(old_standings.order_by("pk")),
        standings,
        ("clause_id",),
        STANDING_COLUMNS,
    )
    _sync(
        ClausePosition.objects,
        list(old_positions.order_by("pk")),
        positions,
        ("clause_id", "party_id"),
        POSITION_COLUMNS,
    )


def _sync[Row: Model](
    table: Manager[Row],
    old: Sequence[Row],
    new: Sequence[Row],
    key: tuple[str, ...],
    columns: tuple[str, ...],
) -> None:
    """Replace the rows of a table by `new`, matched by key; equal rows are not written."""
    old_by_key = {_values(row, key): row for row in old}
    new_by_key = {_values(row, key): row for row in new}
    removed = [row.pk for values, row in old_by_key.items() if values not in new_by_key]
    if removed:
        table.filter(pk__in=removed).delete()
    changed = [
        row
        for values, row in new_by_key.items()
        if values not in old_by_key or _values(old_by_key[values], columns) != _values(row, columns)
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
