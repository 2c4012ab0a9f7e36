"""The canonical form of typed text, and the folded form in which two texts are compared (pure).

Canonical is what is stored: Unicode normalisation form C (UAX 15), line feeds, single spaces, and none of the
characters that a reader cannot see. What would be read otherwise than it is stored is refused in words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

import idna
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.refusals import Refusal

_LINE_ENDS: Final = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Spaces of other widths and the letters without ink: Hangul fillers, the empty Braille cell, the null note.
_BLANKS: Final = re.compile("[\t\u1680\u2000-\u2008\u205f\u3000\u115f\u1160\u2800\u3164\uffa0\U0001d159]")
_THIN_SPACES: Final = re.compile("[\u2009\u200a]")
# Default ignorable code points (UAX 44) and controls. NUL is refused by the fields of Django.
_INVISIBLE: Final = (
    "\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u17b4\u17b5\u180b-\u180f\u200b-\u200c\u2060-\u2065"
    "\u206a-\u206f\ufeff\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_JOINERS: Final = "\u200d\ufe00-\ufe0f"
_REMOVED: Final = re.compile(f"[{_INVISIBLE}{_JOINERS}]")
# In a text that is not printed, a picture of several signs stays one picture.
_REMOVED_BESIDE_PICTURES: Final = re.compile(
    f"[{_INVISIBLE}]|(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])[{_JOINERS}]"
)
# Direction marks and embeddings (UAX 9). The first set always reverses what follows it.
_REVERSING: Final = re.compile("[\u202b\u202e\u2067]")
_DIRECTING: Final = re.compile("[\u061c\u200e\u200f\u202a\u202c\u202d\u2066\u2068\u2069]")
_MARKS: Final = "\u061c\u200e\u200f"
_RIGHT_TO_LEFT_MARKS: Final = re.compile("[\u061c\u200f]")
_SPACES: Final = re.compile("[ \u00a0\u202f]* [ \u00a0\u202f]*")
_EMPTY_LINES: Final = re.compile("\n{3,}")
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|(?<=\w)'(?=\w)")

# Signs that look alike, or stand for one another in word processors (the bullets of Symbol and Wingdings).
_REPLACED: Final = str.maketrans(
    {
        "\u2010": "-",
        "\u2011": "-",
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
        "\ufb05": "st",
        "\ufb06": "st",
        "\uf0b7": "•",
        "\uf0a7": "•",
        "\uf0d8": "•",
        "\uf076": "•",
        "\uf0a8": "☐",
        "\uf06f": "☐",
        "\uf0fe": "☑",
        "\uf0fc": "✓",
        "□": "☐",
        "▢": "☐",
        "❏": "☐",
        "❑": "☐",
        "⬜": "☐",
        "✅": "☑",
        "✔": "✓",
    }
)
_BULLETS: Final = re.compile(r"^(\s*)[▪▫●○◦‣⁃◆◇❖➢➤►■](?=\s)", re.MULTILINE)

# The folded form: what NFKD leaves, without marks, in lower case.
_MARKED: Final = (
    "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u061c\u200e-\u200f\u202a-\u202e"
    "\u2066-\u2069" + _INVISIBLE + _JOINERS
)
FOLDED_AWAY: Final = f"[{_MARKED}]"
FOLDED_LETTERS: Final = dict(zip("œŒæÆßẞþÞ", ["oe", "oe", "ae", "ae", "ss", "ss", "th", "th"], strict=True))
# Before NFKD, which makes other signs of these.
FOLDED_FIRST: Final = {"´": "'"} | dict.fromkeys(
    "\t\u1680\u2800\u3164\uffa0\u115f\u1160\U0001d159\n\r\x0b\x0c\x85\u2028\u2029", " "
)


def _single_letters() -> dict[str, str]:
    cased = {chr(code): chr(code).lower() for code in range(ord("A"), 0x557)}
    signs = {letter: small for letter, small in cased.items() if len(small) == 1 and small != letter}
    signs |= dict(zip("øØłŁđĐðÐħĦıς", "oolldddd" + "hhiσ", strict=True))
    signs |= dict.fromkeys("’‘‛ʼʹ′`", "'")
    signs |= dict.fromkeys("‐‑‒–—―−﹘﹣", "-")
    return {letter: other for letter, other in signs.items() if letter not in FOLDED_LETTERS}


FOLDED_SIGNS: Final = _single_letters()
_FOLDS: Final = str.maketrans(FOLDED_SIGNS | FOLDED_LETTERS)
_FOLDED_AWAY: Final = re.compile(FOLDED_AWAY)
_FIRST_FOLDS: Final = str.maketrans(FOLDED_FIRST)

# Those whose letters look alike.
_ALPHABETS: Final = ("LATIN", "GREEK", "CYRILLIC", "COPTIC", "CHEROKEE")

_printable: list[Callable[[], frozenset[int]]] = []


class TextRefused(Refusal):
    """The text would be read otherwise than it is stored, or could not be shown everywhere."""


class ReversedReading(TextRefused):
    """A sign reverses the direction of reading; the argument names it."""

    sentence = _(
        "Le texte contient un signe invisible qui change le sens de lecture (%(what)s). Effacez le passage, "
        "puis tapez-le au clavier."
    )


class UnknownSign(TextRefused):
    """A sign without a meaning: private use, unassigned, broken; the argument names it."""

    sentence = _(
        "Le texte contient un signe qui ne peut pas être affiché (%(what)s), souvent collé "
        "d’un traitement de texte. Remplacez-le par un signe du clavier, ou effacez-le."
    )


class UnprintableSign(TextRefused):
    """A sign that the fonts of the charter lack; the argument shows and names it."""

    sentence = _(
        "Un signe ne peut pas être imprimé dans une charte\u00a0: %(what)s. Écrivez-le en lettres, ou "
        "effacez-le."
    )


class NamelessName(TextRefused):
    """A name without a letter or a digit."""

    sentence = _("Ce nom n’a ni lettre ni chiffre. Écrivez-le comme il se lit.")


class MixedAlphabets(TextRefused):
    """A word of a name mixes alphabets whose letters look alike; the argument is the word."""

    sentence = _(
        "«\u202f%(what)s\u202f» mélange des lettres de plusieurs alphabets qui se ressemblent. Tapez ce mot "
        "au clavier."
    )


class InvalidAddress(TextRefused):
    """An e-mail address whose domain is not one; the argument is the domain."""

    sentence: str | Promise = _(
        "«\u202f%(what)s\u202f» n’est pas un nom de domaine. Vérifiez ce qui suit le signe @ de l’adresse."
    )


def register_printable(code_points: Callable[[], frozenset[int]]) -> None:
    """Register the function that returns the code points that the charter can show."""
    if code_points not in _printable:
        _printable.append(code_points)


def canonical(text: str, *, multiline: bool, printed: bool) -> str:
    """Return the text as it is stored.

    `printed`: the charter may show it, so it must contain only characters of its fonts.
    Raises ReversedReading, UnknownSign, UnprintableSign.
    """
    text = _REMOVED.sub("", text) if printed else _REMOVED_BESIDE_PICTURES.sub("", text)
    text = _without_directions(text)
    text = _THIN_SPACES.sub("\u202f", _BLANKS.sub(" ", _LINE_ENDS.sub("\n", text)))
    text = unicodedata.normalize("NFC", text).translate(_REPLACED)
    text = _BULLETS.sub(r"\1•", text) if multiline else text.replace("\n", " ")
    _require_known(text)
    if printed:
        _require_printable(text)
    lines = (_SPACES.sub(_one_space, line).strip() for line in text.split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def typographic(text: str) -> str:
    """Return the text with typographic apostrophes inside words, as the charter prints them."""
    return _ADDRESS.sub(lambda match: "’" if match[0] == "'" else match[0], text)


def name(text: str) -> str:
    """Return the name of a person, an organisation or a town as it is stored, "" for blanks.

    Raises NamelessName, MixedAlphabets, and what `canonical` raises.
    """
    cleaned = " ".join(canonical(text, multiline=False, printed=True).split())
    if cleaned and not any(character.isalnum() for character in cleaned):
        raise NamelessName
    for word in re.findall(r"\w+", cleaned):
        if len(_alphabets(word)) > 1:
            raise MixedAlphabets(word)
    return cleaned


def email_address(text: str) -> str:
    """Return an e-mail address in lower case, its domain in one spelling: in letters where they are Latin.

    The punycode and the letters of an internationalised domain name give the same address (UTS 46).
    Raises InvalidAddress, and what `canonical` raises. What is no address at all is returned cleaned.
    """
    cleaned = "".join(canonical(text, multiline=False, printed=False).split())
    cleaned = cleaned.removeprefix("mailto:").strip("<>;,").rstrip(".")
    local, at, domain = cleaned.rpartition("@")
    return f"{local}{at}{_domain(domain)}".lower() if at and domain else cleaned.lower()


def code(text: str) -> str:
    """Return a typed code without spaces, dashes and punctuation, in the letters of ASCII."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", searched(text))))


