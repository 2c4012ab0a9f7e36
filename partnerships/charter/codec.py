"""Encoding of dataclasses as canonical JSON (RFC 8785) and strict decoding.

A field added after the first charters were signed has `LATER` as metadata: it is omitted when it has its
default, so that earlier charters keep their bytes and their fingerprint. One that only charters of an earlier
schema have is `FORMER`: it is written and read for those alone (`is_former`).
"""

import json
import types
from collections.abc import Mapping
from dataclasses import Field, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import IntEnum
from functools import cache
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAliasType, cast, get_args, get_origin, get_type_hints

import rfc8785

type Json = str | int | bool | list[Json] | dict[str, Json] | None


LATER: Final = MappingProxyType({"later": True})
FORMER: Final = MappingProxyType({"former": True})


class Malformed(ValueError):
    """The JSON does not have the fields and types of the dataclass."""


def encode(value: object, *, is_former: bool = False) -> bytes:
    """Return the RFC 8785 JSON of a dataclass; dates become YYYY-MM-DD, moments are in UTC."""
    return rfc8785.dumps(cast("Any", _plain(value, is_former=is_former)))


def parse(data: bytes) -> Json:
    """Return the JSON value in `data`. Raises Malformed, also for a key given twice."""
    try:
        return cast("Json", json.loads(data, object_pairs_hook=_without_duplicates))
    except (ValueError, RecursionError) as error:
        raise Malformed(str(error)) from error


def decode[T](kind: type[T], value: Json, *, is_former: bool = False) -> T:
    """Return `value` as an instance of the dataclass `kind`. Raises Malformed, also for unknown fields."""
    return cast("T", _decode(kind, value, is_former=is_former))


def _plain(value: object, *, is_former: bool) -> Json:
    if is_dataclass(value):
        return {
            field.name: _plain(getattr(value, field.name), is_former=is_former)
            for field in fields(value)
            if (not _is_later(field) or getattr(value, field.name) != field.default)
            and (is_former or not _is_former(field))
        }
    if isinstance(value, tuple):
        return [_plain(item, is_former=is_former) for item in value]
    if isinstance(value, date):
        return _moment(value) if isinstance(value, datetime) else value.isoformat()
    return cast("Json", value)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _without_duplicates(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise Malformed("A key is given twice.")
    return mapping


def _decode(kind: object, value: Json, *, is_former: bool) -> object:
    decoded: object
    if isinstance(kind, TypeAliasType):
        decoded = _decode(kind.__value__, value, is_former=is_former)
    elif get_origin(kind) is Literal:
        decoded = _literal(get_args(kind), value)
    elif get_origin(kind) is tuple:
        items = _exactly(list, value)
        decoded = tuple(_decode(get_args(kind)[0], item, is_former=is_former) for item in items)
    elif get_origin(kind) is types.UnionType:
        decoded = None if value is None else _decode(get_args(kind)[0], value, is_former=is_former)
    elif is_dataclass(kind):
        decoded = _dataclass(cast("type", kind), _exactly(dict, value), is_former=is_former)
    else:
        decoded = _scalar(cast("type", kind), value)
    return decoded


def _dataclass(kind: type, value: Mapping[str, Json], *, is_former: bool) -> object:
    hints, defaults = _hints(kind, is_former=is_former), _later_defaults(kind)
    if hints.keys() - defaults.keys() - value.keys() or value.keys() - hints.keys():
        raise Malformed(f"{kind.__name__}: {sorted(hints.keys() ^ value.keys())}.")
    decoded = {name: _decode(hints[name], item, is_former=is_former) for name, item in value.items()}
    # Each value has exactly one JSON, so a later field present with its default is refused.
    if redundant := [
        name for name, default in defaults.items() if name in decoded and decoded[name] == default
    ]:
        raise Malformed(f"{kind.__name__}: {sorted(redundant)} at its default.")
    return kind(**decoded)


@cache
def _later_defaults(kind: type) -> dict[str, Any]:
    return {field.name: field.default for field in fields(kind) if _is_later(field)}


def _is_later(field: Field[Any]) -> bool:
    return field.metadata.get("later", False) is True


def _is_former(field: Field[Any]) -> bool:
    return field.metadata.get("former", False) is True


@cache
def _hints(kind: type, *, is_former: bool) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind) if is_former or not _is_former(each)}


def _scalar(kind: type, value: Json) -> object:
    try:
        if kind is datetime:
            return _from_moment(_exactly(str, value))
        if kind is date:
            return date.fromisoformat(_exactly(str, value))
        if issubclass(kind, IntEnum):
            return kind(_exactly(int, value))
    except ValueError as error:
        raise Malformed(str(error)) from error
    return _exactly(kind, value)


def _from_moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None or _moment(moment) != value:
        raise Malformed(f"{value!r} is not written in UTC.")
    return moment


def _literal(allowed: tuple[object, ...], value: Json) -> object:
    if not isinstance(value, str) or value not in allowed:
        raise Malformed(f"{value!r} is none of {allowed}.")
    return value


def _exactly[T](kind: type[T], value: Json) -> T:
    if type(value) is not kind:
        raise Malformed(f"{value!r} is no {kind.__name__}.")
    return value
