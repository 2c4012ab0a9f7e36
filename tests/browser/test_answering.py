"""Ten clauses answered on a phone: each one is on the screen before its answer, and the presses are few."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page

from partnerships.lifecycle import Edition
from partnerships.models import Answer, Stance
from tests import make
from tests.browser.visit import PHONE, Visit
from tests.cast import ARRIVAL, assemble_cast
from tests.make import ago

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# One for each clause, two for each of two reasons, and two to review and seal.
PRESSES, MOST_PRESSES = 16, 25
SCREEN = 844  # the height of the window, in pixels
REASONS = {
    3: ("reservation", "Six mois ne suffisent pas."),
    7: ("objection", "Ce budget n’est pas le nôtre."),
}


@pytest.fixture
def cast(transactional_db, settings):
    return assemble_cast(at=ARRIVAL)


class Phone:
    """A phone whose presses are counted; `read` are the numbers of the clauses that were on its screen."""

    def __init__(self, window: Visit) -> None:
        self.window = window
        self.presses = 0
        self.read: list[int] = []

    @property
    def page(self) -> Page:
        return self.window.page

    def press(self, target: Locator) -> None:
        """Press a button or a link that leads to another page."""
        self.presses += 1
        with self.page.expect_navigation():
            target.click()

    def write(self, target: Locator, words: str) -> None:
        """Press a field and write in it."""
        self.presses += 1
        target.click()
        target.fill(words)

    def read_clause(self) -> int:
        """Return the number of the one clause of the page, whose words and rows are all displayed."""
        articles = self.page.locator("article.clause")
        assert articles.count() == 1
        clause = articles.first
        number = int((clause.get_attribute("id") or "").removeprefix("clause-").partition(".")[0])
        assert clause.locator("details:not([open])").count() == 0
        for part in clause.locator(".clause-text, .clause-text > *, tr, li").all():
            assert part.is_visible(), number
        words, choices = clause.locator(".clause-text").bounding_box(), self.choices.bounding_box()
        assert words
        assert choices
        assert words["y"] + words["height"] <= choices["y"]
        self.read.append(number)
        return number

    @property
    def choices(self) -> Locator:
        return self.page.locator("form.answer .choices")

    def choose(self, stance: str) -> None:
        self.press(self.choices.locator(f"button[value={stance}]"))


def answer_all(phone: Phone) -> None:
    """Answer each clause that is offered; the progress at the top counts along."""
    while phone.choices.count() and len(phone.read) < MOST_PRESSES:
        number = phone.read_clause()
        bar = phone.page.locator(".answer-bar")
        assert f"{len(phone.read) - 1} réponse" in bar.inner_text()
        stance, reason = REASONS.get(number, ("agree", ""))
        phone.choose(stance)
        if reason:
            assert phone.read_clause() == number
            phone.read.pop()
            phone.write(phone.page.locator("[name=reason]"), reason)
            phone.press(phone.page.locator(".why button"))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_ten_clauses_are_answered_on_a_phone_in_few_presses_and_none_blind(visit, cast, script):
    case = make.partnership(cast, at=ago(days=1))
    phone = Phone(visit(cast.ada, width=PHONE, script=script))
    phone.window.open(f"{case.get_absolute_url()}tours/")
    answer_all(phone)
    assert phone.read == list(range(1, 11))
    phone.window.look()
    seal = phone.page.locator(".answer-bar a.button")
    box = seal.bounding_box()
    assert box
    assert box["y"] < SCREEN
    phone.press(seal)
    phone.window.look()
    phone.press(phone.page.locator("main form .button").first)
    assert phone.presses == PRESSES < MOST_PRESSES
    make.agree(case, cast.carla, at=ago())
    stances = dict(Answer.objects.filter(party__code="A").values_list("revision__clause__position", "stance"))
    assert stances == {number: REASONS.get(number, (Stance.AGREE,))[0] for number in range(1, 11)}
    assert make.roadmap(case).state == Edition.NEGOTIATION


def test_the_progress_stays_in_sight_while_a_long_clause_is_read(visit, cast):
    case = make.partnership(cast, until=Edition.DRAFTING, at=ago(days=2))
    make.revise(case, cast.nora, change="\n".join(["Une phrase de plus."] * 80), at=ago(days=1.5))
    make.STEPS[Edition.NEGOTIATION](case, cast, 1, ago(days=1))
    page = visit(cast.ada, width=PHONE).open(f"{case.get_absolute_url()}tours/")
    page.locator("form.answer").scroll_into_view_if_needed()
    box = page.locator(".answer-bar").bounding_box()
    assert box
    assert 0 <= box["y"] < 100
