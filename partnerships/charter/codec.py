"""Dataclasses to canonical JSON and back: exact both ways, and strict about what it reads.

A field added since charters were first signed has `LATER` for metadata: at its default it is not
written, so that what was signed before keeps its bytes and its fingerprint.
"""

import json
import types
from collections.abc import Mapping
from dataclasses import Field, fields, is_dataclass
from datetime import date
from enum import IntEnum
from functools import cache
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAliasType, cast, get_args, get_origin, get_type_hints

import rfc8785

type Json = str | int | bool | list[Json] | dict[str, Json] | None


LATER: Final = MappingProxyType({"later": True})


class Malformed(ValueError):
    """The JSON does not have the shape that the dataclass asks for."""


def encode(value: object) -> bytes:
    """Return the RFC 8785 JSON of a dataclass; dates become YYYY-MM-DD."""
    return rfc8785.dumps(cast("Any", _plain(value)))


def parse(data: bytes) -> Json:
    """Return the JSON value in `data`. Raises Malformed, also for a key given twice."""
    try:
        return cast("Json", json.loads(data, object_pairs_hook=_unique))
    except (ValueError, RecursionError) as error:
        raise Malformed(str(error)) from error


def decode[T](kind: type[T], value: Json) -> T:
    """Return the dataclass `kind` told by `value`, with no field more or less. Raises Malformed."""
    return cast("T", _read(kind, value))


def _plain(value: object) -> Json:
    if is_dataclass(value):
        return {
            field.name: _plain(getattr(value, field.name))
            for field in fields(value)
            if not _is_later(field) or getattr(value, field.name) != field.default
        }
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if type(value) is date:
        return value.isoformat()
    return cast("Json", value)


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("A key is given twice.")
    return found


def _read(kind: object, value: Json) -> object:
    found: object
    if isinstance(kind, TypeAliasType):
        found = _read(kind.__value__, value)
    elif get_origin(kind) is Literal:
        found = _one_of(get_args(kind), value)
    elif get_origin(kind) is tuple:
        found = tuple(_read(get_args(kind)[0], each) for each in _of(list, value))
    elif get_origin(kind) is types.UnionType:
        found = None if value is None else _read(get_args(kind)[0], value)
    elif is_dataclass(kind):
        found = _record(cast("type", kind), _of(dict, value))
    else:
        found = _scalar(cast("type", kind), value)
    return found


def _record(kind: type, value: Mapping[str, Json]) -> object:
    hints, defaults = _hints(kind), _later(kind)
    if hints.keys() - defaults.keys() - value.keys() or value.keys() - hints.keys():
        raise Malformed(f"{kind.__name__}: {sorted(hints.keys() ^ value.keys())}.")
    read = {name: _read(hints[name], held) for name, held in value.items()}
    # One value has one JSON: what is left unwritten at its default is not written at its default.
    if written := [name for name, default in defaults.items() if name in read and read[name] == default]:
        raise Malformed(f"{kind.__name__}: {sorted(written)} at its default.")
    return kind(**read)


@cache
def _later(kind: type) -> dict[str, Any]:
    return {each.name: each.default for each in fields(kind) if _is_later(each)}


def _is_later(each: Field[Any]) -> bool:
    return each.metadata.get("later", False) is True


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _scalar(kind: type, value: Json) -> object:
    try:
        if kind is date:
            return date.fromisoformat(_of(str, value))
        if issubclass(kind, IntEnum):
            return kind(_of(int, value))
    except ValueError as error:
        raise Malformed(str(error)) from error
    return _of(kind, value)


def _one_of(allowed: tuple[object, ...], value: Json) -> object:
    if not isinstance(value, str) or value not in allowed:
        raise Malformed(f"{value!r} is none of {allowed}.")
    return value


def _of[T](kind: type[T], value: Json) -> T:
    if type(value) is not kind:
        raise Malformed(f"{value!r} is no {kind.__name__}.")
    return value
