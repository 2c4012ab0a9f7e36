"""What is typed in a case: prose, amounts in euros, the codes by which a text names its parts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

MOST_DIGITS = 9  # of a number that a page sends back; Python itself refuses some thousands


def counted(typed: str) -> int | None:
    """Return the whole number that a page sent back, None for anything else a browser may send."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= MOST_DIGITS else None


class Keys(forms.CharField):
    """Keys of rows with hyphens between them."""

    def clean(self, value: Any) -> Any:
        keys = super().clean(value)
        typed = [counted(each) for each in keys.split("-")] if keys else []
        if None in typed:
            raise forms.ValidationError("")
        return typed


class Prose(forms.CharField):
    """Words over several lines; browsers end lines with two signs, the texts of the house with one."""

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        return typed.replace("\r\n", "\n") if isinstance(typed, str) else typed


class Awaited(Prose):
    """Words that are asked for in the end, and that a draft may still lack."""

    def validate(self, value: Any) -> None:
        """Take nothing for an answer."""


class AwaitedChoice(forms.ChoiceField):
    """A choice that is asked for in the end, and that a draft may still lack."""

    def validate(self, value: Any) -> None:
        """Take nothing for an answer, and nothing else that is not offered."""
        if value:
            super().validate(value)


class AwaitedChoices(forms.MultipleChoiceField):
    """Choices of which one at least is asked for in the end, and that a draft may still lack."""

    def validate(self, value: Any) -> None:
        """Take nothing for an answer, and nothing else that is not offered."""
        if value:
            super().validate(value)


class Euros(forms.DecimalField):
    """An amount typed in euros and kept in cents."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            min_value=0,
            max_digits=12,
            decimal_places=2,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            **options,
        )

    def to_python(self, value: Any) -> Any:
        return super().to_python("".join(str(value or "").replace("€", "").replace(",", ".").split()))

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        return None if amount is None else int(amount * 100)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        whole, cents = divmod(value, 100)
        return f"{whole},{cents:02}" if cents else str(whole)

    def has_changed(self, initial: Any, data: Any) -> bool:  # noqa: ARG002
        return bool(data)


class Code(forms.CharField):
    """A short name inside the text, as J4 or AA1; left blank, the next free one is given."""

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


class Codes(forms.CharField):
    """Several codes, with commas between them."""

    def clean(self, value: Any) -> Any:
        return tuple(super().clean(value).upper().replace(",", " ").split())

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, tuple) else value

    def has_changed(self, initial: Any, data: Any) -> bool:  # noqa: ARG002
        return bool(data)
