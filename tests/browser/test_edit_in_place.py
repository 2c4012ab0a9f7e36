"""A clause is edited where it stands: no word is lost by a closed tab, another form or a quick press."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, Route, expect

from partnerships.lifecycle import Edition
from partnerships.models import Answer, Clause, Partnership, Stance, UnsavedWording
from partnerships.negotiation.queries.positions import Position
from partnerships.text import agreement
from tests import make
from tests.browser.visit import PHONE
from tests.cast import Cast, assemble_cast
from tests.make import ago

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LAST_WORDS = "Le bilan se fait en mai, à deux."
OTHERS = "Le bilan se fait en juin."


@pytest.fixture
def people(visit) -> Cast:
    return assemble_cast(datetime.now(UTC))


@pytest.fixture
def case(people) -> Partnership:
    return make.partnership(people, until=Edition.DRAFTING, at=datetime.now(UTC))


def placed(case: Partnership) -> list[Clause]:
    return agreement.clauses_of(make.roadmap(case))


def edit(page: Page, clause: Clause):
    """Open a clause where it stands and return the field of its text."""
    page.get_by_role("link", name=f"Modifier {clause.current.title}", exact=True).click()
    return page.locator(f"#clause-{clause.pk}-body")


def test_words_are_stored_while_typing_and_restored_after_a_closed_tab(visit, people, case):
    clause = placed(case)[-1]
    nora = visit(people.nora)
    page = nora.open(f"{case.get_absolute_url()}redaction/")
    body = edit(page, clause)
    expect(body).to_be_focused()
    body.fill(LAST_WORDS)
    expect(page.locator("form [role=status]").first).to_contain_text("Pas encore enregistré")
    nora.look()
    page.goto("about:blank")
    nora.go(f"{case.get_absolute_url()}redaction/")
    expect(page.locator(f"#clause-{clause.pk}-body")).to_have_value(LAST_WORDS)
    expect(page.get_by_text("Pas encore enregistré")).to_be_visible()


def test_another_form_and_the_press_on_send_take_the_last_words_with_them(visit, people, case):
    first, second = placed(case)[-2:]
    nora = visit(people.nora)
    page = nora.open(f"{case.get_absolute_url()}redaction/")
    edit(page, first).fill(OTHERS)
    edit(page, second).fill(LAST_WORDS)
    # Saving the second at once keeps what was typed in the first.
    nora.send("Enregistrer la clause", within=f"form:has(#clause-{second.pk}-body)")
    expect(page.locator(f"#clause-{first.pk}-body")).to_have_value(OTHERS)
    page.locator(f"#clause-{first.pk}-body").fill(OTHERS + " Et en mai.")
    with page.expect_navigation():
        page.get_by_role("link", name="Ouvrir la négociation").first.click()
    expect(page.locator("main")).to_contain_text(first.current.title)
    with page.expect_navigation():
        page.get_by_role("button", name="Envoyer le texte à toutes les parties").click()
    bodies = [clause.current.body for clause in placed(case)[-2:]]
    assert bodies == [OTHERS + " Et en mai.", LAST_WORDS]
    assert not UnsavedWording.objects.exists()


def test_a_slow_save_is_not_followed_by_the_same_words_unsaved(visit, people, case):
    clause = placed(case)[-1]
    page = visit(people.nora).open(f"{case.get_absolute_url()}redaction/")
    edit(page, clause).fill(LAST_WORDS)

    def wait(route: Route) -> None:
        page.wait_for_timeout(2_500)  # longer than the delay after which typed words are stored
        route.continue_()

    page.route(lambda address: address.endswith(f"/clause/{clause.pk}/"), wait)
    stored = []
    page.on("request", lambda request: stored.append(request.url) if "/mots/" in request.url else None)
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer la clause").click()
    assert placed(case)[-1].current.body == LAST_WORDS
    assert not stored
    assert not UnsavedWording.objects.exists()


def test_a_tab_closed_right_after_the_last_key_loses_no_word(visit, people, case):
    clause = placed(case)[-1]
    page = visit(people.nora).open(f"{case.get_absolute_url()}redaction/")
    body = edit(page, clause)
    body.press("Control+End")
    body.press_sequentially(" Fin.")
    page.close(run_before_unload=False)
    other = visit(people.nora).open(f"{case.get_absolute_url()}redaction/")
    expect(other.locator(f"#clause-{clause.pk}-body")).to_have_value(f"{clause.current.body} Fin.")


def test_without_a_script_a_clause_is_edited_on_its_page(visit, people, case):
    clause = placed(case)[-1]
    nora = visit(people.nora, script=False)
    page = nora.open(f"{case.get_absolute_url()}redaction/")
    with page.expect_navigation():
        page.get_by_role("link", name=f"Modifier {clause.current.title}").click()
    nora.write({"body": LAST_WORDS})
    nora.send("Enregistrer la clause")
    assert placed(case)[-1].current.body == LAST_WORDS


def test_an_answer_sealed_right_after_typing_contains_the_last_words(visit, people):
    case = make.partnership(people, at=ago(days=1))
    first, *others = make.revision_ids(case)
    answers = {first: Position(stance=Stance.RESERVATION, reason="Trop long.")}
    answers |= {each: Position(stance=Stance.AGREE) for each in others}
    make.draft(case, people.ada, answers, at=ago())
    page = visit(people.ada, width=PHONE).open(f"{case.get_absolute_url()}tours/?clause=1.1")
    page.locator("[name=reason]").fill(LAST_WORDS)
    with page.expect_navigation():
        page.locator(".answer-bar a.button").click()
    expect(page.locator("main")).to_contain_text(LAST_WORDS)
    with page.expect_navigation():
        page.locator("main form .button").first.click()
    make.agree(case, people.carla, at=ago())
    assert Answer.objects.filter(party__code="A", reason=LAST_WORDS).exists()
