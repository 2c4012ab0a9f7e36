"""The list of cases: those that one's groups may read, and no others."""

from __future__ import annotations

import pytest
from django.urls import reverse

from partnerships.lifecycle import Case, Edition
from tests import make


def titles(browser, **query):
    page = browser.get(reverse("partnerships:list"), query)
    assert page.status_code == 200
    return [card.title for card in page.context["page"].cards]


def test_each_reads_their_own_and_brokers_read_all(cast, enter):
    make.partnership(cast, until=Case.SCOPING, title="Chez Valfictif")
    make.partnership(cast, until=Case.SCOPING, title="Chez Exempharma", company=cast.other_company)
    assert titles(enter(cast.dan)) == ["Chez Valfictif"]
    assert titles(enter(cast.mallory)) == ["Chez Exempharma"]
    for person in (cast.ada, cast.ben, cast.nora, cast.oscar):
        assert sorted(titles(enter(person))) == ["Chez Exempharma", "Chez Valfictif"]
    assert titles(enter(cast.root)) == []


def test_living_cases_come_before_those_that_ended(cast, enter):
    make.partnership(cast, until=Case.CLOSED, title="Close")
    make.partnership(cast, until=Edition.NEGOTIATION, title="Vivante")
    assert titles(enter(cast.ada)) == ["Vivante", "Close"]


def test_a_long_list_comes_in_pages(cast, enter):
    for rank in range(21):
        make.partnership(cast, until=Case.SCOPING, title=f"Action {rank}")
    browser = enter(cast.ada)
    assert (len(titles(browser)), len(titles(browser, page="2"))) == (20, 1)
    assert titles(browser, page="9") == titles(browser, page="2")


def test_an_empty_list_says_what_will_be_there(cast, enter):
    page = enter(cast.ada).get(reverse("partnerships:list"))
    assert "Aucun dossier pour l’instant" in page.content.decode()


@pytest.mark.parametrize("many", [1, 4])
def test_a_list_costs_the_same_with_many_cases(cast, enter, many, django_assert_num_queries):
    for rank in range(many):
        for until in (Edition.NEGOTIATION, Edition.SIGNING, Case.ACTIVE):
            make.partnership(cast, until=until, title=f"Action {rank}")
    browser = enter(cast.ada)
    with django_assert_num_queries(7):
        browser.get(reverse("partnerships:list"))
