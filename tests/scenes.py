"""What a play leaves in the database, kept and set up again for the next test that asks for the same play.

The first time in a process the real actions are played; their rows are then kept, and come back as
they were while the database is at the point from which they were played. Whoever has written
something else in between, or holds no transaction to be rolled back, has the actions played anew.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.db import connection

type Rows = dict[str, list[bytes]]  # table -> its lines as COPY writes them

LIMIT = 60
HARMLESS = ("SELECT", "SAVEPOINT", "RELEASE", "SET ")


@dataclass(frozen=True)
class Scene:
    """The rows that a play changed, whole tables with them, and what it returned.

    `after`: the whole database; `added`: the lines to write; `removed`: tables that lost or changed a row.
    """

    key: object
    after: Rows
    added: Rows
    removed: tuple[str, ...]
    result: bytes


class Wings:
    """Where scenes wait, and which one stands in the open transaction."""

    def __init__(self) -> None:
        self.scenes: dict[object, Scene] = {}
        self.writes = 0
        self.standing: tuple[Scene, int, int | None] | None = None

    def forget(self) -> None:
        """Forget every scene: the rows they stand on have another number now."""
        self.scenes.clear()
        self.standing = None

    def watch(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        """Count what may change a row."""
        if not str(sql).lstrip().upper().startswith(HARMLESS):
            self.writes += 1
        return execute(sql, params, many, context)

    def ground(self) -> tuple[bool, Scene | None]:
        """Tell whether the database is at a known point, and which scene stands there (None: none)."""
        if not connection.in_atomic_block or self.watch not in connection.execute_wrappers:
            return False, None
        number = _transaction()
        if number is None:
            return True, None
        if self.standing and self.standing[1:] == (self.writes, number):
            return True, self.standing[0]
        return False, None

    def stand(self, scene: Scene) -> None:
        self.standing = (scene, self.writes, _transaction())


wings = Wings()


def kept[**P, R](play: Callable[P, R]) -> Callable[P, R]:
    """Make of a play of real actions one whose scene is kept."""

    @wraps(play)
    def again(*args: P.args, **named: P.kwargs) -> R:
        is_known, below = wings.ground()
        if not is_known:
            return play(*args, **named)
        key = (below and below.key, play.__qualname__, args, tuple(sorted(named.items())))
        if key in wings.scenes:
            return _set_up(wings.scenes[key])  # type: ignore[no-any-return]
        return _play(key, below, lambda: play(*args, **named))

    return again


def _play[R](key: object, below: Scene | None, play: Callable[[], R]) -> R:
    before = below.after if below else _dump()
    result = play()
    after = _dump()
    touched = {table: set(before[table]) for table in after if after[table] != before[table]}
    removed = tuple(table for table, lines in touched.items() if not lines <= set(after[table]))
    added = {
        table: [line for line in after[table] if table in removed or line not in lines]
        for table, lines in touched.items()
    }
    scene = Scene(key, after, added, removed, pickle.dumps(result))
    if len(wings.scenes) >= LIMIT:
        del wings.scenes[next(iter(wings.scenes))]
    wings.scenes[key] = scene
    wings.stand(scene)
    return result


def _set_up(scene: Scene) -> Any:
    with connection.cursor() as cursor, _asleep(cursor):
        for table in scene.removed:
            cursor.execute(f"DELETE FROM {table}")
        for table, lines in scene.added.items():
            with cursor.cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(b"".join(lines))
    wings.stand(scene)
    return pickle.loads(scene.result)


@contextmanager
def _asleep(cursor: Any) -> Iterator[None]:
    """Let triggers sleep, those of append-only tables included: the rows were checked when they were played."""
    cursor.execute("SET LOCAL session_replication_role = replica")
    yield
    cursor.execute("SET LOCAL session_replication_role = origin")


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
