"""The pages on which a case is read: who may open them, in every state, at the same cost."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from partnerships.drafting.actions import amendments
from partnerships.lifecycle import Case, Edition
from tests import make
from tests.partnerships.expectations import filing

READING = ("roadmap", "rounds", "dialogue", "ledger", "documents")
TABS = ["roadmap", "follow_up", "dialogue", "ledger"]
TAB = re.compile(r'<a href="([^"]+)"( aria-current="(?:page|true)")?>')
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
    ("name", "queries"), [("roadmap", 10), ("rounds", 17), ("ledger", 9), ("documents", 9)]
)
def test_a_longer_text_costs_no_more(cast, enter, name, queries, clauses, django_assert_num_queries):
    case = make.partnership(cast, clauses=clauses)
    browser = enter(cast.ada)
    with django_assert_num_queries(queries):
        browser.get(address(case, name))


def tabs_of(page):
    """Return the addresses of the tabs of a page, and that of the tab it lights."""
    tabs = TAB.findall(page.partition('class="tabs"')[2].partition("</nav>")[0])
    return [url for url, _current in tabs], [url for url, current in tabs if current]


@pytest.mark.parametrize("until", STATES)
def test_every_page_of_a_case_has_the_same_four_tabs_and_lights_one(cast, enter, until):
    """Whatever page of the case the text page or a tab leads to."""
    case = make.partnership(cast, until=until)
    expected = [address(case, name) for name in TABS]
    for person in (cast.ada, cast.nora):
        browser = enter(person)
        own = case.get_absolute_url()
        first = browser.get(own).text
        reached = {own, *expected, *re.findall(rf'href="({own}[^"#?]+)"', first)}
        for url in sorted(reached):
            page = browser.get(url)
            if page.status_code != 200 or 'class="tabs"' not in page.text:
                continue
            tabs, lit = tabs_of(page.text)
            assert (tabs, len(lit)) == (expected, 1), (person, url)


@pytest.mark.parametrize("until", STATES)
def test_the_turn_never_links_to_the_page_it_is_on(cast, enter, until):
    case = make.partnership(cast, until=until)
    for person in (cast.ada, cast.carla, cast.nora):
        browser = enter(person)
        url = case.get_absolute_url()
        for _step in range(2):
            page = browser.get(url)
            turn = page.text.partition('id="turn"')[2].partition("</section>")[0]
            links = re.findall(r'href="([^"]+)"', turn)
            assert url not in links
            if not links or links[0].startswith("#"):
                break
            url = links[0].partition("#")[0]


def test_the_steps_of_a_text_lead_to_their_pages(cast, enter):
    case = make.partnership(cast, until=Case.ACTIVE)
    page = enter(cast.ada).get(address(case, "roadmap"))
    steps = page.context["page"].steps
    labels = [step.label for step in (*steps.latest, *steps.earlier)]
    assert labels == [
        "Charte\u00a0: signatures complètes",
        "Charte\u00a0: texte figé",
        "Charte\u00a0: accord de toutes les parties",
        "Réponses du tour 1 ouvertes",
        "Tour 1 ouvert",
        "Charte\u00a0: texte commencé",
        "Preuve du besoin réunie, cadrage terminé",
        "Dossier ouvert",
    ]
    for step in (*steps.latest, *steps.earlier):
        assert f'href="{step.url}"' in page.text
        assert enter(cast.ada).get(step.url).status_code == 200


def test_a_step_links_to_no_text_that_its_reader_may_not_read(cast, enter):
    """An amendment that the broker writes; a text that is not yet with the parties."""
    case = make.partnership(cast, until=Case.ACTIVE)
    amendments.open_amendment(partnership_id=case.pk, broker=cast.nora, at=make.ago())
    draft = make.partnership(cast, until=Edition.DRAFTING, title="En rédaction")
    for person, linked in ((cast.ada, False), (cast.nora, True)):
        for each in (case, draft):
            browser = enter(person)
            steps = browser.get(address(each, "roadmap")).context["page"].steps
            every = [*steps.latest, *steps.earlier]
            assert bool(every[0].url) is linked
            assert {browser.get(step.url).status_code for step in every if step.url} == {200}


def test_before_a_text_its_page_shows_the_step_under_way(cast, enter):
    case = make.partnership(cast, until=Case.SCOPING)
    page = enter(cast.ada).get(address(case, "roadmap")).text
    assert "Ce que nous ne ferons pas" in page
    asked = filing.ask_parties(cast, at=make.ago(days=1))
    page = enter(cast.carla).get(address(asked, "roadmap")).text
    assert page.count("Enveloppe attendue") == 2
