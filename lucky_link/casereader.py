"""From a TOML file to a case that can be played, with the line of whatever is wrong."""

from __future__ import annotations

import re
import tomllib
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from lucky_link.casecites import cited, line_named, text_filed
from lucky_link.casefile import BadCaseFile, CaseFile, Clause, Redraft
from partnerships.charter.terms import TABLES
from partnerships.charter.texts import Heading


class _Wrong(Exception):
    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.path = path
        self.reason = reason


def read(path: Path) -> CaseFile:
    """Return the case told by a TOML file. Raises BadCaseFile with the line and the reason."""
    return parse(text_of(path), CaseFile, str(path))


def text_of(path: Path) -> str:
    """Return what a file says. Raises BadCaseFile when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadCaseFile(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadCaseFile(f"{path}: this is no text in UTF-8") from error


def parse[T](text: str, kind: type[T], name: str) -> T:
    """Return the `kind` told by TOML text; `name` stands for the file in what goes wrong.

    Raises BadCaseFile.
    """
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        last = f"at line {text.count('\n') + 1}, the end"
        reason = str(error).replace("at end of document", last)
        raise BadCaseFile(f"{name}: {reason}") from error
    try:
        case: T = _record(kind, value, "")
        if isinstance(case, CaseFile):
            _check(case)
    except _Wrong as error:
        line = line_of(text, error.path)
        raise BadCaseFile(f"{name}, line {line}: {error.path}: {error.reason}") from error
    return case


def _record(kind: Any, value: Any, path: str) -> Any:
    if not isinstance(value, dict):
        raise _Wrong(path, "a table is expected here")
    hints = get_type_hints(kind)
    for key in value:
        if key not in hints:
            raise _Wrong(_join(path, key), f"unknown key; known: {', '.join(hints)}")
    given = {}
    for each in fields(kind):
        where = _join(path, each.name)
        if each.name in value:
            given[each.name] = _value(hints[each.name], value[each.name], where)
        elif each.default is MISSING and each.default_factory is MISSING:
            raise _Wrong(path or each.name, f"the key {each.name} is missing")
    return kind(**given)


def _value(kind: Any, value: Any, path: str) -> Any:
    origin = get_origin(kind)
    if origin is UnionType:
        return _value(get_args(kind)[0], value, path)
    if origin is Literal:
        return _one_of(get_args(kind), value, path)
    if is_dataclass(kind) or origin is not None:
        return _held(kind, value, path)
    if type(value) is not kind:
        raise _Wrong(path, f"{value!r} is not of the type {kind.__name__}")
    return value


def _held(kind: Any, value: Any, path: str) -> Any:
    if is_dataclass(kind):
        return _record(kind, value, path)
    origin, inner = get_origin(kind), get_args(kind)
    if origin is tuple and isinstance(value, list):
        return tuple(_value(inner[0], each, f"{path}[{n}]") for n, each in enumerate(value))
    if origin is not tuple and isinstance(value, dict):
        return {key: _value(inner[1], each, _join(path, key)) for key, each in value.items()}
    raise _Wrong(path, "a list is expected here" if origin is tuple else "a table is expected here")


def _one_of(allowed: tuple[object, ...], value: Any, path: str) -> Any:
    if value not in allowed:
        raise _Wrong(path, f"{value!r} is none of {', '.join(map(str, allowed))}")
    return value


def _check(case: CaseFile) -> None:
    for number, clause in enumerate(case.clauses):
        _check_clause(clause, f"clauses[{number}]")
        _check_origins(case, number, clause)
    for kind in ("remarks", "redrafts", "keeps"):
        for number, each in enumerate(getattr(case, kind)):
            if not 1 <= each.clause <= len(case.clauses):
                raise _Wrong(f"{kind}[{number}].clause", f"there are {len(case.clauses)} clauses")
    for number, redraft in enumerate(case.redrafts):
        _check_redraft(case, redraft, f"redrafts[{number}]")
    for party in case.calendar.signed:
        if party not in ("A", "E"):
            raise _Wrong("calendar.signed", "the parties are A (association) and E (company)")


def _check_origins(case: CaseFile, number: int, clause: Clause) -> None:
    for each in cited(clause.body, clause.plain_words):
        if not 1 <= each <= number:
            raise _Wrong(f"clauses[{number}].body", f"clause {each} does not stand before this one")
    for words in clause.written_from:
        line = line_named(words)
        if line is None or not text_filed(case, line):
            raise _Wrong(f"clauses[{number}].written_from", f"nobody files {words!r}")


def _check_redraft(case: CaseFile, redraft: Redraft, path: str) -> None:
    for each in cited(redraft.body, redraft.plain_words):
        if not 1 <= each <= len(case.clauses):
            raise _Wrong(f"{path}.body", f"there is no clause {each}")
    allowed = TABLES.get(Heading[case.clauses[redraft.clause - 1].heading], ())
    for table in ("commitments", "budget", "payments"):
        if getattr(redraft, table) and table not in allowed:
            raise _Wrong(f"{path}.{table}", f"clause {redraft.clause} carries no {table}")


def _check_clause(clause: Clause, path: str) -> None:
    if clause.heading not in Heading.__members__:
        raise _Wrong(f"{path}.heading", f"none of {', '.join(Heading.__members__)}")
    allowed = TABLES.get(Heading[clause.heading], ())
    for table in (
        "expectations",
        "limits",
        "red_lines",
        "commitments",
        "milestones",
        "budget",
        "counterparts",
        "regulation",
    ):
        if getattr(clause, table) and table not in allowed:
            raise _Wrong(f"{path}.{table}", f"{clause.heading} carries no {table}")


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def line_of(text: str, path: str) -> int:
    """Return the line (from 1) on which the deepest part of `path` that the text shows stands."""
    lines = text.splitlines()
    at = 0
    table = ""
    for name, index in re.findall(r"(\w+)(?:\[(\d+)\])?", path):
        table = f"{table}.{name}" if table else name
        header = re.compile(rf"\s*\[\[?\s*{re.escape(table)}\s*\]\]?")
        found = [n for n, line in enumerate(lines) if n >= at and header.match(line)]
        if found:
            at = found[min(int(index or 0), len(found) - 1)]
            continue
        key = re.compile(rf"\s*{re.escape(name)}\s*=")
        at = next((n for n, line in enumerate(lines) if n >= at and key.match(line)), at)
    return at + 1
