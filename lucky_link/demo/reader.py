"""Read a TOML file into a struct, or refuse it with the line and the reason of each problem."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import inspect

from accounts.text import canonical

# The words of TOML for what msgspec names after JSON.
TOML_TYPES = {"object": "table", "array": "list"}


class InvalidFile(ValueError):
    """The file cannot be used; the message gives the line and the reason of each problem."""


class Problem(NamedTuple):
    """What is wrong with one value; `path` leads to it, as `clauses[3].heading`."""

    path: str
    reason: str


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a TOML file. Subclasses repeat `kw_only`, which msgspec does not inherit."""

    def problems(self) -> Iterator[Problem]:
        """Yield what the types of the fields cannot express, for a whole file."""
        yield from ()


def read[T: Record](path: Path, kind: type[T]) -> T:
    """Return the record that a TOML file contains. Raises InvalidFile."""
    return parse(read_text(path), kind, str(path))


def read_text(path: Path) -> str:
    """Return the text of a file. Raises InvalidFile when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidFile(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidFile(f"{path}: this is no text in UTF-8") from error


def parse[T: Record](text: str, kind: type[T], name: str) -> T:
    """Return the record that a TOML text contains; `name` is the file name in messages.

    Raises InvalidFile.
    """
    data = _load(text, name)
    try:
        record = msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise InvalidFile(_message(text, name, _problem(str(error), data, kind))) from error
    problems = [*_refused_texts(data), *record.problems()]
    if problems:
        raise InvalidFile("\n".join(_message(text, name, problem) for problem in problems))
    return record


def line_of(text: str, path: str) -> int:
    """Return the line, from 1, of the deepest part of `path` that the text contains."""
    lines = text.splitlines()
    current = 0
    table = ""
    for name, index in re.findall(r"(\w+)(?:\[(\d+)\])?", path):
        table = f"{table}.{name}" if table else name
        header = re.compile(rf"\s*\[\[?\s*{re.escape(table)}\s*\]\]?")
        headers = [n for n, line in enumerate(lines) if n >= current and header.match(line)]
        if headers:
            current = headers[min(int(index or 0), len(headers) - 1)]
            continue
        key = re.compile(rf"\s*{re.escape(name)}\s*=")
        current = next((n for n, line in enumerate(lines) if n >= current and key.match(line)), current)
    return current + 1


def _refused_texts(value: Any, path: str = "") -> Iterator[Problem]:
    """Yield the texts of a file that the forms of the product would refuse or clean."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _refused_texts(item, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _refused_texts(item, f"{path}[{index}]")
    elif isinstance(value, str):
        try:
            canonical.canonical(value, multiline=True, printed=True)
        except canonical.TextRefused as refusal:
            yield Problem(path, refusal.message)
        if unseen := canonical.unseen(value):
            yield Problem(path, f"signs that nobody sees: {', '.join(unseen)}")


def _load(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        end = f"at line {text.count('\n') + 1}, the end"
        reason = str(error).replace("at end of document", end)
        raise InvalidFile(f"{name}: {reason}") from error


def _message(text: str, name: str, problem: Problem) -> str:
    return f"{name}, line {line_of(text, problem.path)}: {problem.path}: {problem.reason}"


def _problem(message: str, data: object, kind: type[Record]) -> Problem:
    """Return the problem that a message of msgspec reports, as "Expected `int`, got `str` - at `$.day`"."""
    reason, _, location = message.partition(" - at `$")
    path = location.rstrip("`").lstrip(".")
    expected, value = _at(path, inspect.type_info(kind), data)
    quoted = re.findall(r"`([^`]+)`", reason)
    if "unknown field" in reason:
        return Problem(f"{path}.{quoted[0]}".lstrip("."), f"unknown key; known: {_names(expected)}")
    if "missing required field" in reason:
        return Problem(path or quoted[0], f"the key {quoted[0]} is missing")
    if isinstance(expected, inspect.LiteralType):
        return Problem(path, f"{value!r} is none of {', '.join(map(str, expected.values))}")
    shown = "" if isinstance(value, dict | list) else f"{value!r}: "
    for json_name, toml_name in TOML_TYPES.items():
        reason = reason.replace(f"`{json_name}`", f"`{toml_name}`")
    return Problem(path, f"{shown}{reason}")


def _at(path: str, kind: inspect.Type, value: Any) -> tuple[inspect.Type, Any]:
    """Return the expected type and the value at a path; the path of msgspec shows no key of a mapping."""
    for name, index in re.findall(r"(\w+)|\[(\d+|\.\.\.)\]", path):
        if isinstance(kind, inspect.StructType) and name:
            kind = next(field.type for field in kind.fields if field.encode_name == name)
            value = value[name]
        elif isinstance(kind, inspect.VarTupleType) and index:
            kind, value = kind.item_type, value[int(index)]
        elif isinstance(kind, inspect.DictType):
            kind, value = kind.value_type, list(value.values())
        kind = _without_none(kind)
    return kind, value


def _without_none(kind: inspect.Type) -> inspect.Type:
    if isinstance(kind, inspect.UnionType):
        return next(option for option in kind.types if not isinstance(option, inspect.NoneType))
    return kind


def _names(kind: inspect.Type) -> str:
    return (
        ", ".join(field.encode_name for field in kind.fields) if isinstance(kind, inspect.StructType) else ""
    )
