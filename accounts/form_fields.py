"""Form fields shared by the apps."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2100
# What began before may still last: a mandate, a link of interests, an approval.
FIRST_YEAR_OF_A_PAST: Final = 1900

WRITTEN: Final = _("Année, mois, jour\u00a0: 2027-04-03 pour le 3 avril 2027.")
UNREADABLE: Final = _(
    "Ce jour n’existe pas, ou n’est pas lisible. Écrivez l’année, le mois, le jour\u00a0: 2027-04-03."
)
TWO_DIGITS: Final = _("Écrivez l’année en quatre chiffres\u00a0: 2027, et non 27.")
AMBIGUOUS: Final = _(
    "«\u202f%(typed)s\u202f» se lit de deux façons. Écrivez %(first_iso)s pour le %(first)s, "
    "ou %(second_iso)s pour le %(second)s."
)
OUT_OF_REACH: Final = _(
    "L’année %(year)s semble être une faute de frappe\u00a0: ici, de %(first)s à %(last)s. Vérifiez-la."
)

ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
DAY_FIRST: Final = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")
SHORT_YEAR: Final = re.compile(r"\d{1,2}[/.\- ]\d{1,2}[/.\- ]\d{1,2}")


class DayInput(forms.DateInput):
    """The date input of the browser, whose value is ISO 8601 in any language."""

    input_type = "date"

    def __init__(self) -> None:
        # A browser without a date input shows the placeholder.
        super().__init__(format="%Y-%m-%d", attrs={"placeholder": "2027-04-03"})


class DayField(forms.DateField):
    """A day of the years `first_year` to `last_year`; any other is refused as a typing mistake.

    Read as year, month, day, which is what the date input of a browser sends; or, typed, as day, month, year.
    In English a typed day that might as well be month, day, year is refused, and so is a year of two digits.
    """

    widget = DayInput

    def __init__(self, *, first_year: int = FIRST_YEAR, last_year: int = LAST_YEAR, **options: Any) -> None:
        self.first_year, self.last_year = first_year, last_year
        written = options.pop("help_text", "")
        super().__init__(help_text=format_lazy("{} {}", written, WRITTEN) if written else WRITTEN, **options)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, date) or value in self.empty_values:
            return super().to_python(value)
        typed = str(value).strip()
        if match := ISO.fullmatch(typed):
            year, month, day = map(int, match.groups())
        elif match := DAY_FIRST.fullmatch(typed):
            day, month, year = map(int, match.groups())
            _require_one_reading(typed, year, month, day)
        else:
            raise ValidationError(TWO_DIGITS if SHORT_YEAR.fullmatch(typed) else UNREADABLE)
        try:
            return date(year, month, day)
        except ValueError as error:
            raise ValidationError(UNREADABLE) from error

    def validate(self, value: Any) -> None:
        super().validate(value)
        if isinstance(value, date) and not self.first_year <= value.year <= self.last_year:
            limits = {"year": value.year, "first": self.first_year, "last": self.last_year}
            raise ValidationError(OUT_OF_REACH, params=limits)


def _require_one_reading(typed: str, year: int, month: int, day: int) -> None:
    """Refuse, in English, a typed day that is another one when its month comes first."""
    if not (get_language() or "").startswith("en") or day == month:
        return
    try:
        first, second = date(year, month, day), date(year, day, month)
    except ValueError:
        return
    readings = {
        "typed": typed,
        "first": date_format(first, "j F Y"),
        "first_iso": first.isoformat(),
        "second": date_format(second, "j F Y"),
        "second_iso": second.isoformat(),
    }
    raise ValidationError(AMBIGUOUS, params=readings)
