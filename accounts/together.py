"""Several compiled questions asked of the database at once: each of them alone costs a way there and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import chain
from typing import Any, Final, NamedTuple, overload
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connections
from django.db.models import (
    BinaryField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    Field,
    ForeignKey,
    IntegerField,
    JSONField,
    TextField,
    UUIDField,
)

from accounts.compiled import Asked, Compiled, Written, fetched

MOST_COLUMNS: Final = 100  # as many as a function of PostgreSQL takes
# How a value of each kind comes back from the JSON in which the rows travel; None: as it is.
READ: Final[dict[type, Callable[[str], Any] | None]] = {
    DateTimeField: datetime.fromisoformat,
    DateField: date.fromisoformat,
    UUIDField: UUID,
    BinaryField: lambda written: bytes.fromhex(written[2:]),  # as \xe9a1
    BooleanField: None,
    IntegerField: None,
    CharField: None,
    TextField: None,
    JSONField: None,
}


@overload
def together[A](_first: Asked[A], /) -> tuple[list[A]]: ...
@overload
def together[A, B](_first: Asked[A], _second: Asked[B], /) -> tuple[list[A], list[B]]: ...
@overload
def together[A, B, C](
    _first: Asked[A], _second: Asked[B], _third: Asked[C], /
) -> tuple[list[A], list[B], list[C]]: ...
@overload
def together[A, B, C, D](
    _first: Asked[A], _second: Asked[B], _third: Asked[C], _fourth: Asked[D], /
) -> tuple[list[A], list[B], list[C], list[D]]: ...


@overload
def together(*asked: Asked[Any]) -> tuple[list[Any], ...]: ...


def together(*asked: Asked[Any]) -> tuple[list[Any], ...]:
    """Return the rows of each question, in the order given. 1 query."""
    statement = _statement(tuple(each.question for each in asked))
    compilers = [each.question.compiler.with_values(each.values) for each in asked]
    params = [*chain.from_iterable(compiler.params for compiler in compilers)]
    (told,) = fetched(connections[compilers[0].using], statement.sql, params)
    return tuple(
        each.question.rows_from(compiler.with_rows(_read(rows or (), readers)))
        for each, compiler, rows, readers in zip(asked, compilers, told, statement.readers, strict=True)
    )


class _Statement(NamedTuple):
    """`readers`: for each question, the columns that are read again, and how."""

    sql: str
    readers: tuple[tuple[tuple[int, Callable[[str], Any]], ...], ...]


@lru_cache(maxsize=64)
def _statement(questions: tuple[Compiled[..., Any], ...]) -> _Statement:
    compilers = [each.compiler for each in questions]
    return _Statement(
        f"SELECT {', '.join(_as_one_value(each) for each in compilers)}",
        tuple(
            tuple((rank, read) for rank, field in enumerate(_fields(compiler)) if (read := _reader(field)))
            for compiler in compilers
        ),
    )


def _as_one_value(compiler: Written) -> str:
    fields = _fields(compiler)
    if len(fields) > MOST_COLUMNS:
        raise TypeError(fields)
    names = [f"c{rank}" for rank in range(len(fields))]
    told = [name + _cast(field) for name, field in zip(names, fields, strict=True)]
    # The rows come in the order of the question, which nothing between it and this disturbs.
    rows = f"({compiler.sql}) AS q({', '.join(names)})"
    return f"(SELECT json_agg(json_build_array({', '.join(told)})) FROM {rows})"  # noqa: S608


def _cast(field: Field[Any, Any]) -> str:
    # What is JSON in its column is read by Django, as text.
    if isinstance(field, ArrayField):
        return "::text[]" if isinstance(field.base_field, JSONField) else ""
    return "::text" if isinstance(field, JSONField) else ""


def _fields(compiler: Written) -> list[Field[Any, Any]]:
    fields = [each[0].output_field for each in compiler.select]
    return [each.target_field if isinstance(each, ForeignKey) else each for each in fields]


def _reader(field: Field[Any, Any]) -> Callable[[str], Any] | None:
    if isinstance(field, ArrayField) and _reader(field.base_field) is None:
        return None
    kind = next((each for each in type(field).__mro__ if each in READ), None)
    if kind is None:
        raise TypeError(field)
    return READ[kind]


def _read(
    rows: Iterable[list[Any]], readers: Sequence[tuple[int, Callable[[str], Any]]]
) -> list[tuple[Any, ...]]:
    for row in rows:
        for rank, read in readers:
            if row[rank] is not None:
                row[rank] = read(row[rank])
    return [tuple(row) for row in rows]
