"""The words to translate: found in the code and the templates, written to the catalogues.

The words in the code are the French ones. xgettext is not used: it is missing from many machines and
it reads an escaped space in a Python string as seven letters.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from lucky_link.catalogues import FOLDER

ROOT = FOLDER.parent
ROOMS = ("accounts", "associations", "broker", "companies", "ledger", "lucky_link", "outbox", "partnerships")
FRENCH, ENGLISH = "fr", "en"
HEADER = "# The words of Lucky Link, written by: ./luckylink manage collect_words"

SINGULAR, PLURAL, CONTEXT = "singular", "plural", "context"
CALLS = {
    "_": (SINGULAR,),
    "gettext": (SINGULAR,),
    "gettext_lazy": (SINGULAR,),
    "gettext_noop": (SINGULAR,),
    "ngettext": (SINGULAR, PLURAL),
    "ngettext_lazy": (SINGULAR, PLURAL),
    "pgettext": (CONTEXT, SINGULAR),
    "pgettext_lazy": (CONTEXT, SINGULAR),
    "npgettext": (CONTEXT, SINGULAR, PLURAL),
    "npgettext_lazy": (CONTEXT, SINGULAR, PLURAL),
}
LITERAL = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
# What `templatize` leaves of a template: calls among blanked letters, which are no Python.
CALL = re.compile(rf"\b(?:n?p?gettext|_)\((?:{LITERAL}(?:, ?)?)+(?:count)?\)")


class Word(NamedTuple):
    """One thing to translate; without a plural, `plural` is empty."""

    singular: str
    plural: str = ""
    context: str | None = None

    @property
    def key(self) -> str | tuple[str, str]:
        """Return the word as a catalogue names it."""
        return (self.singular, self.plural) if self.plural else self.singular


def everywhere(root: Path = ROOT) -> dict[Word, str]:
    """Return each word of the product with the first file that says it, in the order of the files."""
    found: dict[Word, str] = {}
    for path in _files(root):
        read = in_python if path.suffix == ".py" else in_template
        for word in read(path.read_text()):
            found.setdefault(word, path.relative_to(root).as_posix())
    return found


def in_python(text: str) -> Iterator[Word]:
    """Give the words that a module marks, in the order of their lines."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        roles = CALLS.get(getattr(call.func, "id", "") or getattr(call.func, "attr", ""), ())
        said = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
        parts = dict(zip(roles, said, strict=False))
        if roles and len(parts) == len(roles) and parts[SINGULAR]:
            yield Word(**{role: str(part) for role, part in parts.items()})


def in_template(text: str) -> Iterator[Word]:
    """Give the words that a template marks, in the order of their places."""
    for call in CALL.finditer(templatize(text)):
        yield from in_python(call.group())


def refresh(source: Path, words: Iterable[Word], *, language: str) -> list[Word]:
    """Write a catalogue anew with exactly `words`, and return those that it does not translate.

    French says itself: its catalogue holds the plurals, whose rule is not that of the code, and what
    was put there by hand for the libraries.
    """
    kept = _catalogue(source, language)
    fresh = _catalogue(source, language, empty=True)
    wanted = list(words)
    for word in wanted:
        if language == FRENCH:
            if word.plural:
                fresh.add(word.key, string=(word.singular, word.plural), context=word.context)
        else:
            fresh.add(word.key, string=_said(kept, word), context=word.context)
    if language == FRENCH:
        for message in kept:
            if message.id and isinstance(message.id, str):
                fresh.add(message.id, string=message.string, context=message.context)
    source.parent.mkdir(parents=True, exist_ok=True)
    with source.open("wb") as file:
        write_po(file, fresh, width=0)
    return [] if language == FRENCH else [word for word in wanted if not _is_said(fresh, word)]


def source_of(language: str, folder: Path = FOLDER) -> Path:
    """Return the catalogue of a language."""
    return folder / language / "LC_MESSAGES" / "django.po"


def _said(kept: Catalog, word: Word) -> str | tuple[str, ...] | list[str]:
    """Return how a word is translated, "" for one that gained or lost its plural since."""
    message = kept.get(word.key, word.context)
    if message is None or message.pluralizable != bool(word.plural):
        return ""
    return message.string or ""


def _is_said(catalogue: Catalog, word: Word) -> bool:
    message = catalogue.get(word.key, word.context)
    if message is None:
        return False
    return bool(message.string) and all(message.string or ())


def _catalogue(source: Path, language: str, *, empty: bool = False) -> Catalog:
    if not source.exists():
        return Catalog(locale=language, header_comment=HEADER, charset="utf-8", fuzzy=False)
    with source.open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    if empty:
        for message in list(catalogue):
            if message.id:
                catalogue.delete(message.id, message.context)
    return catalogue


def _files(root: Path) -> list[Path]:
    code = [path for room in ROOMS for path in sorted((root / room).rglob("*.py"))]
    pages = [path for path in sorted((root / "templates").rglob("*")) if path.suffix in {".html", ".txt"}]
    return [path for path in code if "migrations" not in path.parts] + pages
