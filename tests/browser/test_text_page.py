"""The page of a text on a phone: the first clause in the first screen, the act at the thumb."""

from __future__ import annotations

import pytest

from partnerships.lifecycle import Edition
from tests import make
from tests.browser.visit import PHONE
from tests.cast import assemble_cast
from tests.make import ago

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TOP = """() => Math.round(document.querySelector("article.clause").getBoundingClientRect().top)"""


def test_the_first_clause_and_the_act_are_in_the_first_screen(visit):
    cast = assemble_cast(ago(days=9))
    case = make.partnership(cast, until=Edition.NEGOTIATION, at=ago(days=1))
    for person, language in ((cast.ada, "fr"), (cast.carla, "en")):
        window = visit(person, width=PHONE, language=language)
        page = window.open(case.get_absolute_url())
        assert page.evaluate(TOP) < 300
        act = page.locator("#turn a.button")
        box = act.bounding_box()
        assert box["y"] + box["height"] <= 844
        with page.expect_navigation():
            act.click()
        assert page.url.endswith("/tours/")
        window.look()
