"""A case answered, signed and followed, as its people see it: on a telephone, on a desk, without script."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from playwright.sync_api import expect

from accounts.models import User
from outbox.sending import delivery
from partnerships.lifecycle import Case, Edition
from partnerships.models import Partnership, Signature
from partnerships.signing.actions import sealing
from tests import make
from tests.browser.visit import DESK, PHONE, Visit
from tests.cast import PASSWORD, Cast, assemble_cast
from tests.partnerships.factors import code_now

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def at() -> datetime:
    return datetime.now(UTC) - timedelta(hours=2)


@pytest.fixture
def people(visit, at) -> Cast:
    return assemble_cast(at)


@pytest.fixture
def case(people, at) -> Partnership:
    return make.partnership(people, until=Edition.NEGOTIATION, at=at)


def test_a_case_is_answered_signed_and_followed(visit, people, case):
    ada = visit(people.ada, width=PHONE)
    carla = visit(people.carla, width=DESK)
    nora = visit(people.nora, width=DESK, language="en")
    answer_on_a_telephone(ada, case)
    agree_at_the_desk(carla, case)
    redraft_at_the_desk(nora, case)
    agree_without_script(visit(people.ada, width=PHONE, script=False), case)
    agree_after_reading_why(carla, case)
    freeze(nora, case)
    sign(visit(people.ada, width=PHONE, script=False), case, people.ada, "Signer la charte")
    sign(carla, case, people.carla, "Signer la charte")
    sign(nora, case, people.nora, "Contresigner en témoin", secret=lambda: code_now(people.nora))
    seal()
    follow(ada, carla, case)
    tour_the_rooms(ada, carla, nora, case)


def answer_on_a_telephone(ada: Visit, case: Partnership) -> None:
    """Answer one clause where it stands, see it kept, and agree to the others one by one."""
    ada.open("/accueil/")
    ada.open(case.get_absolute_url())
    page = ada.open(f"{case.get_absolute_url()}tours/")
    answer = page.locator("form.answer")
    assert not answer.get_by_label("Pourquoi").is_visible()
    choose(ada, "reservation")
    answer.get_by_label("Pourquoi").fill("Dites qui relit le guide, et quand.")
    expect(answer.get_by_text("Enregistré par")).to_be_visible()
    ada.press("Enregistrer et continuer", within="form.answer")
    agree_one_by_one(ada)
    seal_the_envelope(ada)


def agree_one_by_one(window: Visit) -> None:
    """Agree to each clause that the page opens, until the envelope can be sealed."""
    assert not window.page.locator("form[action$='/accord/']").count()
    while window.page.locator("form.answer").count():
        choose(window, "agree")
    window.look()


def choose(window: Visit, stance: str) -> None:
    """Press one of the four stances of the open clause."""
    with window.page.expect_navigation():
        window.page.locator(f"form.answer button[value={stance}]").click()


def seal_the_envelope(window: Visit) -> None:
    """Follow the link that says what sealing does, then seal."""
    window.follow(window.page.locator(".answer-bar a.button"))
    is_last = window.page.get_by_role("button", name="Sceller et ouvrir").count()
    window.press("Sceller et ouvrir" if is_last else "Sceller l’enveloppe")
    told = window.page.locator(".messages").inner_text()
    assert ("Toutes les enveloppes sont ouvertes" if is_last else "scellée") in told


def agree_at_the_desk(carla: Visit, case: Partnership) -> None:
    """See that the other has sealed, and not a word of it; agree to each clause and seal: all opens."""
    carla.open("/accueil/")
    page = carla.open(f"{case.get_absolute_url()}tours/")
    assert "réponse scellée" in page.locator(".positions .stances").inner_text()
    assert "qui relit" not in page.content()
    agree_one_by_one(carla)
    seal_the_envelope(carla)
    page = carla.open(f"{case.get_absolute_url()}tours/?clause=1")
    expect(page.locator(".positions").first).to_contain_text("Dites qui relit le guide, et quand.")


def redraft_at_the_desk(nora: Visit, case: Partnership) -> None:
    """Answer the reservation and rewrite the clause, in English."""
    for path in ("", "verifications/", "courrier/", "organisations/", "dossiers/nouveau/"):
        nora.open(f"/passeur/{path}")
    assert nora.page.locator("html").get_attribute("lang") == "en"
    page = nora.open(f"{case.get_absolute_url()}tours/")
    decision = page.locator("article.arbitration[data-clause='1.1']")
    decision.locator("input[value=adapt]").check()
    decision.locator("textarea[name$='-body']").fill(
        "Produire un guide co-écrit par des patients, relu par deux d’entre eux."
    )
    decision.locator("textarea[name$='-text']").fill("Deux patients relisent, au mois de mai.")
    nora.follow(decision.get_by_role("button"))
    nora.open(f"{case.get_absolute_url()}redaction/")
    page = nora.open(f"{case.get_absolute_url()}redaction/clause/{make.clause_id(case, 8)}/")
    rows = page.locator("[id^='tableau-milestones-'] .typed-row")
    before = rows.count()
    page.locator("[id^='tableau-milestones-'] button[name=add]").click()
    expect(rows).to_have_count(before + 1)
    nora.look()
    nora.open(f"{case.get_absolute_url()}tours/nouveau/")
    nora.press("Envoyer le texte à toutes les parties")


def agree_without_script(ada: Visit, case: Partnership) -> None:
    """Be told what is missing, then answer: a plain form does all of it."""
    page = ada.open(f"{case.get_absolute_url()}tours/")
    choose(ada, "question")
    ada.press("Enregistrer et continuer", within="form.answer")
    assert "Écrivez votre question" in page.locator("form.answer .errors").inner_text()
    choose(ada, "agree")
    seal_the_envelope(ada)


def agree_after_reading_why(carla: Visit, case: Partnership) -> None:
    """Read what changed and who asked for it; only that clause is asked again."""
    page = carla.open(f"{case.get_absolute_url()}tours/")
    card = page.locator(".stack:has(> form.answer)")
    expect(card.locator("ins").first).to_be_visible()
    expect(card).to_contain_text("Deux patients relisent, au mois de mai.")
    choose(carla, "agree")
    seal_the_envelope(carla)
    assert make.roadmap(case).state == Edition.AGREED


def freeze(nora: Visit, case: Partnership) -> None:
    nora.open(f"{case.get_absolute_url()}charte/")
    nora.press("Figer le texte")


def sign(
    window: Visit,
    case: Partnership,
    person: User,
    button: str,
    secret: Callable[[], str] = lambda: PASSWORD,
) -> None:
    """Forget a tick, be told, then sign; what was typed is kept but for the secret."""
    page = window.open(f"{case.get_absolute_url()}charte/signer/")
    page.locator("[name=has_read]").check()
    page.locator("[name=typed_name]").fill(person.full_name)
    page.locator("[name=secret]").fill("oublié")
    window.press(button)
    assert page.locator(".errors").is_visible()
    assert page.locator("[name=typed_name]").input_value() == person.full_name
    page.locator("[name=consents]").check()
    page.locator("[name=secret]").fill(secret())
    window.press(button)
    if page.locator("[name=secret]").count():
        # On a busy machine a code of an application may end before it is checked.
        page.locator("[name=secret]").fill(secret())
        window.press(button)
    assert page.url.endswith("/charte/")
    assert Signature.objects.filter(signatory=person, charter__partnership=case).exists()


def seal() -> None:
    """Do what the worker does, in a thread as it is in a process of its own: the signer has its own loop."""

    def work() -> None:
        (charter_id,) = sealing.unsealed(datetime.now(UTC))
        sealing.seal(charter_id=charter_id, at=datetime.now(UTC))
        connection.close()

    with ThreadPoolExecutor(max_workers=1) as worker:
        worker.submit(work).result()
    delivery.deliver_due(at=datetime.now(UTC))


def follow(ada: Visit, carla: Visit, case: Partnership) -> None:
    """Bring the evidence of a milestone; the other side reads it."""
    page = ada.open(f"{case.get_absolute_url()}suivi/")
    page.locator("#jalon-J1").get_by_role("link", name="Déposer la preuve").click()
    page.wait_for_url("**/preuve/")
    ada.look()
    page.locator("[name=text]").fill("274 réponses, rapport public.")
    ada.press("Déposer la preuve")
    page = carla.open(f"{case.get_absolute_url()}suivi/")
    assert "274 réponses" in page.locator("#jalon-J1").inner_text()


def tour_the_rooms(ada: Visit, carla: Visit, nora: Visit, case: Partnership) -> None:
    """Look at each room that the story left aside."""
    for page in ("", "charte/", "documents/", "journal/?verifier=1", "journal/1/", "cadrage/", "cloture/"):
        ada.open(f"{case.get_absolute_url()}{page}")
    for page in ("", "charte/", "suivi/", "cloture/", "neutralite/"):
        path = case.get_absolute_url() if page != "neutralite/" else f"/passeur/dossiers/{case.reference}/"
        nora.open(f"{path}{page}")
    for page in ("/entreprise/", "/entreprise/notre-entreprise/", "/dossiers/", "/compte/preferences/"):
        carla.open(page)
    for page in ("/association/notre-association/", "/compte/2fa/", "/compte/password/change/"):
        ada.open(page)


def test_a_stranger_reads_and_verifies_without_an_account(visit, people, at):
    case = make.partnership(people, until=Case.ACTIVE, at=at, title="Une charte déjà scellée")
    code = case.charters.get().verification_code
    for width, language in ((PHONE, "fr"), (DESK, "en")):
        stranger = visit(width=width, language=language)
        for page in ("/", "/registre/", "/glossaire/", "/inscription/", "/compte/login/", "/accessibilite/"):
            stranger.open(page)
        page = stranger.open("/verifier/")
        page.locator("[name=code]").fill(code.lower())
        stranger.press("Vérifier")
        assert "Une charte déjà scellée" in page.locator("main").inner_text()
