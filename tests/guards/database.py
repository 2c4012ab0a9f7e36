"""The database of the tests: emptied after a real transaction, append-only tables included."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management.commands import flush
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

from tests import fixture_cache
from tests.database_owner import AS_OWNER, WITHOUT_TRIGGERS, owner


@pytest.fixture(autouse=True, scope="session")
def append_only_tables_can_be_emptied() -> Iterator[None]:
    """Let the flush between two `transaction=True` tests run as the owner, and pass its triggers.

    The product never flushes: its role may not empty a table.
    """
    sql_flush, emit = DatabaseOperations.sql_flush, flush.emit_post_migrate_signal

    def flush_as_owner(operations: DatabaseOperations, *args: Any, **options: Any) -> list[str]:
        statements = sql_flush(operations, *args, **options)
        fixture_cache.cache.forget()
        return [AS_OWNER, WITHOUT_TRIGGERS, *statements] if statements else []

    def emit_as_owner(*args: Any, **options: Any) -> None:
        """Create the content types and the permissions anew, which migrations alone write."""
        with owner():
            emit(*args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", flush_as_owner)
        patch.setattr(flush, "emit_post_migrate_signal", emit_as_owner)
        yield


@pytest.fixture(autouse=True, scope="session")
def writes_are_counted() -> Iterator[None]:
    """Tell the fixture cache about every statement executed."""
    connection.execute_wrappers.append(fixture_cache.cache.watch)
    yield
    connection.execute_wrappers.remove(fixture_cache.cache.watch)


@pytest.fixture(autouse=True)
def cache_starts_empty() -> None:
    """Forget the rate limits that an earlier test used up."""
    cache.clear()
