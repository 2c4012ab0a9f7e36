"""Round 0 as people play it: volunteers on a telephone, a company and a broker at their desks."""

from __future__ import annotations

import pytest

from partnerships.lifecycle import Case
from partnerships.models import Comparison, Line
from tests import make
from tests.browser.visit import PHONE
from tests.cast import assemble
from tests.make import ago
from tests.partnerships.expectations import filing
from tests.partnerships.expectations.filing import address

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def fill(page, **words):
    """Type in the fields of these names and leave the last one; the page saves by itself."""
    for name, text in words.items():
        with page.expect_response(lambda answer: "/partie/" in answer.url):
            page.locator(f"[name='{name.replace('_0_', '-0-').replace('_1_', '-1-')}']").fill(text)
            page.locator(f"[name='{name.replace('_0_', '-0-').replace('_1_', '-1-')}']").blur()


def ben_drafts(visit, cast, case):
    phone = visit(cast.ben, width=PHONE)
    page = phone.open(address(case))
    fill(
        page,
        expectations_0_text="Un rapport que chacun comprend",
        expectations_0_indicator="Dix lecteurs le disent",
        limits_0_text="Aucune donnée vendue",
    )
    page.locator("#etat-limits p").wait_for()
    page.locator("[name=add]").first.click()
    page.locator("[name=expectations-1-text]").wait_for()
    fill(
        page,
        expectations_1_text="Former quatre bénévoles",
        expectations_1_indicator="Quatre attestations",
    )
    phone.look()
    return page


def ada_overtakes_nobody(visit, cast, case, page):
    """Without script and in English: Ben's text is shown beside hers, then she seals what she read."""
    bare = visit(cast.ada, width=PHONE, script=False, language="en")
    late = bare.open(address(case))
    fill(page, expectations_1_text="Former cinq bénévoles")
    late.locator("[name=expectations-0-text]").fill("Un rapport clair")
    bare.press("Enregistrer le brouillon")
    assert "Former cinq bénévoles" in late.locator("#partie-expectations .private").inner_text()
    assert late.locator("[name=expectations-0-text]").input_value() == "Un rapport clair"
    bare.press("Enregistrer ma version")
    with late.expect_navigation():
        late.get_by_role("link", name=bare.words("Relire et sceller l’enveloppe")).click()
    bare.look()
    bare.press("Sceller l’enveloppe")


def carla_seals_last(visit, cast, case):
    desk = visit(cast.carla)
    page = desk.open(address(case))
    fill(
        page,
        expectations_0_text="Être citée dans la publication",
        expectations_0_indicator="La mention exacte",
        limits_0_text="Pas de donnée nominative",
        means_0_amount_minor="3 000",
    )
    desk.look()
    desk.open(address(case, "seal_expectations"))
    desk.press("Sceller et ouvrir")
    return desk


def test_a_round_is_played_from_the_question_to_the_opening(visit):
    cast = assemble(make.NOON)
    case = make.partnership(cast, until=Case.PREPARING, at=ago(days=1))
    broker = visit(cast.nora)
    broker.open(address(case))
    broker.press("Poser la question à toutes")
    page = ben_drafts(visit, cast, case)
    ada_overtakes_nobody(visit, cast, case, page)
    desk = carla_seals_last(visit, cast, case)
    assert "La mention exacte" in desk.page.locator("main").inner_text()
    assert Line.objects.count() == 6
    phone = visit(cast.ben, width=PHONE, language="en")
    phone.open(address(case))
    phone.open(address(case, "fingerprints", case.rounds.get().pk))


def test_the_broker_regroups_by_dragging_and_with_the_keyboard(visit):
    cast = assemble(make.NOON)
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
