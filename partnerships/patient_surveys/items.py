"""The three questions put to patients, with their choices (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Below so many answers no count is shown, to anybody: house rule of field.md, 5.9, line 66.
SHOWN_FROM: Final = 10


@dataclass(frozen=True)
class SurveyItem:
    """One question with its choices, by their stored value."""

    code: str
    text: _StrPromise
    choices: tuple[tuple[str, _StrPromise], ...]


QUESTIONS: Final = (
    SurveyItem(
        "useful",
        _("Ce travail vous est-il utile\u00a0?"),
        (
            ("yes", _("Oui, utile")),
            ("partly", _("En partie")),
            ("no", _("Non")),
            ("unknown", _("Je ne sais pas")),
        ),
    ),
    SurveyItem(
        "clear",
        _("Est-ce clair et facile à utiliser\u00a0?"),
        (
            ("yes", _("Oui, clair")),
            ("partly", _("En partie")),
            ("no", _("Non")),
            ("unknown", _("Je ne sais pas")),
        ),
    ),
    SurveyItem(
        "advise",
        _("Le conseilleriez-vous à une autre personne concernée\u00a0?"),
        (("yes", _("Oui")), ("perhaps", _("Peut-être")), ("no", _("Non")), ("unknown", _("Je ne sais pas"))),
    ),
)
