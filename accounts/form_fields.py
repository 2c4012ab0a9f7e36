"""Form fields of the product: each cleans what was typed to the form in which it is stored, or refuses it.

Every text that a form of the product takes goes through a field of this family (`TypedText`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from accounts import canonical

# Dates computed from such a day (an end, a reminder) stay valid.
FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)
OUT_OF_REACH = _("Ce jour est hors d’atteinte. Vérifiez l’année, en quatre chiffres.")

EUROS: Final = ("euros", "euro", "eur", "€")
HOURS: Final = ("heures", "heure", "hours", "hour", "h")
DAYS: Final = ("jours", "jour", "days", "day", "j")
PERCENT: Final = ("pour cent", "%")

# A text of so many signs above its limit is refused unread.
MAX_REMOVED: Final = 2000


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


class TypedText(forms.CharField):
    """A text in canonical form. Its length is counted after cleaning, with one sign for an end of line."""

    def canonical(self, text: str) -> str:
        """Return the text as it is stored. Raises TextRefused."""
        raise NotImplementedError

    def to_python(self, value: Any) -> Any:
        """Return the text in canonical form."""
        if value in self.empty_values:
            return self.empty_value
        text = str(value)
        # Signs that are removed do not count; a text far too long is not cleaned, and its length refused.
        if self.max_length is None or len(text) <= self.max_length + MAX_REMOVED:
            text = cleaned(self.canonical, text)
        return super().to_python(text)


class TextLineField(TypedText):
    """A text of one line. `is_printed`: a charter may show it, so its fonts must have every sign."""

    def __init__(self, *, is_printed: bool = True, **options: Any) -> None:
        super().__init__(**options)
        self.is_printed = is_printed

    def canonical(self, text: str) -> str:
        """Return one line; in print, with typographic apostrophes."""
        line = canonical.canonical(text, multiline=False, printed=self.is_printed)
        return canonical.typographic(line) if self.is_printed else line


class TextAreaField(TextLineField):
    """A text of several lines."""

    widget = forms.Textarea

    def canonical(self, text: str) -> str:
        """Return the text with line feeds; in print, with typographic apostrophes."""
        area = canonical.canonical(text, multiline=True, printed=self.is_printed)
        return canonical.typographic(area) if self.is_printed else area


class NameField(TypedText):
    """The name of a person, an organisation or a town."""

    def canonical(self, text: str) -> str:
        """Return the name with plain spaces and typographic apostrophes."""
        return canonical.typographic(canonical.name(text))


class TypedNameField(TypedText):
    """A name as its bearer types it to sign: its apostrophes and hyphens stay as typed."""

    def canonical(self, text: str) -> str:
        """Return the name with plain spaces."""
        return canonical.name(text)


class CodeField(TypedText):
    """A code that somebody copies: spaces, dashes and punctuation do not count."""

    def canonical(self, text: str) -> str:
        """Return the letters and digits."""
        return canonical.code(text)


class SearchField(TypedText):
    """Words to search for; what cannot be searched is left out, and nothing is refused."""

    def canonical(self, text: str) -> str:
        """Return the words, with single spaces."""
        return canonical.searched(text)


class SecretField(forms.CharField):
    """A password or a one-time code, which nothing is removed from."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, **options)

    def to_python(self, value: Any) -> Any:
        """Return the secret; refuse what no keyboard gives and no hash accepts."""
        typed = str(super().to_python(value))
        if any("\ud800" <= sign <= "\udfff" for sign in typed):
            raise forms.ValidationError(_("Ce secret n’est pas arrivé entier. Tapez-le au clavier."))
        return typed


class IdentifierField(TypedText):
    """A registration number; `normalise` returns it without separators or raises ValueError in words."""

    def __init__(self, *, normalise: Callable[[str], str], **options: Any) -> None:
        # A pasted number may come with its label.
        super().__init__(max_length=80, **options)
        self.normalise = normalise

    def canonical(self, text: str) -> str:
        """Return the text without what nobody sees; separators are the affair of `normalise`."""
        return canonical.canonical(text, multiline=False, printed=False)

    def clean(self, value: Any) -> Any:
        """Return the normalised number, or "" if none was given."""
        number = super().clean(value)
        if not number:
            return ""
        try:
            return self.normalise(number)
        except ValueError as error:
            raise forms.ValidationError(str(error), code="identifier") from error


class AddressField(forms.EmailField):
    """An e-mail address, its domain in one spelling."""

    def to_python(self, value: Any) -> Any:
        """Return the address in canonical form."""
        typed = super().to_python(value)
        return cleaned(canonical.email_address, typed) if typed else typed


class WebAddressField(forms.URLField):
    """The address of a web page; nothing in it is changed but what nobody sees."""

    def to_python(self, value: Any) -> Any:
        """Return the address without what nobody sees."""
        if isinstance(value, str):
            value = cleaned(_web_address, value)
        return super().to_python(value)


class WholeNumberField(forms.IntegerField):
    """A whole number, typed with or without separators of thousands. `units`: words that may follow it."""

    widget = forms.TextInput

    def __init__(self, *, units: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(**options)
        self.units = units

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Ask for the keyboard of digits."""
        attrs: dict[str, Any] = super().widget_attrs(widget)
        return attrs | {"inputmode": "numeric"}

    def to_python(self, value: Any) -> Any:
        """Return the number, None for an empty value."""
        return super().to_python(
            canonical.number(value, self.units).removesuffix(".00") if isinstance(value, str) else value
        )


class AmountField(forms.DecimalField):
    """An amount typed in euros, in cents once cleaned."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            min_value=0,
            max_digits=12,
            decimal_places=2,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            **options,
        )

    def to_python(self, value: Any) -> Any:
        """Return the amount in euros."""
        return super().to_python(canonical.number(value, EUROS) if isinstance(value, str) else value)

    def clean(self, value: Any) -> Any:
        """Return the amount in cents, None for an empty value."""
        amount = super().clean(value)
        return None if amount is None else int(amount * 100)

    def prepare_value(self, value: Any) -> Any:
        """Return an amount of cents as it is typed."""
        if not isinstance(value, int):
            return value
        whole, cents = divmod(value, 100)
        return f"{whole},{cents:02}" if cents else str(whole)

    def has_changed(self, initial: Any, data: Any) -> bool:  # noqa: ARG002
        """Return whether something was typed."""
        return bool(data)


def cleaned(clean: Callable[[str], str], text: str) -> str:
    """Return a text cleaned by a function of `canonical`, whose refusal becomes an error of the form."""
    try:
        return clean(text)
    except canonical.TextRefused as refusal:
        raise forms.ValidationError(refusal.message, code="sign") from refusal


def _web_address(text: str) -> str:
    return canonical.canonical(text, multiline=False, printed=False)
