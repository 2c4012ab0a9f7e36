"""A day, as people type it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

# Whatever is counted from a day (an end, a reminder) stays a day that exists.
FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)
OUT_OF_REACH = _("Ce jour est hors d’atteinte. Vérifiez l’année, en quatre chiffres.")


class DayInput(forms.DateInput):
    """The browser's own calendar, which speaks ISO whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day between 1900 and 2199."""

    widget = DayInput

    def __init__(self, **options: Any) -> None:
        limits = (MinValueValidator(FIRST, OUT_OF_REACH), MaxValueValidator(LAST, OUT_OF_REACH))
        super().__init__(validators=limits, **options)
