"""What the regulations ask of a text, in words, and what each kind of support brings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from partnerships.charter.regulation import SUPPORTS
from partnerships.charter.terms import Terms
from partnerships.checks import regulation


class Brings(NamedTuple):
    """One consequence of a choice; `is_to_check`: no source confirms it yet."""

    label: str
    text: str
    is_to_check: bool


class Support(NamedTuple):
    title: str
    brings: Sequence[Brings]


def supports() -> list[Support]:
    """Return the kinds of support to choose from, with what each brings."""
    return [
        Support(
            _(support.title),
            [
                Brings(_("En retour"), _(support.given_back), "given_back" in support.to_check),
                Brings(_("Impôt"), _(support.tax), "tax" in support.to_check),
                Brings(_("Papier"), _(support.paper), "paper" in support.to_check),
            ],
        )
        for support in SUPPORTS.values()
    ]


def lacks(terms: Terms) -> list[str]:
    """Return in sentences what is not said to the regulations, contradicts itself or asks for care."""
    words = {
        "kind": _("Dites s’il s’agit de mécénat, de parrainage, ou de partenariat et prestation."),
        "object": _("Choisissez le motif de la convention dans la liste réglementaire."),
        "object_words": _("Le motif «\u202fautre\u202f» demande d’être précisé."),
        "contradiction": _(
            "La nature du soutien et le motif de la convention se contredisent\u00a0: par exemple, un "
            "partenariat ne donne pas de reçu fiscal de mécénat. À vérifier."
        ),
        "advantage_words": _("L’avantage «\u202fautre\u202f» demande d’être précisé."),
        "event": _("Pour une manifestation, dites l’organisateur, le nom, la date et le lieu."),
        "professionals": _(
            "Un professionnel de santé ou un étudiant reçoit quelque chose en personne\u00a0: d’autres "
            "règles s’appliquent, avec une déclaration avant l’avantage (8 jours ouvrés, à vérifier)."
        ),
    }
    return [words[each] for each in regulation.lacks(terms)]
