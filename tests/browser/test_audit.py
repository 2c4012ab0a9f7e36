"""Every page, for each of the cast, in both languages, light and dark, on a telephone."""

from __future__ import annotations

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests import make
from tests.browser import tour
from tests.browser.visit import PHONE
from tests.cast import assemble_cast
from tests.matrix.rows import NOBODY, ROWS
from tests.matrix.stage import Stage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.queries_in_templates("allauth hands the passkeys of a person over as a question"),
]
SAMPLE = 12


@pytest.fixture
def stage(visit) -> Stage:
    return Stage(assemble_cast(make.NOON))


def look_at(visit, stage: Stage, sights: list[tour.Sight]) -> list[str]:
    """Open each page in a window of its reader, and return all that is wrong with any."""
    windows = {}
    wrong = []
    for sight in sights:
        key = (sight.who, sight.language, sight.theme)
        if key not in windows:
            person = None if sight.who == NOBODY else getattr(stage.cast, sight.who)
            windows[key] = visit(person, width=PHONE, language=sight.language, theme=sight.theme)
        window = windows[key]
        window.allowed = sight.status
        answer = window.page.goto(window.house + sight.path)
        if answer.status != sight.status:
            wrong.append(f"{key} {sight.path}: {answer.status} instead of {sight.status}")
        wrong += [f"{key} {problem}" for problem in window.problems()]
    return wrong


def test_a_sample_of_the_pages_has_no_barrier(visit, stage) -> None:
    sights = tour.sample(tour.sights(stage), SAMPLE)
    assert len({sight.who for sight in sights}) > 5
    assert {(sight.language, sight.theme) for sight in sights} == {
        (language, theme) for language in tour.LANGUAGES for theme in tour.THEMES
    }
    assert look_at(visit, stage, sights) == []


@pytest.mark.audit
@pytest.mark.parametrize("theme", tour.THEMES)
@pytest.mark.parametrize("language", tour.LANGUAGES)
@pytest.mark.parametrize("who", tour.WHO)
def test_no_page_has_a_barrier(visit, stage, who, language, theme) -> None:
    wanted = (who, language, theme)
    sights = [each for each in tour.sights(stage) if (each.who, each.language, each.theme) == wanted]
    assert look_at(visit, stage, sights) == []


def every_name(resolver: URLResolver, space: str = "") -> list[str]:
    names = []
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            names.append(f"{space}{pattern.name}")
        elif pattern.namespace != "admin":
            names += every_name(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
    return names


def test_no_address_is_left_out_of_the_tour() -> None:
    known = {*ROWS, *tour.OPEN, *tour.AT_THE_DOOR, *tour.OF_AN_ACCOUNT, *tour.NAMED, *tour.NO_PAGE}
    assert sorted(set(every_name(get_resolver())) - known) == []
