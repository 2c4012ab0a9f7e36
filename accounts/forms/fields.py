"""Form fields of the product: each cleans what was typed to the form in which it is stored, or refuses it.

Every text that a form of the product takes goes through a field of this family (`TypedText`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.text import canonical

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
