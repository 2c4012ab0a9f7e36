"""French typography: spaces, dates, amounts, lists, and the fonts."""

import functools
import re
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Literal, cast
from zoneinfo import ZoneInfo

from fontTools.ttLib import TTFont

from accounts.text import canonical

FONT_FOLDER: Final = Path(__file__).parents[2] / "static" / "fonts"
FACES: Final = (
    ("Source Serif 4", 400, "normal", "source-serif-4-regular.ttf"),
    ("Source Serif 4", 600, "normal", "source-serif-4-semibold.ttf"),
    ("Source Serif 4", 400, "italic", "source-serif-4-italic.ttf"),
    ("Source Sans 3", 400, "normal", "source-sans-3-regular.ttf"),
    ("Source Sans 3", 600, "normal", "source-sans-3-semibold.ttf"),
    ("Source Sans 3", 400, "italic", "source-sans-3-italic.ttf"),
)
FONT_NAMES: Final = frozenset(name for *_look, name in FACES)
PARIS: Final = ZoneInfo("Europe/Paris")
MONTHS: Final = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
NARROW: Final = "\u202f"
NO_BREAK: Final = "\u00a0"

_SPACES: Final = (
    (re.compile(r"(?<=\d)[ \u00a0](?=\d{3}(?!\d))"), NARROW),
    (re.compile(r"[ \u00a0](?=[;!?%€»])"), NARROW),
    (re.compile(r"(?<=«)[ \u00a0]"), NARROW),
    (re.compile(r"[ \u202f](?=:(?:\s|$))"), NO_BREAK),
    (re.compile(r"(?<=\bn°) |(?<=≥) |(?<=≤) |(?<=[MDJ]\.) (?=[A-Z])"), NO_BREAK),
)
_ITEM: Final = re.compile(r"\s*(?:([-–•*])|(\d{1,3})([.)]))\s+(.+)")


class FontsMissing(RuntimeError):
    """The font files are not in static/fonts; the set-up creates them."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """A paragraph (`lines`: its lines) or a list (`lines`: its items; `start`: number of the first).

    `numbers`: the number of each item of a numbered list, as typed.
    """

    kind: Literal["p", "ul", "ol"]
    lines: tuple[str, ...]
    start: int = 1
    numbers: tuple[str, ...] = field(default=(), compare=False)

    @property
    def items(self) -> tuple[tuple[str, str], ...]:
        """Return the number, as typed, and the text of each item of a numbered list."""
        return tuple(zip(self.numbers, self.lines, strict=True))


def printable[T](value: T) -> T:
    """Return `value` with French spacing in all its strings, and only characters that the fonts have.

    A character that the fonts lack is replaced by its code ("[signe U+1F600]"), because PDF/A forbids missing
    glyphs. The JSON attached to the PDF keeps the text as typed.
    """
    return cast("T", _printed(value))


def spaced(text: str) -> str:
    """Return `text` with French no-break spaces and apostrophes; addresses of web pages stay as they are."""
    text = canonical.typographic(text)
    for pattern, space in _SPACES:
        text = pattern.sub(space, text)
    return text


def day(value: date) -> str:
    """Return a day in French: "1er mars 2027"."""
    number = "1er" if value.day == 1 else str(value.day)
    return f"{number}{NO_BREAK}{MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime) -> str:
    """Return a moment in French, in the time zone of Paris."""
    local = value.astimezone(PARIS)
    hour = f"{local.hour}{NO_BREAK}h{NO_BREAK}{local.minute:02}"
    return f"{day(local.date())} à {hour}, heure de Paris"


def thousands(value: int) -> str:
    """Return an integer with its digits in groups of three."""
    return f"{value:,}".replace(",", NARROW)


def euros(minor: int) -> str:
    """Return an amount of cents in euros, with decimals only when they are not zero."""
    units, cents = divmod(abs(minor), 100)
    decimals = f",{cents:02}" if cents else ""
    return f"{'−' if minor < 0 else ''}{thousands(units)}{decimals}{NARROW}€"


def listed(words: list[str]) -> str:
    """Return one word or more as a French enumeration: "a, b et c"."""
    *first, last = words
    return f"{', '.join(first)} et {last}" if first else last


def blocks(text: str) -> tuple[Block, ...]:
    """Return the paragraphs and lists of a typed text."""
    parsed: list[Block] = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        lines = filter(None, map(str.strip, paragraph.split("\n")))
        for index, line in enumerate(lines):
            block = _block(line)
            # A list continues after an empty line; a paragraph does not.
            continues = parsed and parsed[-1].kind == block.kind and (index or block.kind != "p")
            if continues:
                previous = parsed[-1]
                parsed[-1] = replace(
                    previous, lines=previous.lines + block.lines, numbers=previous.numbers + block.numbers
                )
            else:
                parsed.append(block)
    return tuple(parsed)


def _block(line: str) -> Block:
    item = _ITEM.fullmatch(line)
    if item is None:
        return Block(kind="p", lines=(line,))
    if item[1]:
        return Block(kind="ul", lines=(item[4],))
    return Block(kind="ol", lines=(item[4],), start=int(item[2]), numbers=(item[2] + item[3],))


@functools.cache
def font_bytes(name: str) -> bytes:
    """Return one complete font file. Raises FontsMissing."""
    try:
        return (FONT_FOLDER / name).read_bytes()
    except FileNotFoundError as error:
        raise FontsMissing(f"{name} is not in {FONT_FOLDER.name}: run the set-up.") from error


@functools.cache
def covered_code_points() -> frozenset[int]:
    """Return the code points that every font has. Raises FontsMissing."""
    maps = []
    for _family, _weight, _style, name in FACES:
        font_bytes(name)
        with TTFont(FONT_FOLDER / name, lazy=True) as font:
            maps.append(frozenset(font.getBestCmap()))
    return frozenset.intersection(*maps)


def _printed(value: object) -> object:
    if isinstance(value, str):
        return "".join(_covered(character) for character in spaced(value))
    if isinstance(value, tuple):
        return tuple(_printed(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        changes = {field.name: _printed(getattr(value, field.name)) for field in fields(value)}
        return replace(cast("Any", value), **changes)
    return value


def _covered(character: str) -> str:
    if character == "\n" or ord(character) in covered_code_points():
        return character
    if character == "\u2011":
        return "-"
    if not character.isprintable():
        return " " if character.isspace() else ""
    return f"[signe U+{ord(character):04X}]"
