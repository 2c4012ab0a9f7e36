"""How long a thing is kept is said once, for the page and for the sweep."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import translation

from accounts import processing
from accounts.processing import PROCESSINGS, RULES, months_before
from partnerships.privacy.actions import due_for_removal


@pytest.mark.parametrize(
    ("moment", "months", "earlier"),
    [
        ((2026, 3, 31), 1, (2026, 2, 28)),
        ((2028, 3, 31), 1, (2028, 2, 29)),
        ((2026, 1, 15), 1, (2025, 12, 15)),
        ((2026, 12, 1), 36, (2023, 12, 1)),
        ((2026, 5, 5), 0, (2026, 5, 5)),
    ],
)
def test_months_are_counted_on_the_calendar(moment, months, earlier):
    assert months_before(datetime(*moment, 12, tzinfo=UTC), months) == datetime(*earlier, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "months", "expected"),
    [
        ("fr", 36, "3\N{NO-BREAK SPACE}ans"),
        ("fr", 12, "1\N{NO-BREAK SPACE}an"),
        ("fr", 6, "6\N{NO-BREAK SPACE}mois"),
        ("en", 12, "1\N{NO-BREAK SPACE}year"),
        ("en", 6, "6\N{NO-BREAK SPACE}months"),
    ],
)
def test_a_period_is_in_the_language_of_the_reader(language, months, expected):
    rule = processing.RetentionRule(name="x", what="", since="", months=months, source="")
    with translation.override(language):
        assert rule.period == expected


@pytest.mark.django_db
def test_the_sweep_applies_the_rules_of_the_page(client):
    assert [outcome.rule for outcome in due_for_removal(at=datetime(2026, 3, 2, tzinfo=UTC))] == list(RULES)
    page = client.get(reverse("processing")).text
    for rule in RULES:
        assert str(rule.what) in page.replace("&#x27;", "'")
        assert rule.period in page


def test_every_rule_belongs_to_a_processing_and_every_processing_says_how_long():
    assert {rule for each in PROCESSINGS for rule in each.rules} == set(RULES)
    assert all(each.rules or each.retention for each in PROCESSINGS)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["personal_data", "processing"])
def test_the_public_pages_link_to_the_rights(client, name):
    page = client.get(reverse(name)).text
    assert page.count("à vérifier") >= len(PROCESSINGS)
    if name == "personal_data":
        for way in ("partnerships:own_data", "partnerships:erase", "processing"):
            assert f'href="{reverse(way)}"' in page
