"""“Un écran lisible pour tous” (field.md 6.5): the third round to its end, on a telephone and at two desks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from lucky_link import casereader
from lucky_link.casecites import marked
from lucky_link.casefile import CaseFile
from lucky_link.casetalk import reply_to
from lucky_link.demonstration import people, talk
from lucky_link.demonstration.play import Play
from partnerships.charter.references import marker
from partnerships.lifecycle import Edition
from partnerships.models import Answer, Envelope, Partnership, Round, Stance
from tests import make
from tests.browser.visit import DESK, PHONE, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]
P2 = people.HERE / "cases" / "P2.toml"
# Who says what in the third round (association, company), by clause.
TOLD = {
    16: ("objection", "reservation"),
    11: ("objection", "reservation"),
    13: ("reservation", "question"),
    6: ("reservation", None),
    7: (None, "reservation"),
}
# What the redrafts of that round ask again by themselves: clauses that cite a redrafted one.
CITING = {14, 21}


@pytest.fixture
def story() -> CaseFile:
    return casereader.read(P2)


@pytest.fixture
def play(visit: Callable[..., Visit], story: CaseFile) -> Play:
    """Play the case up to its third round, which runs."""
    today = datetime.now(UTC)
    troupe = people.bring_in(people.read_cast(), at=today - timedelta(days=230), today=today)
    played = Play(story, troupe, today=today)
    for step in played.steps():
        step.act(step.at)
    TOTP.activate(played.broker, generate_totp_secret())
    return played


def test_the_third_round_goes_to_agreement(visit, play, story):
    case = play.partnership
    association = visit(play.signatories["A"], width=PHONE)
    company = visit(play.signatories["E"], width=DESK, language="en")
    broker = visit(play.broker, width=DESK)
    running = Round.objects.get(partnership=case, opened_at=None)
    assert (running.number, make.roadmap(case).version) == (3, 3)
    nobody_reads_the_other(association, company, broker, case)
    seal(association, case)
    assert "réponse scellée" in broker.open(rounds(case)).locator("#summary").inner_text()
    seal(company, case)
    running.refresh_from_db()
    assert running.opened_at
    assert stances_of(running) == TOLD
    reply_to_all(broker, case, story)
    rewrite_all(broker, case, story)
    broker.open(f"{case.get_absolute_url()}tours/nouveau/")
    broker.press("Soumettre le texte à toutes les parties")
    for window in (association, company):
        agree_to_what_changed(window, case)
    assert make.roadmap(case).state == Edition.AGREED
    page = broker.open(rounds(case))
    assert page.locator(".chart svg title").first.text_content()


def rounds(case: Partnership) -> str:
    return f"{case.get_absolute_url()}tours/"


def nobody_reads_the_other(association: Visit, company: Visit, broker: Visit, case: Partnership) -> None:
    """Each reads its own draft; the broker reads none."""
    own, other = "Contraire à notre charte", "Peur d’offrir notre feuille de route"
    for window, reads, ignores in (
        (association, (own,), (other,)),
        (company, (other,), (own,)),
        (broker, (), (own, other)),
    ):
        page = window.open(f"{rounds(case)}?clause=11")
        assert page.locator("#clause-11 .stances").is_visible()
        said = page.content()
        assert all(words in said for words in reads)
        assert not any(words in said for words in ignores)


def seal(window: Visit, case: Partnership) -> None:
    window.open(f"{case.get_absolute_url()}tours/sceller/")
    window.press("Sceller l’enveloppe")
    assert Envelope.objects.filter(round__number=3, sealed_at__isnull=False).exists()


def stances_of(asked: Round) -> dict[int, tuple[str | None, str | None]]:
    told: dict[int, dict[str, str]] = {}
    rows = Answer.objects.filter(round=asked).exclude(stance=Stance.AGREE).order_by("pk")
    for clause, party, stance in rows.values_list("revision__clause__position", "party__code", "stance"):
        told.setdefault(clause, {})[party] = stance
    return {clause: (each.get("A"), each.get("E")) for clause, each in told.items()}


def reply_to_all(broker: Visit, case: Partnership, story: CaseFile) -> None:
    page = broker.open(f"{case.get_absolute_url()}tours/nouveau/")
    broker.press("Soumettre le texte à toutes les parties")
    assert "attendent votre réponse, clauses 6, 7, 11, 13, 16" in page.locator(".errors").inner_text()
    for remark in (each for each in story.remarks if each.round == 3):
        broker.open(f"{rounds(case)}?clause={remark.clause}")
        form = page.locator(f"#clause-{remark.clause} form.form").first
        outcome, words = reply_to(story, remark)
        form.locator(f"input[value={outcome}]").check()
        form.get_by_role("textbox").fill(words)
        with page.expect_navigation():
            form.get_by_role("button").click()
    broker.look()


def rewrite_all(broker: Visit, case: Partnership, story: CaseFile) -> None:
    markers = {clause.position: marker(clause.key) for clause in talk.clauses_of(case)}
    for redraft in (each for each in story.redrafts if each.round == 3):
        page = broker.open(
            f"{case.get_absolute_url()}redaction/clause/{make.clause_id(case, redraft.clause)}/"
        )
        page.locator("[name=body]").fill(marked(redraft.body, markers))
        page.locator("[name=reason]").fill(redraft.reason)
        broker.press("Enregistrer la clause")


def agree_to_what_changed(window: Visit, case: Partnership) -> None:
    """Agree to each changed clause, read with its marks, and to those that cite one; the rest is not asked."""
    page = window.open(rounds(case))
    for number in sorted({*TOLD, 10} | CITING):
        clause = page.locator("article:has(form.answer)")
        assert clause.get_attribute("id") == f"clause-{number}"
        assert (clause.locator("ins").count() == 0) is (number in CITING)
        clause.locator("input[value=agree]").check()
        window.press("Enregistrer ma réponse")
    window.open(f"{case.get_absolute_url()}tours/sceller/")
    window.press("Sceller l’enveloppe")
