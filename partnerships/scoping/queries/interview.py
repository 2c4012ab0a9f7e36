"""The guide of the interview that a broker has with each side alone, and the notes that nobody else reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.models import InterviewNote, Party

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Question(NamedTuple):
    """`listen`: what to hear behind the answer."""

    code: str
    words: _StrPromise
    listen: _StrPromise


# Interests, not positions: the side says why it wants what it wants (field.md 3.3 and 5.5, row 32).
QUESTIONS: Final = (
    Question(
        "why", _("Pourquoi cette action, et pourquoi maintenant ?"), _("Le besoin derrière la demande.")
    ),
    Question(
        "without",
        _("Que ferez-vous si ce partenariat ne se fait pas ?"),
        _("L’autre solution, et ce qu’elle vaut."),
    ),
    Question(
        "patients",
        _("Qu’est-ce qui changera pour les patients, et qui l’a demandé ?"),
        _("La preuve du besoin."),
    ),
    Question(
        "best", _("Quel serait le meilleur résultat dans un an ?"), _("Ce qui compte vraiment, et pour qui.")
    ),
    Question("worst", _("Quel serait le pire, vu de chez vous ?"), _("Les craintes à écrire en limites.")),
    Question("fear", _("Que craignez-vous de l’autre côté ?"), _("Ce qui demande une garantie.")),
    Question(
        "refuse", _("Que ne ferez-vous jamais, à aucun prix ?"), _("Les lignes rouges, avec leur raison.")
    ),
    Question("give", _("Qu’apportez-vous que l’autre n’a pas ?"), _("Les moyens, argent et temps compris.")),
    Question("heard", _("Qu’aimeriez-vous que l’autre comprenne de vous ?"), _("Le respect attendu.")),
    Question(
        "decide",
        _("Qui doit dire oui chez vous, et qui peut dire non ?"),
        _("Le mandat, les circuits, les délais."),
    ),
    Question(
        "proof",
        _("À quoi verrez-vous que cela marche, et que les patients le voient ?"),
        _("Un indicateur pour chacun."),
    ),
    Question(
        "past", _("Qu’avez-vous appris d’un partenariat passé ?"), _("Ce qui est à refaire, et à éviter.")
    ),
)
CODES: Final = tuple(question.code for question in QUESTIONS)


@dataclass(frozen=True, kw_only=True)
class Guide:
    """One party, and what this broker noted under each question."""

    party: Party
    rows: Sequence[tuple[Question, str]]


def guide_of(party: Party, broker: User) -> Guide:
    """Return the questions with the notes of `broker` alone. 1 query."""
    own = InterviewNote.objects.filter(party=party, broker=broker)
    told = dict(own.order_by("pk").values_list("question", "text"))
    return Guide(party=party, rows=[(each, told.get(each.code, "")) for each in QUESTIONS])
