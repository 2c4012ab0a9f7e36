"""Figures, days and sides are written as the reader's language writes them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from accounts.pages.time_zones import ZONES, local_time_words
from accounts.templatetags import wording

THIN = "\u202f"


@pytest.mark.parametrize(
    ("language", "minor", "written"),
    [
        ("fr", 3_000_000, f"30{THIN}000{THIN}€"),
        ("fr", 123_450, f"1{THIN}234,50{THIN}€"),
        ("fr", 0, f"0{THIN}€"),
        ("en", 3_000_000, "€30,000"),
        ("en", 123_450, "€1,234.50"),
        ("fr", None, "—"),
    ],
)
def test_an_amount(language: str, minor: int | None, written: str) -> None:
    with translation.override(language):
        assert wording.euros(minor) == written


@pytest.mark.parametrize(
    ("language", "share", "written"),
    [("fr", 7.3, f"7,3{THIN}%"), ("fr", 20, f"20{THIN}%"), ("en", 7.34, "7.3%"), ("fr", None, "—")],
)
def test_a_share(language: str, share: float | None, written: str) -> None:
    with translation.override(language):
        assert wording.percent(share) == written


@pytest.mark.parametrize(
    ("days", "written"),
    [
        (4, "encore 4 jours"),
        (1, "encore 1 jour"),
        (0, "dernier jour"),
        (-1, "en retard de 1 jour"),
        (-10, "en retard de 10 jours"),
    ],
)
def test_the_time_left(days: int, written: str) -> None:
    with translation.override("fr"):
        assert wording.days_left(days) == written


@pytest.mark.parametrize(
    ("language", "form", "written"),
    [
        ("fr", "full", "1er décembre 2026"),
        ("fr", "week", "mardi 1er décembre"),
        ("en", "full", "1 December 2026"),
        ("en", "week", "Tuesday 1 December"),
    ],
)
def test_a_day_is_readable_by_people_and_machines(language: str, form: str, written: str) -> None:
    with translation.override(language):
        assert wording.day(date(2026, 12, 1), form) == f'<time datetime="2026-12-01">{written}</time>'


def test_the_eleventh_is_not_the_first() -> None:
    with translation.override("fr"):
        assert "11 mars 2026" in wording.day(date(2026, 3, 11))


def test_a_moment_names_its_place() -> None:
    with translation.override("fr"):
        written = wording.moment(datetime(2026, 11, 19, 10, 42, tzinfo=UTC))
    text = f"19 novembre 2026 à 11{THIN}h{THIN}42 (heure de Paris)"
    assert written == f'<time datetime="2026-11-19T11:42+01:00">{text}</time>'


@pytest.mark.parametrize(
    ("language", "zone", "form", "written"),
    [
        (
            "fr",
            "America/Martinique",
            "full",
            "3 juin 2027 à 12 h 00 (heure de la Martinique ; 18 h 00 à Paris)",
        ),
        ("en", "America/Martinique", "full", "3 June 2027, 12:00 (Martinique time; 18:00 in Paris)"),
        (
            "fr",
            "Pacific/Noumea",
            "week",
            "vendredi 4 juin à 3 h 00 (heure de Nouméa ; jeudi 3 juin à 18 h 00 à Paris)",
        ),
        ("en", "Pacific/Noumea", "full", "4 June 2027, 03:00 (Nouméa time; Thursday 3 June, 18:00 in Paris)"),
        ("fr", "Europe/Brussels", "full", "3 juin 2027 à 18 h 00 (heure de Bruxelles)"),
        (
            "fr",
            "Asia/Tokyo",
            "full",
            "4 juin 2027 à 1 h 00 (heure locale : Tokyo ; jeudi 3 juin à 18 h 00 à Paris)",
        ),
    ],
)
def test_a_moment_elsewhere_names_that_of_paris_too(language, zone, form, written) -> None:
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        text = wording.moment_text(datetime(2027, 6, 3, 16, tzinfo=UTC), form)
    assert text.replace(THIN, " ").replace("\u00a0", " ") == written


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("zone", ZONES)
def test_every_zone_of_the_form_is_named_in_both_languages(language, zone) -> None:
    with translation.override(language):
        words = local_time_words(zone)
    assert ("heure d" in words) if language == "fr" else words.endswith(" time")


def test_no_day_gives_an_empty_text() -> None:
    assert wording.day(None) == wording.moment(None) == ""


def test_a_side_is_a_mark_with_a_word_or_a_name() -> None:
    with translation.override("fr"):
        assert wording.side_mark("both") == '<span class="side" data-side="both">toutes les parties</span>'
    assert wording.side_mark("company", "<Valfictif>").endswith("&lt;Valfictif&gt;</span>")


def test_a_fingerprint_in_groups_and_in_short() -> None:
    assert wording.fingerprint_groups("4be17c02d9") == "4be1 7c02 d9"
    assert wording.fingerprint_short("4be17c02d95f3a86") == "4be17c…3a86"
