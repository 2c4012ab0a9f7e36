"""Filters that format amounts, days and sides in the active language."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from accounts.pages.time_zones import local_time_words

register = template.Library()

# The narrow no-break space of French typography, between a figure and its unit.
THIN = "\u202f"
DAY_FORMATS = {"full": "j F Y", "week": "l j F", "short": "j N Y"}
FRENCH_HOUR = f"G{THIN}\\h{THIN}i"
# (English, French), by form.
MOMENT_FORMATS = {
    "full": ("j F Y, H:i", f"j F Y \\à {FRENCH_HOUR}"),
    "week": ("l j F, H:i", f"l j F \\à {FRENCH_HOUR}"),
}
# (English, French), by whether the day need not be written.
HOUR_FORMATS = {True: ("H:i", FRENCH_HOUR), False: MOMENT_FORMATS["week"]}


@register.filter
def measure(number: Decimal) -> str:
    """Return a number in the active language, with decimals only when there are some."""
    return _figure(number, 0 if number == number.to_integral_value() else 2)


@register.filter
def euros(minor: int | None) -> str:
    """Return an amount given in cents, as "30 000 €" or "€30,000"; cents only when there are some."""
    if minor is None:
        return "—"
    amount = Decimal(minor) / 100
    figure = _figure(amount, 0 if amount == amount.to_integral_value() else 2)
    return f"{figure}{THIN}€" if _is_french() else f"€{figure}"


@register.filter
def percent(value: float | Decimal | None, decimals: int = 1) -> str:
    """Return a share given in hundredths (7.3 for 7.3 %), as "7,3 %" or "7.3%"."""
    if value is None:
        return "—"
    rounded = round(Decimal(str(value)), decimals)
    figure = _figure(rounded, 0 if rounded == rounded.to_integral_value() else decimals)
    return f"{figure}{THIN}%" if _is_french() else f"{figure}%"


@register.filter
def days_left(days: int) -> str:
    """Return a number of days until a deadline in words; a negative number is a delay."""
    if days < 0:
        return ngettext("en retard de %(days)s jour", "en retard de %(days)s jours", -days) % {"days": -days}
    if days == 0:
        return gettext("dernier jour")
    return ngettext("encore %(days)s jour", "encore %(days)s jours", days) % {"days": days}


@register.filter
def side_word(side: str) -> str:
    """Return the word for a side ("association", "company", "broker" or "both")."""
    words = {
        "association": gettext("Association"),
        "company": gettext("Entreprise"),
        "broker": gettext("Passeur"),
        "both": gettext("toutes les parties"),
    }
    return words[side]


@register.filter
def side_mark(side: str, name: str = "") -> SafeString:
    """Return the mark of a side with a name beside it, or with the word for the side."""
    return format_html('<span class="side" data-side="{}">{}</span>', side, name or side_word(side))


@register.filter
def fingerprint_groups(fingerprint: str) -> str:
    """Return a fingerprint in groups of four characters."""
    return " ".join(fingerprint[start : start + 4] for start in range(0, len(fingerprint), 4))


@register.filter
def fingerprint_short(fingerprint: str) -> str:
    """Return the two ends of a fingerprint, as "924ac9…c1b6"."""
    return f"{fingerprint[:6]}…{fingerprint[-4:]}"


@register.filter
def day(value: date | None, form: str = "full") -> SafeString | str:
    """Return a day as a `<time>`: form "full" (with the year), "week" (weekday, no year) or "short"."""
    if value is None:
        return ""
    local = _local(value)
    iso = (local.date() if isinstance(local, datetime) else local).isoformat()
    return format_html('<time datetime="{}">{}</time>', iso, day_text(value, form))


def day_text(value: date, form: str = "full") -> str:
    """Return a day in words, as "19 novembre 2026"."""
    return _formatted(_local(value), DAY_FORMATS[form])


@register.filter
def moment(value: datetime | None, form: str = "full") -> SafeString | str:
    """Return a moment as a `<time>`, as `moment_text` writes it."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    text = moment_text(value, form)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), text)


@register.filter
def short_moment(value: datetime) -> str:
    """Return a moment without its year, for the subject of a mail, as "ven. 4 déc., 18 h"."""
    local = timezone.localtime(value)
    if not _is_french():
        return date_format(local, "D j M, H:i")
    hour = f"{local.hour}{THIN}h{THIN}{local:%M}".removesuffix(f"{THIN}00")
    return f"{date_format(local, 'D').lower()}. {_formatted(local, 'j N')}, {hour}"


def moment_text(value: datetime, form: str = "full") -> str:
    """Return a moment in the current time zone, with its place, and in Paris where the hour differs.

    As "19 novembre 2026 à 11 h 42 (heure de Paris)", or "19 novembre 2026 à 23 h 30 (heure de la
    Martinique ; vendredi 20 novembre à 4 h 30 à Paris)".
    """
    local, paris = timezone.localtime(value), timezone.localtime(value, timezone.get_default_timezone())
    written = _formatted(local, MOMENT_FORMATS[form][_is_french()])
    place = local_time_words(timezone.get_current_timezone_name())
    if local.utcoffset() == paris.utcoffset():
        return f"{written} ({place})"
    there = _formatted(paris, HOUR_FORMATS[local.date() == paris.date()][_is_french()])
    in_paris = gettext("%(moment)s à Paris") % {"moment": there}
    separator = f"{THIN};" if _is_french() else ";"
    return f"{written} ({place}{separator} {in_paris})"


def _local(value: date) -> date:
    return timezone.localtime(value) if isinstance(value, datetime) else value


def _formatted(value: date, form: str) -> str:
    text = date_format(value, form)
    # In French only the first day of a month is an ordinal.
    if _is_french() and value.day == 1:
        return re.sub(r"\b1\b", "1er", text, count=1)
    return text


def _figure(amount: Decimal, decimals: int) -> str:
    text = number_format(amount, decimal_pos=decimals, use_l10n=True, force_grouping=True)
    return text.replace("\xa0", THIN)


def _is_french() -> bool:
    return (get_language() or "fr").startswith("fr")
