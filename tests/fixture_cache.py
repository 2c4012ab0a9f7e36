"""A cache of the rows that fixtures write, so that each fixture runs its actions once per process.

The first call of a fixture runs the real actions and copies the rows they wrote. A later call with the
same arguments copies the rows back, provided that the database is in the state the first call started
from. Otherwise, or outside a transaction that will be rolled back, the actions run again.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.db import connection

from tests.database_owner import AS_OWNER, WITH_TRIGGERS, WITHOUT_TRIGGERS, as_application

type Rows = dict[str, list[bytes]]  # table -> its lines as COPY writes them

LIMIT = 60
HARMLESS = ("SELECT", "SAVEPOINT", "RELEASE", "SET ")


@dataclass(frozen=True)
class CachedFixture:
    """The rows that a fixture changed and what it returned.

    `after`: the whole database; `added`: the lines to write; `removed`: tables that lost or changed a row.
    """

    key: object
    after: Rows
    added: Rows
    removed: tuple[str, ...]
    result: bytes


class FixtureCache:
    """The cached fixtures, and which one the open transaction holds."""

    def __init__(self) -> None:
        self.entries: dict[object, CachedFixture] = {}
        self.writes = 0
        self.current: tuple[CachedFixture, int, int | None] | None = None

    def forget(self) -> None:
        """Drop every entry: the primary keys they refer to are no longer valid."""
        self.entries.clear()
        self.current = None

    def watch(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        """Count the statements that may change a row."""
        if not str(sql).lstrip().upper().startswith(HARMLESS):
            self.writes += 1
        return execute(sql, params, many, context)

    def current_state(self) -> tuple[bool, CachedFixture | None]:
        """Return whether the state of the database is known, and the fixture it holds (None: an empty database)."""
        if not connection.in_atomic_block or self.watch not in connection.execute_wrappers:
            return False, None
        number = _transaction()
        if number is None:
            return True, None
        if self.current and self.current[1:] == (self.writes, number):
            return True, self.current[0]
        return False, None

    def use(self, key: object) -> None:
        """Make an entry the last one to be dropped: all others are built on the cast, which is cached first."""
        self.entries[key] = self.entries.pop(key)

    def mark_current(self, cached: CachedFixture) -> None:
        self.current = (cached, self.writes, _transaction())


cache = FixtureCache()


def cached_fixture[**P, R](fixture: Callable[P, R]) -> Callable[P, R]:
    """Cache the rows that a fixture made of real actions writes."""

    @wraps(fixture)
    def wrapper(*args: P.args, **named: P.kwargs) -> R:
        is_known, below = cache.current_state()
        if not is_known:
            return fixture(*args, **named)
        key = (below and below.key, fixture.__qualname__, args, tuple(sorted(named.items())))
        if key in cache.entries:
            cache.use(key)
            return _restore(cache.entries[key])  # type: ignore[no-any-return]
        return _run_and_cache(key, below, lambda: fixture(*args, **named))

    return wrapper


def _run_and_cache[R](key: object, below: CachedFixture | None, fixture: Callable[[], R]) -> R:
    before = below.after if below else _dump()
    result = fixture()
    after = _dump()
    touched = {table: set(before[table]) for table in after if after[table] != before[table]}
    removed = tuple(table for table, lines in touched.items() if not lines <= set(after[table]))
    added = {
        table: [line for line in after[table] if table in removed or line not in lines]
        for table, lines in touched.items()
    }
    cached = CachedFixture(key, after, added, removed, pickle.dumps(result))
    if len(cache.entries) >= LIMIT:
        del cache.entries[next(iter(cache.entries))]
    cache.entries[key] = cached
    cache.mark_current(cached)
    return result


def _restore(cached: CachedFixture) -> Any:
    with connection.cursor() as cursor, _triggers_disabled(cursor):
        for table in cached.removed:
            cursor.execute(f"DELETE FROM {table}")
        for table, lines in cached.added.items():
            with cursor.cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(b"".join(lines))
    cache.mark_current(cached)
    return pickle.loads(cached.result)


@contextmanager
def _triggers_disabled(cursor: Any) -> Iterator[None]:
    """Disable triggers, those of append-only tables included: the rows were checked when first written."""
    cursor.execute(f"{AS_OWNER}; {WITHOUT_TRIGGERS}")
    yield
    cursor.execute(f"{WITH_TRIGGERS}; {as_application()}")


def _dump() -> Rows:
    rows = {}
    with connection.cursor() as cursor:
        for name in sorted(connection.introspection.table_names(cursor)):
            table = connection.ops.quote_name(name)
            with cursor.cursor.copy(f"COPY {table} TO STDOUT") as copy:
                rows[table] = [bytes(line) for line in copy]
    return rows


def _transaction() -> int | None:
    """Return the number of the open transaction; one that wrote nothing yet has none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned()::text::bigint")
        (number,) = cursor.fetchone()
    return number
