"""The clause library: search, addition, revision with a reason, retirement."""

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
def library_clauses(people):
    make.shipped_library()


def library_url(**filters):
    return reverse("broker:library", query=filters)


def test_clauses_are_listed_by_heading_and_searched(broker_client):
    page = broker_client.get(library_url()).text
    assert page.count("<h2") >= 19
    assert "À risque\u00a0: Exclusivité" in page
    assert "Propriété des résultats" in page
    results = broker_client.get(library_url(q="propriété", state="sound")).text
    assert "Propriété des résultats" in results
    assert "Cession des idées" not in results
    assert "Secret total" in broker_client.get(library_url(heading="13", state="risk")).text
    assert "Aucune clause ne correspond" in broker_client.get(library_url(q="licorne")).text
    assert "Aucune clause ne correspond" in broker_client.get(library_url(state="retired")).text


def test_a_clause_is_added_revised_and_retired(broker_client, people):
    new = reverse("broker:new_library_clause")
    assert broker_client.post(new, {**TEXT, "body_en": ""}).status_code == 422
    assert broker_client.post(new, TEXT).status_code == 303
    clause = LibraryClause.objects.select_related("current").get(current__title="Silence court")
    assert (clause.heading, clause.key, clause.current.written_by) == (13, None, people.nora)
    url = reverse("broker:library_clause", args=[clause.pk])
    data = {**TEXT, "title": "Silence bref", "reason": "Plus simple.", "seen_number": "1"}
    assert broker_client.post(url, {**data, "reason": ""}).status_code == 422
    assert broker_client.post(url, data).url == url
    page = broker_client.get(url).text
    assert "Plus simple." in page
    assert "Silence court" in page
    stale = broker_client.post(url, {**data, "title": "Trop tard"})
    assert stale.status_code == 422
    assert "modifiée pendant" in stale.text
    assert 'value="Trop tard"' in stale.text
    retire_url = reverse("broker:retire_library_clause", args=[clause.pk])
    assert broker_client.post(retire_url, {"reason": ""}).status_code == 422
    assert broker_client.post(retire_url, {"reason": "En double."}).status_code == 303
    assert "déjà retirée" in broker_client.post(retire_url, {"reason": "Encore."}).text
    assert "Silence bref" in broker_client.get(library_url(state="retired")).text
    assert "Silence bref" not in broker_client.get(library_url()).text
    assert "Modifier et remettre en service" in broker_client.get(url).text


def test_the_page_costs_the_same_however_long_the_library(broker_client, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        broker_client.get(library_url(heading="13"))
    with django_assert_max_num_queries(5):
        broker_client.get(library_url())


def test_an_unknown_clause_answers_404(broker_client):
    assert broker_client.get(reverse("broker:library_clause", args=[0])).status_code == 404
