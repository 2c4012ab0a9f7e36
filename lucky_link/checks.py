"""System checks of an installation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004
from django.db import DEFAULT_DB_ALIAS, connections

from lucky_link import database_rights

OWNER = "owner"


@register(deploy=True)
def owner_is_named(**_options: Any) -> list[CheckMessage]:
    """Warn when migrations and pages use the same role."""
    if OWNER in connections:
        return []
    return [
        Warning(
            "DATABASE_OWNER_URL is not set: the migrations run as the role of DATABASE_URL.",
            hint="Give the owner of the tables in DATABASE_OWNER_URL and another role in DATABASE_URL.",
            id="lucky_link.W001",
        )
    ]


@register(Tags.database)
def application_owns_nothing(
    *, databases: Sequence[str] | None = None, **_options: Any
) -> list[CheckMessage]:
    """Warn when the role of DATABASE_URL can undo what constraints and triggers protect."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    return [
        Warning(
            f"The role of DATABASE_URL {fault}.",
            hint="Give the owner of the tables in DATABASE_OWNER_URL, another role in DATABASE_URL; migrate.",
            id="lucky_link.W002",
        )
        for fault in database_rights.faults(connections[DEFAULT_DB_ALIAS])
    ]
