"""A risky clause as the broker meets it: seen while typing, reworded in one press, or kept and read by all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from partnerships.charter.texts import Heading
from partnerships.drafting.actions import library
from partnerships.lifecycle import Edition
from partnerships.negotiation.actions import negotiation
from tests import make
from tests.browser.visit import DESK, PHONE
from tests.cast import assemble_cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]

VETO = "Toute publication est validée par l’entreprise."
WHY = "Les deux côtés doivent en parler."


@pytest.mark.parametrize(
    ("width", "language"), [(DESK, "fr"), pytest.param(PHONE, "en", marks=pytest.mark.audit)]
)
def test_a_risky_clause_is_reworded_or_kept_with_a_reason(visit, width, language):
    at = datetime.now(UTC)
    cast = assemble_cast(at)
    library.update_shipped_clauses(at=at)
    case = make.partnership(cast, until=Edition.DRAFTING, at=at)
    base = f"/dossiers/{case.reference}/"
    nora = visit(cast.nora, width=width, language=language)
    page = nora.open(f"{base}redaction/rubrique/{Heading.FOLLOW_UP:d}/")
    page.locator("#id_title").fill("Publications")
    page.locator("#id_body").fill(VETO)
    page.locator("#relecture [data-risk=R5]").wait_for()
    page.locator("#relecture button").click()
    page.locator("#relecture .badge[data-status=ok]").wait_for()
    assert "dix jours" in page.locator("#id_body").input_value()
    page.locator("#id_body").fill(VETO)
    page.locator("#relecture [data-risk=R5]").wait_for()
    nora.press("Ajouter la clause")
    page.locator("section[id^=risque-] a.button").click()
    page.locator("[name=reason]").fill(WHY)
    nora.press("Garder la clause, en expliquant pourquoi")
    assert WHY in page.locator("section[id^=risque-]").inner_text()
    negotiation.open_negotiation(partnership_id=case.pk, broker=cast.nora, at=at)
    for reader in (cast.ada, cast.carla):
        assert WHY in visit(reader, width=width, language=language).open(base).locator("main").inner_text()
    for place in ("redaction/risques/", f"redaction/bibliotheque/{Heading.RESULTS:d}/"):
        nora.open(base + place)
    nora.follow(nora.open("/passeur/bibliotheque/").locator("main li a").first)
