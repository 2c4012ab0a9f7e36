"""The words to translate: found in the code and the templates, written to the catalogues.

The messages in the code are the French ones. Babel extracts them: xgettext is missing from many machines
and reads an escaped space in a Python string as seven letters. No kept package extracts from Django's
templates (django-babel and enmerkar are unmaintained), so Django's own `templatize` prepares them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from lucky_link.local.translations import FOLDER

ROOT = FOLDER.parent
ROOMS = ("accounts", "associations", "broker", "companies", "ledger", "lucky_link", "outbox", "partnerships")
FRENCH, ENGLISH = "fr", "en"
HEADER = "# The words of Lucky Link, written by: ./luckylink manage collect_words"

# Babel's own, and Django's that evaluate later.
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": DEFAULT_KEYWORDS["ngettext"],
    "pgettext_lazy": DEFAULT_KEYWORDS["pgettext"],
    "npgettext_lazy": DEFAULT_KEYWORDS["npgettext"],
}


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
    """Yield the messages that a module marks, in the order of its text."""
    source, options = BytesIO(text.encode()), {"encoding": "utf-8"}
    for _line, message, _comments, context in extract("python", source, KEYWORDS, options=options):
        singular, plural = (message, "") if isinstance(message, str) else message
        yield Word(singular, plural, context)


def in_template(text: str) -> Iterator[Word]:
    """Yield the messages that a template marks, in the order of its text."""
    # Django leaves gettext calls between blanked words, which read as Python once no line is indented.
    lines = templatize(text).split("\n")
    yield from in_python("\n".join(line.strip() for line in lines))


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
