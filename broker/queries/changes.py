"""What an organisation changed of its identity, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from accounts.models import IdentityChange, Organisation
from accounts.organisations.queries.ledger_facts import LABELS


class Changed(NamedTuple):
    """A field of an identity, as it was and as it is."""

    label: str
    before: str
    after: str


def changes_of(organisation: Organisation) -> list[tuple[IdentityChange, Sequence[Changed]]]:
    """Return what was changed, latest first, each with its fields. 1 query."""
    rows = organisation.identity_changes.select_related("changed_by").order_by("-changed_at", "-pk")
    return [(row, [_changed(row, name) for name in row.after]) for row in rows]


def _changed(row: IdentityChange, name: str) -> Changed:
    return Changed(str(LABELS[name]), row.before[name], row.after[name])
