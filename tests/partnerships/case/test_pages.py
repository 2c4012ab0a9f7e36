"""The pages on which a case is read: who may open them, in every state, at the same cost."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from partnerships.lifecycle import Case, Edition
from tests import make

READING = ("roadmap", "rounds", "ledger", "documents")
STATES = (
    Case.SCOPING,
    Edition.DRAFTING,
    Edition.NEGOTIATION,
    Edition.AGREED,
    Edition.SIGNING,
    Edition.SIGNED,
    Case.ACTIVE,
    Case.REVIEW,
    Case.CLOSED,
    Case.ABANDONED,
)


def address(case, name, *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


@pytest.mark.parametrize("until", STATES)
def test_every_page_opens_in_every_state(cast, enter, until):
    case = make.partnership(cast, until=until)
    for person in (cast.ada, cast.ben, cast.carla, cast.nora, cast.oscar):
        browser = enter(person)
        for name in READING:
            page = browser.get(address(case, name))
            assert page.status_code == 200, (name, person)
            assert case.title in page.content.decode()


@pytest.mark.parametrize("name", READING)
def test_a_stranger_and_a_superuser_find_no_case(cast, enter, name):
    case = make.partnership(cast)
    for person in (cast.mallory, cast.root):
        assert enter(person).get(address(case, name)).status_code == 404
    assert enter(cast.ada).get(reverse(f"partnerships:{name}", args=["LL-2026-9999"])).status_code == 404


def test_whose_turn_it_is_is_said_by_name(cast, enter):
    yesterday = make.ago(days=1)
    case = make.partnership(cast, at=yesterday)
    make.agree(case, cast.ada, at=yesterday)
    for reader in (cast.nora, cast.ada):
        page = enter(reader).get(address(case, "roadmap")).content.decode()
        assert re.search(r"À Laboratoires Valfictif\s*</p>", page)
        assert "À l’autre" not in page


@pytest.mark.parametrize("name", READING)
def test_nobody_is_asked_to_sign_in(cast, client, name):
    case = make.partnership(cast)
    assert client.get(address(case, name)).status_code == 302


@pytest.mark.parametrize("clauses", [1, 20])
@pytest.mark.parametrize(
    ("name", "queries"), [("roadmap", 9), ("rounds", 14), ("ledger", 9), ("documents", 8)]
)
def test_a_longer_text_costs_no_more(cast, enter, name, queries, clauses, django_assert_num_queries):
    case = make.partnership(cast, clauses=clauses)
    browser = enter(cast.ada)
    with django_assert_num_queries(queries):
        browser.get(address(case, name))
