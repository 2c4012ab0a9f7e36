"""The database of the tests: emptied after a real transaction, append-only tables included."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

from tests import fixture_cache


@pytest.fixture(autouse=True, scope="session")
def append_only_tables_can_be_emptied() -> Iterator[None]:
    """Let the flush between two `transaction=True` tests pass the triggers that refuse TRUNCATE.

    Triggers sleep for a session in the role of a replica, which only a superuser may take: the
    product's own connections never do.
    """
    flush = DatabaseOperations.sql_flush

    def flush_as_replica(operations: DatabaseOperations, *args: Any, **options: Any) -> list[str]:
        statements = flush(operations, *args, **options)
        fixture_cache.cache.forget()
        return ["SET LOCAL session_replication_role = replica", *statements] if statements else []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", flush_as_replica)
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
