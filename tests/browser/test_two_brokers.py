"""Two brokers at one text: the second is told, reads both, loses nothing; clauses move by hand and by key."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from partnerships.charter.texts import Heading
from partnerships.drafting.actions import clauses as drafting
from partnerships.lifecycle import Edition
from partnerships.models import Clause, Partnership
from tests import make
from tests.cast import Cast, assemble_cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TITLES = ("Parler d’abord", "Un médiateur", "Le juge")
BODY = "Les parties se parlent pendant trente jours avant toute autre démarche."
NORAS = "Les parties se parlent pendant soixante jours avant toute autre démarche."
OSCARS = "Les parties se parlent pendant trente jours, par écrit, avant toute autre démarche."


@pytest.fixture
def people(visit) -> Cast:
    return assemble_cast(datetime.now(UTC))


@pytest.fixture
def case(people) -> Partnership:
    at = datetime.now(UTC)
    made = make.partnership(people, until=Edition.DRAFTING, clauses=0, at=at)
    for title in TITLES:
        drafting.add_clause(
            partnership_id=made.pk,
            broker=people.nora,
            heading=Heading.DISPUTES,
            wording=drafting.Wording(title=title, body=BODY),
            at=at,
        )
    return made


def clause_of(title: str) -> Clause:
    return Clause.objects.get(current__title=title)


def stand(page: Page, *titles: str) -> None:
    """Expect the clauses of the heading in this order, once the page is drawn again."""
    heads = page.locator(f"#rubrique-{Heading.DISPUTES:d} article header h3")
    expect(heads).to_contain_text(list(titles))


def carry(page: Page, title: str, onto: str) -> None:
    """Drag a clause by its grip onto another; the page is drawn again."""
    grip = page.locator("article.clause").filter(has_text=title).locator(".grip")
    target = page.locator("article.clause").filter(has_text=onto).locator("header")
    grip.scroll_into_view_if_needed()
    box = grip.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    # The small steps of a hand: a leap out of the grip would carry nothing.
    page.mouse.move(x, y - 6, steps=3)
    target.hover()
    target.hover()
    page.mouse.up()


def test_the_second_broker_reads_both_texts_and_loses_none(visit, people, case):
    form = f"{case.get_absolute_url()}redaction/clause/{clause_of(TITLES[0]).pk}/"
    nora, oscar = visit(people.nora), visit(people.oscar, language="en")
    nora.open(form)
    page = oscar.go(form)
    nora.write({"body": NORAS})
    nora.send("Enregistrer la clause")
    oscar.write({"body": OSCARS})
    oscar.press("Enregistrer la clause")
    assert page.locator("#id_body").input_value() == OSCARS
    expect(page.locator("#entretemps ins")).to_have_text("soixante")
    expect(page.locator("#entretemps del")).to_have_text("trente")
    assert str(people.nora) in page.locator("#entretemps").inner_text()
    oscar.press("Modifier plutôt son texte")
    assert page.locator("#id_body").input_value() == NORAS
    oscar.press("Revenir à mon texte")
    assert page.locator("#id_body").input_value() == OSCARS
    oscar.send("Enregistrer la clause")
    assert clause_of(TITLES[0]).current.body == OSCARS
    assert list(clause_of(TITLES[0]).revisions.order_by("number").values_list("body", flat=True)) == [
        BODY,
        NORAS,
        OSCARS,
    ]


def test_one_moves_clauses_while_the_other_writes(visit, people, case):
    text = f"{case.get_absolute_url()}redaction/"
    nora, oscar, late = visit(people.nora), visit(people.oscar), visit(people.oscar)
    oscar.go(f"{text}clause/{clause_of(TITLES[0]).pk}/")
    late.go(text)
    page = nora.open(text)
    stand(page, *TITLES)
    carry(page, TITLES[2], onto=TITLES[0])
    stand(page, TITLES[2], TITLES[0], TITLES[1])
    # The clause being written has another number now: its words go to the same clause all the same.
    oscar.write({"body": OSCARS})
    oscar.send("Enregistrer la clause")
    assert clause_of(TITLES[0]).current.body == OSCARS
    stand(oscar.page, TITLES[2], TITLES[0], TITLES[1])
    # Who moves from an order that no longer stands is told who changed it, and nothing moves.
    late.page.locator(f"#descendre-{clause_of(TITLES[0]).pk}").click()
    expect(late.page.locator(".messages, [role=alert]").first).to_contain_text(str(people.nora))
    stand(late.page, TITLES[2], TITLES[0], TITLES[1])
    late.look()


def test_clauses_move_with_the_keyboard(visit, people, case):
    page = visit(people.nora).go(f"{case.get_absolute_url()}redaction/")
    down = f"#descendre-{clause_of(TITLES[0]).pk}"
    for expected in ([TITLES[1], TITLES[0], TITLES[2]], [TITLES[1], TITLES[2], TITLES[0]]):
        page.locator(down).focus()
        page.keyboard.press("Enter")
        stand(page, *expected)
        assert page.locator(down).evaluate("button => button === document.activeElement")
