"""Registration numbers of French organisations, normalised and validated (field.md 2.4; pure)."""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret

from accounts.text import canonical

# In Corsica and overseas the second character after the W is a letter.
RNA = re.compile(r"W[0-9][0-9A-Z][0-9]{7}")
RNA_LENGTH = 10
SIREN_LENGTH = 9
SIRET_LENGTH = 14
# A number is pasted with what announces it: "SIREN n° 000 000 018", "RCS Paris 000 000 018".
LABEL = re.compile(
    r"(?:RNA|SIREN|SIRET|RCS[^\W\d]*|N|NO|Nº|NUM|NUMERO|NUMÉRO|DU|DE|SIEGE|SIÈGE|IDENTIFIANT)+(?=W?\d|$)"
)


class InvalidIdentifier(ValueError):
    """The number is invalid; `sentence` says why, with an example."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def rna(text: str) -> str:
    """Return an RNA number as W and nine characters. Raises InvalidIdentifier."""
    number = compact(text)
    if RNA.fullmatch(number):
        return number
    example = _("Exemple : W000000002.")
    if not number.startswith("W"):
        raise InvalidIdentifier(_("Un numéro RNA commence par la lettre W.") + f" {example}")
    if len(number) != RNA_LENGTH:
        raise InvalidIdentifier(f"{_length(number[1:], RNA_LENGTH - 1)} {example}")
    raise InvalidIdentifier(
        _("Après le W viennent des chiffres ; seul le deuxième peut être une lettre (Corse, outre-mer).")
        + f" {example}"
    )


def siren(text: str) -> str:
    """Return a SIREN as nine digits with a valid key. Raises InvalidIdentifier."""
    number = _digits(text, SIREN_LENGTH, _("Exemple : 000 000 018."))
    try:
        return str(stdnum_siren.validate(number))
    except StdnumError:
        raise InvalidIdentifier(
            _("La clé de ce SIREN est fausse : un chiffre a été mal recopié. Relisez l’avis Insee.")
        ) from None


def siret(text: str) -> str:
    """Return a SIRET as fourteen digits with valid keys, by the own rule of La Poste if it is its.

    Raises InvalidIdentifier.
    """
    number = _digits(text, SIRET_LENGTH, _("Exemple : 000 000 075 00010."))
    try:
        return str(stdnum_siret.validate(number))
    except StdnumError:
        raise InvalidIdentifier(
            _("La clé de ce SIRET est fausse : un chiffre a été mal recopié. Relisez le Kbis.")
        ) from None


def compact(text: str) -> str:
    """Return the letters and digits of a pasted number, in capitals, without what announces it."""
    typed = "".join(filter(str.isalnum, canonical.searched(text))).upper()
    return LABEL.sub("", typed, count=1) or text


def _digits(text: str, length: int, example: str) -> str:
    number = compact(text)
    if not (number.isascii() and number.isdigit()):
        raise InvalidIdentifier(_("Ce numéro ne s’écrit qu’avec des chiffres.") + f" {example}")
    if len(number) != length:
        raise InvalidIdentifier(f"{_length(number, length)} {example}")
    return number


def _length(number: str, expected: int) -> str:
    missing = expected - len(number)
    if missing > 0:
        return ngettext(
            "Il manque %(missing)s caractère : ce numéro en compte %(found)s au lieu de %(wanted)s.",
            "Il manque %(missing)s caractères : ce numéro en compte %(found)s au lieu de %(wanted)s.",
            missing,
        ) % {"missing": missing, "found": len(number), "wanted": expected}
    return ngettext(
        "Il y a %(extra)s caractère de trop : ce numéro en compte %(found)s au lieu de %(wanted)s.",
        "Il y a %(extra)s caractères de trop : ce numéro en compte %(found)s au lieu de %(wanted)s.",
        -missing,
    ) % {"extra": -missing, "found": len(number), "wanted": expected}
