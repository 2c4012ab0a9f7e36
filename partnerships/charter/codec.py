"""Encoding of dataclasses as canonical JSON (RFC 8785) and strict decoding.

A field added after the first charters were signed has `LATER` as metadata: it is omitted when it has its
default, so that earlier charters keep their bytes and their fingerprint.
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
    """The JSON does not have the fields and types of the dataclass."""


def encode(value: object) -> bytes:
    """Return the RFC 8785 JSON of a dataclass; dates become YYYY-MM-DD."""
    return rfc8785.dumps(cast("Any", _plain(value)))


def parse(data: bytes) -> Json:
    """Return the JSON value in `data`. Raises Malformed, also for a key given twice."""
    try:
        return cast("Json", json.loads(data, object_pairs_hook=_without_duplicates))
    except (ValueError, RecursionError) as error:
        raise Malformed(str(error)) from error


def decode[T](kind: type[T], value: Json) -> T:
    """Return `value` as an instance of the dataclass `kind`. Raises Malformed, also for unknown fields."""
    return cast("T", _decode(kind, value))


def _plain(value: object) -> Json:
    if is_dataclass(value):
        return {
            field.name: _plain(getattr(value, field.name))
            for field in fields(value)
            if not _is_later(field) or getattr(value, field.name) != field.default
        }
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if type(value) is date:
        return value.isoformat()
    return cast("Json", value)


def _without_duplicates(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise Malformed("A key is given twice.")
    return mapping


def _decode(kind: object, value: Json) -> object:
    decoded: object
    if isinstance(kind, TypeAliasType):
        decoded = _decode(kind.__value__, value)
    elif get_origin(kind) is Literal:
        decoded = _literal(get_args(kind), value)
    elif get_origin(kind) is tuple:
        decoded = tuple(_decode(get_args(kind)[0], item) for item in _exactly(list, value))
    elif get_origin(kind) is types.UnionType:
        decoded = None if value is None else _decode(get_args(kind)[0], value)
    elif is_dataclass(kind):
        decoded = _dataclass(cast("type", kind), _exactly(dict, value))
    else:
        decoded = _scalar(cast("type", kind), value)
    return decoded


def _dataclass(kind: type, value: Mapping[str, Json]) -> object:
    hints, defaults = _hints(kind), _later_defaults(kind)
    if hints.keys() - defaults.keys() - value.keys() or value.keys() - hints.keys():
        raise Malformed(f"{kind.__name__}: {sorted(hints.keys() ^ value.keys())}.")
    decoded = {name: _decode(hints[name], item) for name, item in value.items()}
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


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _scalar(kind: type, value: Json) -> object:
    try:
        if kind is date:
            return date.fromisoformat(_exactly(str, value))
        if issubclass(kind, IntEnum):
            return kind(_exactly(int, value))
    except ValueError as error:
        raise Malformed(str(error)) from error
    return _exactly(kind, value)


def _literal(allowed: tuple[object, ...], value: Json) -> object:
    if not isinstance(value, str) or value not in allowed:
        raise Malformed(f"{value!r} is none of {allowed}.")
    return value


def _exactly[T](kind: type[T], value: Json) -> T:
    if type(value) is not kind:
        raise Malformed(f"{value!r} is no {kind.__name__}.")
    return value
