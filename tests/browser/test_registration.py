"""An association comes in on a telephone: it registers, is sent back once, completes, is verified."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from accounts.models import Organisation
from outbox.models import Delivery, Message
from outbox.sending import delivery
from tests import files
from tests.browser.visit import DESK, PHONE, Visit
from tests.cast import PASSWORD, assemble_cast, create_broker, create_person

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADDRESS = "ada@theatre.example"
REASON = "Il manque le récépissé de la préfecture."


def test_an_association_registers_is_sent_back_completes_and_is_verified(visit, tmp_path):
    nora = visit(create_broker("Nora Passerelle"), width=DESK)
    ada = visit(width=PHONE)
    sign_up(ada)
    say_who_we_are(ada)
    bring_papers(ada, tmp_path)
    ask_a_colleague(ada)
    accept_the_rules(ada)
    send_back(nora)
    complete(ada, tmp_path)
    read_and_verify(nora)
    assert Organisation.objects.get().state == "verified"
    ada.open("/association/notre-association/")
    assert "Vérifiée" in ada.page.locator("main").inner_text()
    ada.open("/accueil/")


def test_a_second_registration_is_pointed_to_the_first_without_a_name(visit):
    cast = assemble_cast(datetime.now(UTC))
    eve = visit(create_person("Eve Autre"), width=PHONE)
    page = eve.open("/association/inscription/identite/")
    fill(eve, name="Imitation", rna="W000000001")
    eve.press("Continuer vers les pièces")
    assert "nous ne disons pas qui gère cet espace" in page.locator("main").inner_text()
    assert page.locator("[name=name]").input_value() == "Imitation"
    eve.press("Demander à la rejoindre")
    expect(page.locator(".messages")).to_contain_text("Demande envoyée")
    assert cast.association.name not in page.locator("body").inner_text()


def sign_up(ada: Visit) -> None:
    page = ada.open("/inscription/")
    page.get_by_role("link", name="Inscrire mon association").click()
    for name, value in {"full_name": "Ada Vernet", "email": ADDRESS, "password1": PASSWORD}.items():
        page.locator(f"[name={name}]").fill(value)
    ada.press("Créer mon compte")
    code = (
        Message.objects.filter(kind="account-mail", facts__address=ADDRESS).latest("created_at").facts["code"]
    )
    page.locator("[name=code]").fill(code)
    ada.press("Confirmer")


def fill(ada: Visit, **typed: str) -> None:
    page = ada.page
    for name, value in {"city": "Lyon", "purpose": "Agir avec les patients.", **typed}.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_text("Numéro RNA : la plupart", exact=False).first.click()


def say_who_we_are(ada: Visit) -> None:
    """Mistype the number, be told in words, correct it, stop there and come back by the mail."""
    page = ada.page
    fill(ada, name="Souffle Imaginaire", rna="W00000001")
    ada.press("Continuer vers les pièces")
    assert "Il manque 1 caractère" in page.locator(".errors").inner_text()
    assert page.locator("[name=name]").input_value() == "Souffle Imaginaire"
    page.locator("[name=rna]").fill("W9R0000001")
    ada.press("Enregistrer et continuer plus tard")
    delivery.deliver_due(at=datetime.now(UTC))
    reminder = Delivery.objects.filter(message__kind="registration-resume").get()
    (way,) = {word for word in reminder.text.split() if "/inscription/reprendre/" in word}
    ada.open(way.removeprefix(ada.house))
    assert page.url.endswith("/association/inscription/pieces/")


def bring(window: Visit, folder, kind: str, name: str, content: bytes) -> None:
    path = folder / name
    path.write_bytes(content)
    window.page.locator("[name=kind]").select_option(kind)
    window.page.locator("[name=file]").set_input_files(path)
    window.press("Ajouter la pièce")


def bring_papers(ada: Visit, folder) -> None:
    """Bring a web page called PDF, be told, then bring the statutes."""
    bring(ada, folder, "statutes", "statuts.pdf", b"<!doctype html><script>alert(1)</script>")
    assert "est une page web" in ada.page.locator(".errors").inner_text()
    bring(ada, folder, "statutes", "statuts.pdf", files.pdf())
    assert "statuts.pdf" in ada.page.locator("main").inner_text()
    ada.press("Continuer vers les personnes")


def ask_a_colleague(ada: Visit) -> None:
    ada.page.locator("[name=full_name]").fill("Ben Lamarre")
    ada.page.locator("[name=email]").fill("ben@theatre.example")
    ada.press("Envoyer l’invitation")
    assert "ben@theatre.example" in ada.page.locator("main").inner_text()
    ada.press("Continuer vers les règles")


def accept_the_rules(ada: Visit) -> None:
    ada.press("Envoyer au passeur")
    assert "Cochez la case" in ada.page.locator(".errors").inner_text()
    ada.page.locator("[name=accepted]").check()
    ada.press("Envoyer au passeur")
    assert "Récépissé" in ada.page.locator("#missing ~ ul, section:has(#missing)").first.inner_text()


def send_back(nora: Visit) -> None:
    organisation = Organisation.objects.get()
    page = nora.open(f"/passeur/verifications/{organisation.pk}/")
    nora.follow(page.get_by_role("link", name="Lire les pièces"))
    nora.open(f"/passeur/verifications/{organisation.pk}/registre/")
    page = nora.open(f"/passeur/verifications/{organisation.pk}/")
    page.locator("[name=reason]").fill(REASON)
    nora.press("Demander un complément")
    organisation.refresh_from_db()
    assert organisation.state == "to_complete"


def complete(ada: Visit, folder) -> None:
    """Find the reason, add what is missing, hand in again."""
    page = ada.open("/association/")
    assert REASON in page.locator("main").inner_text()
    page.get_by_role("link", name="Compléter et envoyer").click()
    ada.press("Continuer vers les pièces")
    assert REASON in page.locator("main").inner_text()
    bring(ada, folder, "receipt", "recepisse.png", files.picture("PNG"))
    ada.press("Continuer vers les personnes")
    ada.press("Continuer vers les règles")
    page.locator("[name=accepted]").check()
    ada.press("Envoyer au passeur")
    organisation = Organisation.objects.get()
    assert organisation.state == "pending"
    ada.open(f"/organisation/{organisation.pk}/pieces/")


def read_and_verify(nora: Visit) -> None:
    organisation = Organisation.objects.get()
    page = nora.open(f"/organisation/{organisation.pk}/pieces/")
    with page.expect_download() as given:
        page.get_by_role("link", name="recepisse.png").click()
    assert given.value.suggested_filename == "recepisse.png"
    page = nora.open(f"/passeur/verifications/{organisation.pk}/")
    nora.press("Vérifier l’inscription")
    assert "Ces contrôles ne sont pas conformes" in page.locator("main").inner_text()
    for result in page.locator("select[name^=result_]").all():
        result.select_option("ok")
    nora.press("Vérifier l’inscription")
