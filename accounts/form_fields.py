"""Form fields shared by the apps."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

# Dates computed from such a day (an end, a reminder) stay valid.
FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)
OUT_OF_REACH = _("Ce jour est hors d’atteinte. Vérifiez l’année, en quatre chiffres.")


class DayInput(forms.DateInput):
    """The date input of the browser, whose value is ISO 8601 in any language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day between 1900 and 2199."""

    widget = DayInput

    def __init__(self, **options: Any) -> None:
        limits = (MinValueValidator(FIRST, OUT_OF_REACH), MaxValueValidator(LAST, OUT_OF_REACH))
        super().__init__(validators=limits, **options)
