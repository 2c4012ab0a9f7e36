"""Blanks of a text: places still to be filled in, written `[à compléter : montant]` (pure)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Final, NamedTuple

from partnerships.charter import typography
from partnerships.charter.terms import Terms
from partnerships.charter.texts import Heading

# Any words in square brackets are a blank, also without the first words, as in the library.
BLANK: Final = re.compile(
    r"\[(?:à compléter[\s\u00a0\u202f]*:[\s\u00a0\u202f]*)?([^\W\d_][^\]\n]{1,80})\]", re.IGNORECASE
)
MARKER: Final = re.compile(r"\[à compléter[\s\u00a0\u202f]*:[^\]\n]+\]", re.IGNORECASE)
DUE_DATE: Final = "échéance"
END_DATE: Final = "date de fin"
DAYS: Final = frozenset({DUE_DATE, END_DATE, "date", "date de début"})
CONTEXT: Final = 90


class ClauseWords(NamedTuple):
    """The words of a clause in which blanks are looked for."""

    heading: Heading
    title: str
    body: str
    plain_words: str
    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """A blank; `before`, `after`: the words around it, cut. `table`: of its row, "" in the words."""

    label: str
    before: str
    after: str
    table: str = ""

    @property
    def is_day(self) -> bool:
        return self.label.casefold() in DAYS


def marker(label: str) -> str:
    """Return the marked blank of this label."""
    return f"[à compléter : {label}]"


def marked(text: str) -> str:
    """Return a text with every placeholder in square brackets as a marked blank."""
    return BLANK.sub(lambda match: marker(match[1]), text)


def blanks_of(words: ClauseWords) -> list[Blank]:
    """Return the blanks of a clause: title, text, plain words, then its rows."""
    return [
        Blank(
            label=match[1].strip(),
            before=_cut_before(text[: match.start()]),
            after=_cut_after(text[match.end() :]),
            table=table,
        )
        for table, text in _texts(words)
        for match in BLANK.finditer(text)
    ]


def filled(words: ClauseWords, values: Mapping[int, str | date]) -> ClauseWords:
    """Return the words with some blanks replaced; `values`: by position in `blanks_of`.

    A due date becomes that of its milestone; an end date also becomes that of the charter.
    """
    numbers = iter(range(len(blanks_of(words))))
    days: dict[str, date] = {}

    def substitute(text: str) -> str:
        return BLANK.sub(_replacement, text)

    def _replacement(match: re.Match[str]) -> str:
        value = values.get(next(numbers))
        if value is None:
            return match[0]
        if not isinstance(value, date):
            return value
        label = match[1].strip().casefold()
        days[label] = value
        return "" if label == DUE_DATE else typography.day(value)

    title, body, plain_words = (substitute(text) for text in words[1:4])
    terms = _map_rows(words.terms, substitute, days)
    if words.heading == Heading.TERM and END_DATE in days:
        terms = replace(terms, ends_on=days[END_DATE])
    return ClauseWords(words.heading, title, body, plain_words, terms)


def _map_rows(terms: Terms, substitute: Callable[[str], str], days: dict[str, date]) -> Terms:
    tables: dict[str, Any] = {}
    for table, rows in _tables(terms):
        new_rows = []
        for row in rows:
            days.pop(DUE_DATE, None)
            texts: dict[str, Any] = {name: substitute(text).strip() for name, text in _row_texts(row)}
            if DUE_DATE in days and hasattr(row, "due_date"):
                texts["due_date"] = days[DUE_DATE]
            new_rows.append(replace(row, **texts))
        tables[table] = tuple(new_rows)
    return replace(terms, **tables)


def _texts(words: ClauseWords) -> Iterator[tuple[str, str]]:
    yield from (("", text) for text in words[1:4])
    for table, rows in _tables(words.terms):
        yield from ((table, text) for row in rows for _name, text in _row_texts(row))


def _tables(terms: Terms) -> Iterator[tuple[str, tuple[Any, ...]]]:
    for column in fields(terms):
        rows = getattr(terms, column.name)
        if isinstance(rows, tuple) and rows:
            yield column.name, rows


def _row_texts(row: Any) -> list[tuple[str, str]]:
    texts = [(column.name, getattr(row, column.name)) for column in fields(row)]
    return [(name, text) for name, text in texts if isinstance(text, str) and "[" in text]


def _cut_before(text: str) -> str:
    line = text.rpartition("\n")[2]
    return line if len(line) <= CONTEXT else "…" + line[-CONTEXT:].partition(" ")[2]


def _cut_after(text: str) -> str:
    line = text.partition("\n")[0]
    return line if len(line) <= CONTEXT else line[:CONTEXT].rpartition(" ")[0] + " …"
