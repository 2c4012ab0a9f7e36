"""A text drafted by hand from the opened expectations until the parties have it: the presses are counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from partnerships.lifecycle import Edition
from tests import make
from tests.browser.visit import DESK, Visit
from tests.cast import assemble_cast
from tests.opened_case import ANSWERS, MODELS, opened_case

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MAX_PRESSES = 12


class Presses:
    """A window whose presses on links, buttons and choices are counted; typing is no press."""

    def __init__(self, window: Visit) -> None:
        self.window, self.count = window, 0

    def link(self, words: str) -> None:
        """Press a link of these words, and look at the page it leads to."""
        self.count += 1
        self.window.follow(self.window.page.locator("main").get_by_role("link", name=words, exact=True).first)

    def button(self, words: str) -> None:
        """Press a button of these words, and look at the page that comes."""
        self.count += 1
        self.window.press(words)

    def choice(self, words: str) -> None:
        """Press the radio card with this title."""
        self.count += 1
        self.window.page.locator("label.choice-card", has_text=words).click()


def draft(visit: Callable[..., Visit], name: str) -> int:
    """Draft a case of the demonstration from its opened expectations, and return the number of presses."""
    at = datetime.now(UTC) - timedelta(hours=2)
    people = assemble_cast(at)
    make.shipped_library()
    case = opened_case(people, name, at=at).partnership
    window = visit(people.nora, width=DESK)
    presses = Presses(window)
    window.open(f"{case.get_absolute_url()}attentes/")
    presses.link("Commencer le texte")
    presses.choice(MODELS[name])
    presses.button("Commencer le texte")
    presses.link("Remplir les blancs")
    fill_blanks(window)
    presses.button("Remplir les blancs")
    assert "Tous les blancs du texte sont remplis." in window.page.locator(".messages").inner_text()
    keep_risks(presses)
    presses.link("Ouvrir la négociation")
    presses.button("Envoyer le texte à toutes les parties")
    assert make.roadmap(case).state == Edition.NEGOTIATION
    print(f"{name}: {presses.count} presses")  # noqa: T201 - shown by the audit
    return presses.count


def fill_blanks(window: Visit) -> None:
    """Type in every blank of the page."""
    fields = window.page.locator("main .form [name^=blanc-]")
    for index in range(fields.count()):
        field = fields.nth(index)
        if field.get_attribute("type") == "date":
            field.fill(f"{date.today().year + 1}-03-01")  # noqa: DTZ011 - any day of next year
        else:
            label = window.page.locator(f"label[for={field.get_attribute('id')}]").inner_text().strip()
            field.fill(ANSWERS[label])


def keep_risks(presses: Presses) -> None:
    """Keep with a reason the words of a party that break a rule."""
    page = presses.window.page
    while page.locator("main").get_by_role("link", name="Garder malgré tout").count():
        presses.count += 1
        with page.expect_navigation():
            page.locator("main").get_by_role("link", name="Garder malgré tout").first.click()
        page.locator("main [name=reason]").fill("Ce sont les mots de la partie.")
        presses.button("Garder la clause, en expliquant pourquoi")


def test_p1_is_drafted_in_twelve_presses_at_most(visit):
    assert draft(visit, "P1") <= MAX_PRESSES


@pytest.mark.audit
@pytest.mark.parametrize("name", sorted(MODELS))
def test_each_case_is_drafted_in_twelve_presses_at_most(visit, name):
    assert draft(visit, name) <= MAX_PRESSES
