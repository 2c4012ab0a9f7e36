"""Extraction of the messages to translate from code and templates into the catalogues.

The messages in the code are the French ones. Babel extracts them: xgettext is missing from many machines
and reads an escaped space in a Python string as seven letters. No maintained package extracts from Django's
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
PACKAGES = (
    "accounts",
    "associations",
    "broker",
    "companies",
    "ledger",
    "lucky_link",
    "outbox",
    "partnerships",
)
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


class TranslatableMessage(NamedTuple):
    """A message to translate; `plural` is "" for a message without plural."""

    singular: str
    plural: str = ""
    context: str | None = None

    @property
    def key(self) -> str | tuple[str, str]:
        """Return the identifier of the message in a catalogue of Babel."""
        return (self.singular, self.plural) if self.plural else self.singular


def collect_messages(root: Path = ROOT) -> dict[TranslatableMessage, str]:
    """Return each message of the product with the first file that contains it, in the order of the files."""
    messages: dict[TranslatableMessage, str] = {}
    for path in _files(root):
        read = messages_in_python if path.suffix == ".py" else messages_in_template
        for message in read(path.read_text()):
            messages.setdefault(message, path.relative_to(root).as_posix())
    return messages


def messages_in_python(text: str) -> Iterator[TranslatableMessage]:
    """Yield the messages of a Python module in order."""
    source, options = BytesIO(text.encode()), {"encoding": "utf-8"}
    for _line, message, _comments, context in extract("python", source, KEYWORDS, options=options):
        singular, plural = (message, "") if isinstance(message, str) else message
        yield TranslatableMessage(singular, plural, context)


def messages_in_template(text: str) -> Iterator[TranslatableMessage]:
    """Yield the messages of a template in order."""
    # Django leaves gettext calls between blanked words, which read as Python once no line is indented.
    lines = templatize(text).split("\n")
    yield from messages_in_python("\n".join(line.strip() for line in lines))


def update_catalogue(
    source: Path, messages: Iterable[TranslatableMessage], *, language: str
) -> list[TranslatableMessage]:
    """Rewrite a catalogue with exactly these messages, and return those without translation.

    The French catalogue contains only plurals, whose rule differs from that of the source, and the
    messages added by hand for libraries.
    """
    current = _catalogue(source, language)
    fresh = _catalogue(source, language, empty=True)
    extracted = list(messages)
    for message in extracted:
        if language == FRENCH:
            if message.plural:
                fresh.add(message.key, string=(message.singular, message.plural), context=message.context)
        else:
            fresh.add(message.key, string=_translation(current, message), context=message.context)
    if language == FRENCH:
        for entry in current:
            if entry.id and isinstance(entry.id, str):
                fresh.add(entry.id, string=entry.string, context=entry.context)
    source.parent.mkdir(parents=True, exist_ok=True)
    with source.open("wb") as file:
        write_po(file, fresh, width=0)
    return (
        [] if language == FRENCH else [message for message in extracted if not _is_translated(fresh, message)]
    )


def catalogue_path(language: str, folder: Path = FOLDER) -> Path:
    """Return the path of the catalogue of a language."""
    return folder / language / "LC_MESSAGES" / "django.po"


def _translation(current: Catalog, message: TranslatableMessage) -> str | tuple[str, ...] | list[str]:
    """Return the translation of a message, "" when it gained or lost its plural."""
    entry = current.get(message.key, message.context)
    if entry is None or entry.pluralizable != bool(message.plural):
        return ""
    return entry.string or ""


def _is_translated(catalogue: Catalog, message: TranslatableMessage) -> bool:
    entry = catalogue.get(message.key, message.context)
    if entry is None:
        return False
    return bool(entry.string) and all(entry.string or ())


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
    code = [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]
    pages = [path for path in sorted((root / "templates").rglob("*")) if path.suffix in {".html", ".txt"}]
    return [path for path in code if "migrations" not in path.parts] + pages
