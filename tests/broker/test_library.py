"""The console of the clause library: found, added, rewritten with a reason, retired."""

from __future__ import annotations

import pytest
from django.urls import reverse

from partnerships.models import LibraryClause
from tests import make

TEXT = {
    "heading": "13", "title": "Silence court", "body": "Les documents marqués restent entre nous.",
    "plain_words": "Peu de secrets.", "title_en": "Short silence", "body_en": "Marked documents stay with us.",
    "plain_words_en": "Few secrets.", "source": "Maison, à vérifier", "rule": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def shipped(people):
    make.shelf()


def shelf(**asked):
    return reverse("broker:library", query=asked)


def test_the_library_is_read_by_heading_and_searched(desk):
    page = desk.get(shelf()).text
    assert page.count("<h2") >= 19
    assert "À risque\u00a0: Exclusivité" in page
    assert "Propriété des résultats" in page
    found = desk.get(shelf(q="propriété", state="sound")).text
    assert "Propriété des résultats" in found
    assert "Cession des idées" not in found
    assert "Secret total" in desk.get(shelf(heading="13", state="risk")).text
    assert "Aucune clause ne correspond" in desk.get(shelf(q="licorne")).text
    assert "Aucune clause ne correspond" in desk.get(shelf(state="retired")).text


def test_a_clause_is_added_rewritten_and_retired(desk, people):
    new = reverse("broker:new_library_clause")
    assert desk.post(new, {**TEXT, "body_en": ""}).status_code == 422
    assert desk.post(new, TEXT).status_code == 303
    own = LibraryClause.objects.select_related("current").get(current__title="Silence court")
    assert (own.heading, own.key, own.current.written_by) == (13, None, people.nora)
    place = reverse("broker:library_clause", args=[own.pk])
    told = {**TEXT, "title": "Silence bref", "reason": "Plus simple.", "seen_number": "1"}
    assert desk.post(place, {**told, "reason": ""}).status_code == 422
    assert desk.post(place, told).url == place
    page = desk.get(place).text
    assert "Plus simple." in page
    assert "Silence court" in page
    stale = desk.post(place, {**told, "title": "Trop tard"})
    assert stale.status_code == 422
    assert "récrite pendant" in stale.text
    assert 'value="Trop tard"' in stale.text
    away = reverse("broker:retire_library_clause", args=[own.pk])
    assert desk.post(away, {"reason": ""}).status_code == 422
    assert desk.post(away, {"reason": "En double."}).status_code == 303
    assert "déjà retirée" in desk.post(away, {"reason": "Encore."}).text
    assert "Silence bref" in desk.get(shelf(state="retired")).text
    assert "Silence bref" not in desk.get(shelf()).text
    assert "Récrire et remettre en service" in desk.get(place).text


def test_the_page_costs_the_same_however_long_the_library(desk, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        desk.get(shelf(heading="13"))
    with django_assert_max_num_queries(5):
        desk.get(shelf())


def test_nothing_is_there_for_an_unknown_clause(desk):
    assert desk.get(reverse("broker:library_clause", args=[0])).status_code == 404
