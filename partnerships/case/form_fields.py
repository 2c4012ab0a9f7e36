"""Form fields of a case: prose, amounts in euros, codes of rows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import PERCENT, AmountField, DayField, TextAreaField, TextLineField
from accounts.text import canonical

NO_HEALTH_DATA = _("N’écrivez aucune donnée de santé sur une personne.")
MAX_DIGITS = 9  # Python refuses to parse numbers of some thousand digits


def counted(typed: str) -> int | None:
    """Return the whole number in submitted text, None for any other text."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= MAX_DIGITS else None


class Keys(TextLineField):
    """Primary keys of rows, separated by hyphens; nobody types them."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> Any:
        keys = super().clean(value)
        typed = [counted(key) for key in keys.split("-")] if keys else []
        if None in typed:
            raise forms.ValidationError("")
        return typed


class Prose(TextAreaField):
    """Text of several lines of a case, which a charter may show."""


class Awaited(Prose):
    """A text that a draft may leave empty and that is required later."""

    def validate(self, value: Any) -> None:
        """Accept an empty value."""


class AwaitedDay(DayField):
    """A day that may be left empty now and that is required later."""

    def validate(self, value: Any) -> None:
        """Accept an empty value."""
        if value:
            super().validate(value)


class AwaitedChoice(forms.ChoiceField):
    """A choice that a draft may leave empty and that is required later."""

    def validate(self, value: Any) -> None:
        """Accept an empty value, else only the choices."""
        if value:
            super().validate(value)


class AwaitedChoices(forms.MultipleChoiceField):
    """Choices that a draft may leave empty and of which one at least is required later."""

    def validate(self, value: Any) -> None:
        """Accept an empty value, else only the choices."""
        if value:
            super().validate(value)


class Euros(AmountField):
    """An amount of a case."""


class Code(TextLineField):
    """The code of a row, such as J4 or AA1; when blank, the next free one is assigned."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            max_length=6,
            validators=[RegexValidator(r"^[A-Z][A-Z0-9]*$", _("Des lettres et des chiffres, comme J4."))],
            widget=forms.TextInput(attrs={"class": "code"}),
            **options,
        )

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        return typed.upper() if isinstance(typed, str) else typed


class Codes(TextLineField):
    """Several codes, separated by commas."""

    def clean(self, value: Any) -> Any:
        return tuple(super().clean(value).upper().replace(",", " ").split())

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, tuple) else value

    def has_changed(self, initial: Any, data: Any) -> bool:  # noqa: ARG002
        return bool(data)


class MeasureField(forms.DecimalField):
    """A number with two decimals at most, typed with or without separators of thousands."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_digits=14,
            decimal_places=2,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            **options,
        )

    def to_python(self, value: Any) -> Any:
        """Return the number, None for an empty value."""
        return super().to_python(canonical.number(value, PERCENT) if isinstance(value, str) else value)
