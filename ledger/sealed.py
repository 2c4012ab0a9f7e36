"""Triggers for `Meta.triggers`, which hold against raw SQL too: append-only, write-once, and others.

    class Meta:
        triggers = append_only()

The migration that adds them depends on ("ledger", "0001_initial"), which creates `ledger_refuse_change`.
"""

import functools
import operator
from typing import Any

import pgtrigger
from django.db import models

CREATE_REFUSAL = """
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is sealed: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
"""
DROP_REFUSAL = "DROP FUNCTION ledger_refuse_change();"


CREATE_REFUSAL_WITH_REASON = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % of % is refused', TG_ARGV[0], TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
"""
DROP_REFUSAL_WITH_REASON = "DROP FUNCTION ledger_refuse();"


class EnforcedTrigger(pgtrigger.Trigger):
    """A row trigger that runs the database function `function` before the statement.

    The function that pgtrigger generates returns early for whoever sets `pgtrigger.ignore`, and any session
    may set it. So it is left unused, and the trigger runs a function that a migration creates.
    """

    when = pgtrigger.Before
    func = "RETURN NULL;"
    function = "ledger_refuse_change"

    def __init__(self, *, function: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.function = function or self.function

    def render_execute(self, model: models.Model) -> str:  # noqa: ARG002
        return f"{self.function}()"


class RefusedWhen(EnforcedTrigger):
    """A trigger that refuses, in the words of `reason`, the rows for which its condition is true."""

    function = "ledger_refuse"

    def __init__(self, *, reason: str, **options: Any) -> None:
        super().__init__(**options)
        self.reason = reason

    def render_execute(self, model: models.Model) -> str:  # noqa: ARG002
        return f"{self.function}('{self.reason}')"


class CheckedAtCommit(EnforcedTrigger):
    """A trigger that runs its function when the transaction commits, when all its rows are there."""

    when = pgtrigger.After
    timing = pgtrigger.Deferred


def append_only() -> list[pgtrigger.Trigger]:
    """Return the triggers of a table that accepts INSERT alone: no UPDATE, DELETE or TRUNCATE."""
    return [
        EnforcedTrigger(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        _no_truncate(),
    ]


def write_once(*fields: str) -> list[pgtrigger.Trigger]:
    """Return the triggers of a table whose `fields` go from NULL to a value and never change after.

    Other columns stay free. DELETE is refused once one of the fields has a value, TRUNCATE always.
    """
    changed = [
        pgtrigger.Q(**{f"old__{field}__isnull": False, f"old__{field}__df": pgtrigger.F(f"new__{field}")})
        for field in fields
    ]
    written = [pgtrigger.Q(**{f"old__{field}__isnull": False}) for field in fields]
    return [
        EnforcedTrigger(
            name="write_once", operation=pgtrigger.Update, condition=functools.reduce(operator.or_, changed)
        ),
        EnforcedTrigger(
            name="no_delete", operation=pgtrigger.Delete, condition=functools.reduce(operator.or_, written)
        ),
        _no_truncate(),
    ]


def _no_truncate() -> pgtrigger.Trigger:
    return EnforcedTrigger(name="no_truncate", level=pgtrigger.Statement, operation=pgtrigger.Truncate)
