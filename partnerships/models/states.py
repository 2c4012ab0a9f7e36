"""Triggers that let a state change only along the table of its lifecycle."""

from __future__ import annotations

from collections.abc import Sequence

import pgtrigger

from ledger.sealed import RefusedWhen
from partnerships.lifecycle import Case, Edition, Transition


def along(transitions: Sequence[Transition], *, start: Case | Edition) -> list[pgtrigger.Trigger]:
    """Return the triggers of a column `state` that begins at `start` and moves along `transitions`."""
    moves = sorted({(row.source.value, row.target.value) for row in transitions if row.source != row.target})
    listed = ", ".join(f"('{source}', '{target}')" for source, target in moves)
    return [
        RefusedWhen(
            name="first_state",
            reason="a life begins at its first state",
            operation=pgtrigger.Insert,
            condition=pgtrigger.Condition(f"NEW.state <> '{start.value}'"),
        ),
        RefusedWhen(
            name="lifecycle",
            reason="no transition leads there",
            operation=pgtrigger.Update,
            condition=pgtrigger.Condition(
                f"OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN ({listed})"
            ),
        ),
    ]
