"""The content of a changed Word file, as the child process read it, by part of a clause."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final, NamedTuple

from accounts.text import canonical
from partnerships.charter import typography
from partnerships.text_files.marks import Mark, mark_of

LIST_ITEM: Final = re.compile(r"\s*(?:[-–•*]|\d{1,3}[.)])\s+\S")
SPACES: Final = re.compile(r"[\s\u00a0\u202f]+")


class TrackedChange(NamedTuple):
    """A change that its author made with changes tracked; `kind`: "ins" or "del"."""

    kind: str
    author: str
    text: str


class Comment(NamedTuple):
    author: str
    text: str


@dataclass(kw_only=True)
class ReturnedPart:
    """A part of a clause in the file: `lines`, all changes accepted, and who changed what."""

    lines: list[str] = field(default_factory=list)
    tracked: list[TrackedChange] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ReturnedFile:
    """`repeated`: marks found more than once; `outside`: what was added or commented outside all parts.

    `unread`: the number of notes, pictures and text boxes.
    """

    parts: Mapping[Mark, ReturnedPart]
    repeated: frozenset[Mark]
    outside: ReturnedPart
    unread: int

    @property
    def marks_by_clause(self) -> dict[str, dict[str, Mark]]:
        """The marks found in the file, by key of the clause, then by part."""
        found: dict[str, dict[str, Mark]] = {}
        for mark in self.parts:
            found.setdefault(mark.key, {})[mark.part] = mark
        return found


def returned_file(facts: Mapping[str, Any]) -> ReturnedFile:
    """Return the parts of a file from what the child process says of it."""
    comments = {
        key: Comment(_clean(author), _clean(text)) for key, (author, text) in facts["comments"].items()
    }
    parts: dict[Mark, ReturnedPart] = {}
    repeated: set[Mark] = set()
    instances: dict[Mark, int] = {}
    outside = ReturnedPart()
    for (name, instance), lines in groupby(facts["lines"], key=lambda line: (line["mark"], line["instance"])):
        mark, group = mark_of(name), list(lines)
        if mark is None:
            _read(outside, group, comments)
            continue
        if mark in parts and instances[mark] != instance:
            repeated.add(mark)
        instances.setdefault(mark, instance)
        _read(parts.setdefault(mark, ReturnedPart()), group, comments)
    return ReturnedFile(parts=parts, repeated=frozenset(repeated), outside=outside, unread=facts["unread"])


def _read(part: ReturnedPart, lines: Sequence[Mapping[str, Any]], comments: Mapping[str, Comment]) -> None:
    current = ""
    for line in lines:
        for kind, author, text in line["pieces"]:
            if kind != "del":
                current += text
            if kind != "same" and text.strip():
                part.tracked.append(TrackedChange(kind, _clean(author), _clean(text)))
        part.comments += [comments[key] for key in line["comments"] if key in comments]
        if line["end"] != "del":
            part.lines.append(current)
            current = ""
    if current:
        part.lines.append(current)
    part.lines[:] = [text for text in map(_clean_line, part.lines) if text]


def _clean(text: str) -> str:
    """Return a text of the file without the signs that no text of a case may have."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t\u00a0\u202f").strip()


def _clean_line(text: str) -> str:
    return "\n".join(filter(None, (_clean(line) for line in text.split("\n"))))


def folded(text: str) -> str:
    """Return a text in which what a word processor replaces by itself, such as spaces, is alike."""
    typographic = typography.spaced(canonical.typographic(text))
    return SPACES.sub(" ", typographic).strip()


def is_same(before: str, after: Sequence[str]) -> bool:
    """Return whether the lines say the same as a text."""
    return _folded_lines([before]) == _folded_lines(after)


def _folded_lines(paragraphs: Sequence[str]) -> list[str]:
    lines = (folded(line) for paragraph in paragraphs for line in paragraph.split("\n"))
    return [line for line in lines if line]


def merged(before: str, after: Sequence[str]) -> str:
    """Return the text of the lines of the file, each as `before` writes it where it says the same.

    Items of a list follow each other; other paragraphs are apart.
    """
    known = {folded(line): line.strip() for line in before.split("\n")}
    lines = ["\n".join(_known(known, paragraph)) for paragraph in after]
    text = ""
    for previous, line in zip(["", *lines], lines, strict=False):
        is_list = LIST_ITEM.match(previous) and LIST_ITEM.match(line)
        text += ("" if not text else "\n" if is_list else "\n\n") + line
    return text


def _known(known: Mapping[str, str], paragraph: str) -> Iterator[str]:
    for line in paragraph.split("\n"):
        yield known.get(folded(line), line)
