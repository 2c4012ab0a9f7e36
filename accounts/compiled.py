"""Questions asked at every visit: their SQL is written once a process and planned once a connection.

Writing a query takes Django 0.5 to 2 ms and planning it up to 0.7 ms; asking it again takes 0.2 ms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache, update_wrapper
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connections
from django.db.models import BooleanField, Expression, Func, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from psycopg import RawCursor

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


class Compiled[**P, Row]:
    """A function that builds a queryset from values alone, turned into one that returns its rows. 1 query.

    Each value stands in a filter as it is, so the function may neither look at it nor branch on it, and
    None finds nothing. `Among` replaces `in`, whose SQL depends on how many values there are.
    """

    def __init__(self, build: Callable[P, QuerySet[Any, Row]]) -> None:
        self.build = build
        update_wrapper(self, build)

    def __call__(self, *values: P.args, **_none: P.kwargs) -> list[Row]:
        """Return the rows for these values, given in the order of the function."""
        return self.rows_from(self.compiler.with_values(values))

    def asked(self, *values: P.args, **_none: P.kwargs) -> Asked[Row]:
        """Return the question with these values, to be asked with others by `together`."""
        return Asked(self, values)

    def rows_from(self, compiler: Written) -> list[Row]:
        """Return what the queryset makes of the rows that this compiler finds."""
        queryset = self._queryset
        query = _With(queryset.query, get_compiler=lambda *_args, **_options: compiler)
        # What a queryset does to give its rows, without the copy of it that asking twice would need.
        rows: Any = queryset._iterable_class  # noqa: SLF001
        return [*rows(_With(queryset, query=query))]

    @cached_property
    def _queryset(self) -> QuerySet[Any, Row]:
        places: Any = [_Place(rank) for rank in range(self.build.__code__.co_argcount)]
        return self.build(*places)  # type: ignore[call-arg]

    @cached_property
    def compiler(self) -> Written:
        return Written(self._queryset.query, connections[self._queryset.db], self._queryset.db)


class Asked[Row](NamedTuple):
    """A question and its values."""

    question: Compiled[..., Row]
    values: Sequence[Any]


def compiled[**P, Row](build: Callable[P, QuerySet[Any, Row]]) -> Compiled[P, Row]:
    """Compile the SQL of a queryset once a process."""
    return Compiled(build)


class Among(Func):
    """Say whether a column holds one of the values of a list, in one SQL whatever its length."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


class _Place(Expression):
    """Where the value of that rank will stand."""

    def __init__(self, rank: int) -> None:
        super().__init__()
        self.rank = rank

    def as_sql(self, *_compiler_and_connection: Any) -> tuple[str, Any]:
        return "%s", [self]


class _With:
    """Something with other values in the place of some of its own."""

    def __init__(self, own: Any, **others: Any) -> None:
        self.__dict__.update(others)
        self._own = own

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)


class Written(SQLCompiler):
    """A compiler that has written its SQL and asks it with other values."""

    def __init__(self, query: Any, connection: BaseDatabaseWrapper, using: str) -> None:
        super().__init__(query, connection, using)
        self.using: str
        self.sql: str
        self.params: Sequence[Any]
        self._rows: Sequence[Any] | None = None
        self.sql, self.params = super().as_sql()
        self.converters = super().get_converters([each[0] for each in self.select[: self.col_count]])
        # What is written serves every thread, and holds nothing that one of them said.
        del self.connection

    def with_values(self, values: Sequence[Any]) -> Written:
        """Return the same question about other values, on the connection of this thread."""
        asked = Written.__new__(Written)
        asked.__dict__.update(self.__dict__)
        asked.connection = connections[asked.using]
        asked.params = tuple(values[each.rank] if isinstance(each, _Place) else each for each in self.params)
        return asked

    def with_rows(self, rows: Sequence[Any]) -> Written:
        """Return the question once more, its rows already found."""
        self._rows = rows
        return self

    def as_sql(self, *_args: Any, **_options: Any) -> tuple[str, Any]:
        return self.sql, self.params

    def execute_sql(self, *_args: Any, **_options: Any) -> Any:
        return [fetched(self.connection, self.sql, self.params) if self._rows is None else self._rows]

    def get_converters(self, *_columns: Any) -> Any:
        return self.converters


@lru_cache(maxsize=256)
def _numbered(sql: str) -> str:
    """Return the SQL with its places named as PostgreSQL names them."""
    first, *others = sql.split("%s")
    return "".join([first, *(f"${rank}{each}" for rank, each in enumerate(others, 1))]).replace("%%", "%")


def fetched(connection: BaseDatabaseWrapper, sql: str, params: Sequence[Any]) -> list[Any]:
    """Return the rows of a question that is planned once a connection. 1 query."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    # The cursor that Django opens writes the values into the SQL, which then cannot be prepared; a raw one
    # does not look for the places of the values each time, at most of the cost of a long question.
    opened: Any = RawCursor(connection.connection)
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with wrap(opened) as cursor:
        cursor.execute(_numbered(sql), params)
        rows: list[Any] = cursor.fetchall()
    return rows
