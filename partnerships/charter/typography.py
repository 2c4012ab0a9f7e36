"""French words on paper: spaces, dates, amounts, lists, and the fonts that draw them."""

import functools
import re
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Literal, cast
from zoneinfo import ZoneInfo

from fontTools.ttLib import TTFont

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
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(r"(?<=\d)[ \u00a0](?=\d{3}(?!\d))"), NARROW),
    (re.compile(r"[ \u00a0](?=[;!?%€»])"), NARROW),
    (re.compile(r"(?<=«)[ \u00a0]"), NARROW),
    (re.compile(r"[ \u202f](?=:(?:\s|$))"), NO_BREAK),
    (re.compile(r"(?<=\bn°) |(?<=≥) |(?<=≤) |(?<=[MDJ]\.) (?=[A-Z])"), NO_BREAK),
)
_ITEM: Final = re.compile(r"\s*(?:([-–•*])|(\d{1,3})[.)])\s+(.+)")


class FontsMissing(RuntimeError):
    """The fonts have not been cut into static/fonts; set-up does it."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """A paragraph (its lines), or a list (its items, the first of which has number `start`)."""

    kind: Literal["p", "ul", "ol"]
    lines: tuple[str, ...]
    start: int = 1


def printable[T](value: T) -> T:
    """Return `value` with all its texts spaced in the French way, and drawn by our fonts alone.

    A sign that the fonts lack is named ("[signe U+1F600]"): a box would say less, and PDF/A
    forbids it. The words signed stay as typed in the JSON that the PDF carries.
    """
    return cast("T", _printed(value))


def spaced(text: str) -> str:
    """Return `text` with French no-break spaces and apostrophes; no word changes."""
    for pattern, space in _SPACES:
        text = pattern.sub(space, text)
    return text


def day(value: date) -> str:
    """Return a day in words: "1er mars 2027"."""
    number = "1er" if value.day == 1 else str(value.day)
    return f"{number}{NO_BREAK}{MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime) -> str:
    """Return an instant in words, as read on a clock in Paris."""
    local = value.astimezone(PARIS)
    hour = f"{local.hour}{NO_BREAK}h{NO_BREAK}{local.minute:02}"
    return f"{day(local.date())} à {hour}, heure de Paris"


def thousands(value: int) -> str:
    """Return an integer in groups of three digits."""
    return f"{value:,}".replace(",", NARROW)


def euros(minor: int) -> str:
    """Return an amount given in cents; the cents are shown when there are any."""
    units, cents = divmod(abs(minor), 100)
    decimals = f",{cents:02}" if cents else ""
    return f"{'−' if minor < 0 else ''}{thousands(units)}{decimals}{NARROW}€"


def listed(words: list[str]) -> str:
    """Return one word or more as a French enumeration: "a, b et c"."""
    *first, last = words
    return f"{', '.join(first)} et {last}" if first else last


def blocks(text: str) -> tuple[Block, ...]:
    """Return the paragraphs and lists of a text typed by a person."""
    found: list[Block] = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        lines = filter(None, map(str.strip, paragraph.split("\n")))
        for place, line in enumerate(lines):
            block = _block(line)
            # A list goes on over empty lines; a paragraph does not.
            goes_on = found and found[-1].kind == block.kind and (place or block.kind != "p")
            if goes_on:
                found[-1] = replace(found[-1], lines=found[-1].lines + block.lines)
            else:
                found.append(block)
    return tuple(found)


def _block(line: str) -> Block:
    item = _ITEM.fullmatch(line)
    if item is None:
        return Block(kind="p", lines=(line,))
    if item[1]:
        return Block(kind="ul", lines=(item[3],))
    return Block(kind="ol", lines=(item[3],), start=int(item[2]))


@functools.cache
def font_bytes(name: str) -> bytes:
    """Return one complete font file. Raises FontsMissing."""
    try:
        return (FONT_FOLDER / name).read_bytes()
    except FileNotFoundError as error:
        raise FontsMissing(f"{name} is not in {FONT_FOLDER.name}: run the set-up.") from error


@functools.cache
def covered() -> frozenset[int]:
    """Return the code points that every face can draw. Raises FontsMissing."""
    maps = []
    for _family, _weight, _style, name in FACES:
        font_bytes(name)
        with TTFont(FONT_FOLDER / name, lazy=True) as font:
            maps.append(frozenset(font.getBestCmap()))
    return frozenset.intersection(*maps)


def _printed(value: object) -> object:
    if isinstance(value, str):
        return "".join(_drawn(each) for each in spaced(value))
    if isinstance(value, tuple):
        return tuple(_printed(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        changes = {each.name: _printed(getattr(value, each.name)) for each in fields(value)}
        return replace(cast("Any", value), **changes)
    return value


def _drawn(sign: str) -> str:
    if sign == "\n" or ord(sign) in covered():
        return sign
    if sign == "\u2011":
        return "-"
    if not sign.isprintable():
        return " " if sign.isspace() else ""
    return f"[signe U+{ord(sign):04X}]"
