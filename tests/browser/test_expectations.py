"""Round 0 as people play it: two colleagues at one envelope, and a broker who regroups what was opened."""

from __future__ import annotations

import pytest

from partnerships.models import Comparison
from tests import make
from tests.browser.visit import PHONE
from tests.cast import assemble_cast
from tests.make import ago
from tests.partnerships.expectations import filing
from tests.partnerships.expectations.filing import address

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def fill(page, **words):
    """Type in the fields of these names and leave the last one; the page saves by itself."""
    for name, text in words.items():
        with page.expect_response(lambda answer: "/partie/" in answer.url):
            page.locator(f"[name='{name.replace('_0_', '-0-')}']").fill(text)
            page.locator(f"[name='{name.replace('_0_', '-0-')}']").blur()


def ada_overtakes_nobody(visit, cast, case, page):
    """Without script and in English: Ben's text is shown beside hers, then she seals what she read."""
    bare = visit(cast.ada, width=PHONE, script=False, language="en")
    late = bare.open(address(case))
    fill(page, expectations_0_indicator="Douze lecteurs le disent")
    late.locator("[name=expectations-0-text]").fill("Un rapport clair")
    bare.press("Enregistrer le brouillon")
    assert "Douze lecteurs" in late.locator("#partie-expectations .private").inner_text()
    assert late.locator("[name=expectations-0-text]").input_value() == "Un rapport clair"
    bare.press("Enregistrer ma version")
    bare.follow(late.get_by_role("link", name=bare.words("Relire et sceller l’enveloppe")))
    bare.press("Sceller l’enveloppe")


def test_a_colleague_who_writes_late_and_without_script_loses_nothing(visit):
    cast = assemble_cast(make.NOON)
    case = filing.ask_parties(cast, at=ago(days=0.1))
    page = visit(cast.ben, width=PHONE).go(address(case))
    fill(
        page,
        expectations_0_text="Un rapport que chacun comprend",
        expectations_0_indicator="Dix lecteurs le disent",
    )
    page.locator("#etat-expectations p").wait_for()
    ada_overtakes_nobody(visit, cast, case, page)
    assert case.rounds.get().envelopes.get(party__code="A").sealed_at


def test_the_broker_regroups_by_dragging_and_with_the_keyboard(visit):
    cast = assemble_cast(make.NOON)
    case = filing.opened(cast, at=ago(days=1))
    broker = visit(cast.nora)
    page = broker.open(address(case, "regroup"))
    bins = page.locator(".bin")
    line = page.locator(".bin li").filter(has_text="Publier un rapport")
    line.drag_to(bins.nth(3).locator("h3"), source_position={"x": 8, "y": 8})
    assert line.locator("select").input_value() == "3"
    other = page.locator(".bin li").filter(has_text="Être citée")
    other.locator("select").focus()
    other.locator("select").select_option("3")
    assert bins.nth(3).locator("li").count() == 2
    assert other.locator("select").evaluate("list => list === document.activeElement")
    for rank in range(1, bins.count()):
        name = bins.nth(rank).locator("[name^=name-]")
        name.fill("Ce qui se publie" if bins.nth(rank).locator("li").count() else "")
    broker.press("Enregistrer les groupes")
    assert Comparison.objects.get().number == 1
    visit(cast.ben, width=PHONE).open(address(case, "fingerprints", case.rounds.get().pk))