def searched(text: str) -> str:
    """Return typed words to search for, without what cannot be searched; nothing is refused."""
    known = "".join(sign for sign in text if unicodedata.category(sign) not in ("Cn", "Co", "Cs"))
    spaced = _BLANKS.sub(" ", _LINE_ENDS.sub(" ", known.replace("\x00", " ")))
    seen_signs = _DIRECTING.sub("", _REVERSING.sub("", _REMOVED.sub("", spaced)))
    return " ".join(unicodedata.normalize("NFC", seen_signs).split())


def folded(text: str) -> str:
    """Return a text as texts are compared: without case, accents, ligatures, kinds of quotes and hyphens.

    Spaces are single. The lookup of `accounts.text.lookups` computes the same in the database.
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_FIRST_FOLDS))
    return " ".join(_FOLDED_AWAY.sub("", decomposed).translate(_FOLDS).split())


def as_seen(value: Any) -> Any:
    """Return a dataclass, a tuple or a text with its texts as a reader sees them (`seen`)."""
    if isinstance(value, str):
        return seen(value)
    if isinstance(value, tuple):
        return tuple(map(as_seen, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: as_seen(getattr(value, field.name)) for field in fields(value)})
    return value


def seen(text: str) -> str:
    """Return a text in a form that is equal for texts which a reader cannot tell apart; never refuses."""
    text = _LINE_ENDS.sub("\n", _REMOVED.sub("", text))
    text = re.sub("[\u00a0\u2009\u200a\u202f]", " ", _BLANKS.sub(" ", unicodedata.normalize("NFC", text)))
    lines = (" ".join(line.split()) for line in text.translate(_REPLACED).replace("’", "'").split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def unseen(text: str) -> list[str]:
    """Return the names of the signs of a text that nobody sees, and of accents apart from their letter."""
    composed = unicodedata.normalize("NFC", text)
    apart = [sign for sign in text if unicodedata.combining(sign) and composed != text]
    return sorted({code_point(sign) for sign in [*_REMOVED.findall(text), *_BLANKS.findall(text), *apart]})


def code_point(sign: str) -> str:
    """Return the name of a sign: U+202E."""
    return f"U+{ord(sign):04X}"


def number(text: str, units: tuple[str, ...] = ()) -> str:
    """Return a typed number with a decimal point: "1.500,50 euros" gives "1500.50"; other text as it is.

    Three digits after a point or a comma are thousands, since no amount has three decimals.
    """
    if _REVERSING.search(text) or _RIGHT_TO_LEFT_MARKS.search(text):
        return text
    typed = unicodedata.normalize("NFKC", searched(text)).replace("−", "-").lower()
    for unit in units:
        typed = typed.removesuffix(unit).removeprefix(unit).strip()
    grouped = re.fullmatch(r"(-?[1-9]\d{0,2}(?:([ .,'’])\d{3})(?:\2\d{3})*)(?:(?!\2)[.,](\d{1,2}))?", typed)
    if grouped:
        whole = re.sub(r"[ .,'’]", "", grouped[1])
        return f"{whole}.{grouped[3]}" if grouped[3] else whole
    plain = re.fullmatch(r"(-?\d+)[.,](\d{1,2})", typed)
    return f"{plain[1]}.{plain[2]}" if plain else typed


def _without_directions(text: str) -> str:
    """Remove the signs of direction that change nothing. Raises ReversedReading for the others."""
    text = text.strip(f"{_MARKS}\u0020\n")
    if reversing := _REVERSING.search(text) or _RIGHT_TO_LEFT_MARKS.search(text):
        raise ReversedReading(code_point(reversing[0]))
    directing = _DIRECTING.search(text)
    if directing and any(unicodedata.bidirectional(sign) in ("R", "AL", "AN") for sign in text):
        raise ReversedReading(code_point(directing[0]))
    return _DIRECTING.sub("", text)


def _require_known(text: str) -> None:
    for sign in text:
        if sign == "\ufffd" or unicodedata.category(sign) in ("Cn", "Co", "Cs"):
            raise UnknownSign(code_point(sign))


def _require_printable(text: str) -> None:
    for code_points in _printable:
        known = code_points()
        for sign in text:
            if ord(sign) not in known and sign not in "\n\x00":
                raise UnprintableSign(f"{sign} ({code_point(sign)})")


def _one_space(match: re.Match[str]) -> str:
    """Return the no-break space of a run of spaces, if it has one."""
    return next((space for space in match[0] if space != " "), " ")


def _alphabets(word: str) -> set[str]:
    names = (unicodedata.name(letter, "").partition(" ")[0] for letter in word if letter.isalpha())
    return {
        alphabet for alphabet in names if alphabet in ("LATIN", "GREEK", "CYRILLIC", "COPTIC", "CHEROKEE")
    }


def _domain(domain: str) -> str:
    try:
        ascii_domain = idna.encode(domain, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        if domain.isascii():
            return domain.lower()  # the field says what is wrong with it
        raise InvalidAddress(domain) from None
    letters = idna.decode(ascii_domain)
    return letters if _alphabets(letters) <= {"LATIN"} and not _is_foreign(letters) else ascii_domain


def _is_foreign(domain: str) -> bool:
    """Return whether a letter is neither Latin nor a digit: a reader might take it for one that is."""
    return any(sign.isalpha() and not unicodedata.name(sign, "").startswith("LATIN") for sign in domain)
