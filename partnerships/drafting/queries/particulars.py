"""A text of an earlier case, in which its names, amounts and dates are blanks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from accounts.models import Membership
from partnerships.charter.references import MARKER as REFERENCE
from partnerships.charter.typography import MONTHS
from partnerships.checks.blanks import marker
from partnerships.models import Partnership

type Hider = Callable[[str], str]

MIN_NAME_LENGTH: Final = 4
FIRST_SIGN: Final = 0xE000  # of private use
_SPACE: Final = r"[\s\u00a0\u202f]"
_MONTH: Final = "|".join(MONTHS)
_UNITS: Final = (
    "un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|"
    "quarante|cinquante|soixante|cents?|mille|millions?|et"
)
PATTERNS: Final = (
    (
        re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|https?://\S+|\bwww\.\S+|\b0\d(?:[\s.\u00a0\u202f]?\d{2}){4}\b"),
        "contact",
    ),
    (re.compile(r"\bLL-\d{4}-\d{4}\b"), "référence"),
    (
        re.compile(
            rf"\d(?:[\d\s.\u00a0\u202f]*\d)?(?:,\d+)?{_SPACE}*(?:€|k€|M€|euros?\b|EUR\b)"
            rf"|\b(?:{_UNITS})(?:[\s\u00a0-](?:{_UNITS}))*{_SPACE}(?:d’)?euros?\b",
            re.IGNORECASE,
        ),
        "montant",
    ),
    (
        re.compile(
            rf"\b(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche){_SPACE})?"
            rf"(?:\d{{1,2}}(?:er)?{_SPACE})?(?:{_MONTH})(?:{_SPACE}\d{{4}})\b"
            rf"|\b\d{{1,2}}(?:er)?{_SPACE}(?:{_MONTH})\b"
            r"|\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b|\b(?:19|20)\d{2}\b",
            re.IGNORECASE,
        ),
        "date",
    ),
)
# Words of names that are also words of any text.
COMMON: Final = frozenset(
    [
        "association",
        "associations",
        "laboratoire",
        "laboratoires",
        "fondation",
        "groupe",
        "santé",
        "france",
        "société",
        "fédération",
        "union",
        "patients",
        "démo",
        "pour",
        "avec",
        "sans",
        "dans",
        "vivre",
        "alliance",
    ]
)


def date_hider() -> Hider:
    """Return a function that replaces the dates of a text by marked blanks: what a renewal does not carry."""
    dates = [(pattern, label) for pattern, label in PATTERNS if label == "date"]
    return lambda text: _hidden(text, dates)


def hider_of(partnership: Partnership) -> Hider:
    """Return a function that replaces the particulars of a case in a text by marked blanks. 3 queries."""
    patterns = [
        (_name_pattern(name), label) for name, label in sorted(_names(partnership), key=_longest_first)
    ]
    patterns += PATTERNS

    return lambda text: _hidden(text, patterns)


def _hidden(text: str, patterns: list[tuple[re.Pattern[str], str]]) -> str:
    # One sign stands for each match until all patterns were applied, so that none reads the blank of another.
    results: list[str] = []

    def replace_by(label: str) -> Callable[[re.Match[str]], str]:
        def replacement(match: re.Match[str]) -> str:
            results.append(marker(label) if label else match[0])
            return f"\x00{chr(FIRST_SIGN + len(results) - 1)}\x00"

        return replacement

    # References between clauses are no particulars.
    text = REFERENCE.sub(replace_by(""), text)
    for pattern, label in patterns:
        text = pattern.sub(replace_by(label), text)
    return re.sub("\x00(.)\x00", lambda match: results[ord(match[1]) - FIRST_SIGN], text)


def _names(partnership: Partnership) -> set[tuple[str, str]]:
    parties = list(partnership.parties.select_related("organisation").order_by("rank"))
    people = Membership.objects.filter(organisation__in=[party.organisation_id for party in parties])
    names = {(name, "nom") for name in people.order_by("pk").values_list("user__full_name", flat=True)}
    names |= {(partnership.broker.full_name, "nom du passeur")}
    names |= {(name.strip(), "nom de produit") for name in partnership.product_names.splitlines()}
    for party in parties:
        label = "nom de l’association" if party.side == "association" else "nom de l’entreprise"
        name = party.organisation.name
        names.add((name, label))
        # A text also calls an organisation by one word of its name.
        names |= {
            (word, label)
            for word in re.findall(r"\w[\w’'-]+", name)
            if len(word) >= MIN_NAME_LENGTH and word[0].isupper() and word.casefold() not in COMMON
        }
    return {(name, label) for name, label in names if name}


def _longest_first(entry: tuple[str, str]) -> tuple[int, str, str]:
    return -len(entry[0]), *entry


def _name_pattern(name: str) -> re.Pattern[str]:
    words = r"[\s\u00a0\u202f]+".join(re.escape(word) for word in name.split())
    words = re.sub("[’']", "[’']", words)
    # One word alone is a name only with its capital.
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE if " " in name else 0)
