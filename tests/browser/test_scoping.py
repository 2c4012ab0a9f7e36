"""Before a text: two briefs, an introduction without names, a canvas on one sheet, as people see them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from pyhanko.pdf_utils.reader import PdfFileReader

from partnerships.actions import canvas
from partnerships.lifecycle import Case
from partnerships.models import Introduction
from partnerships.models.canvas import BOX, LINE, LINES
from tests import briefs, make
from tests import cast as theatre
from tests.browser.visit import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SENTENCE = "Onze personnes sur dix-sept ne lisent pas l’alerte orange, et n’osent pas le dire. "


@pytest.fixture
def people(visit) -> theatre.Cast:
    return theatre.assemble(datetime.now(UTC) - timedelta(hours=2))


def words(length: int, *, lines: int = 1) -> str:
    """Return as many signs as a box takes, over so many lines."""
    each = (SENTENCE * length)[: length // lines - 1]
    return "\n".join([each] * lines)


@pytest.mark.parametrize("lines", [1, LINES])
def test_a_full_canvas_is_printed_on_one_sheet(people, visit, lines):
    case = make.partnership(people, until=Case.SCOPING, title=(SENTENCE * 2)[:160])
    full = {name: words(BOX, lines=lines) for name in canvas.Boxes.__dataclass_fields__}
    full |= {f"measure_{number}": words(LINE) for number in (1, 2, 3)} | {"first_step_days": 30}
    canvas.write_canvas(
        partnership_id=case.pk,
        broker=people.nora,
        boxes=canvas.Boxes(**full),
        seen_number=0,
        at=make.ago(),
    )
    page = visit(people.ada, width=DESK).open(reverse("partnerships:canvas", args=[case.reference]))
    printed = page.pdf(prefer_css_page_size=True)
    assert PdfFileReader(BytesIO(printed)).root["/Pages"]["/Count"] == 1


def write_a_brief(window) -> None:
    """Write a brief on a telephone, first as a draft that keeps itself."""
    window.open(reverse("partnerships:briefs"))
    window.press("Écrire un besoin")
    page = window.page
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_label("En une ligne").fill("Voyager sans renoncer")
        page.get_by_label("En une ligne").blur()
    expect(page.locator("#garde")).to_contain_text("Brouillon gardé")
    page.get_by_label("Le besoin des patients").fill("Des personnes renoncent à se déplacer.")
    page.get_by_label("L’action souhaitée").fill("Un guide écrit par des patients.")
    page.get_by_label("Guide ou information").check()
    for label, choice in (("Thème", "breath"), ("Territoire", "france"), ("Nombre d’adhérents", "large")):
        page.get_by_label(label).select_option(choice)
    window.press("Publier pour le passeur")


def test_two_meet_without_names_then_with(people, visit):
    association, console = visit(people.ben, width=PHONE), visit(people.nora, width=DESK)
    write_a_brief(association)
    briefs.brief(people.company, people.carla, at=make.ago())
    console.open(reverse("broker:matches"))
    console.page.get_by_role("link", name="Préparer la mise en relation").click()
    console.look()
    console.press("Proposer à tous")
    place = reverse("partnerships:introduction", args=[Introduction.objects.get().pk])
    company = visit(people.carla, width=DESK)
    for window, name in ((association, people.company.name), (company, people.association.name)):
        window.open(place)
        assert name not in window.page.content()
        window.page.get_by_label("Oui, dites-nous").check()
        window.press("Répondre")
    assert people.company.name in association.open(place).content()
    console.page.reload()
    console.press("Ouvrir le dossier")
    console.page.get_by_role("link", name="Le canevas, sur une page").click()
    console.look()
    expect(console.page.locator(".canvas")).to_contain_text("Un guide écrit par des patients.")
