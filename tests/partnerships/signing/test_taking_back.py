"""A signature is taken back as it was given: by a mandated signatory, with a proof, until the last has signed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from ledger import queries as ledger
from ledger.record import Subject
from partnerships.lifecycle import Edition
from partnerships.models import VoidedCharter
from partnerships.signing.actions import signing
from partnerships.signing.actions.freezing import NoMandate
from tests import make
from tests.cast import PASSWORD
from tests.make import NOON

pytestmark = pytest.mark.django_db

WHY = {"reason": "Notre bureau hésite."}
PROVED = WHY | {"secret": PASSWORD}
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def signed(cast):
    """A frozen text that the association has signed, and the company has not."""
    case = make.partnership(cast, until=Edition.SIGNING)
    make.sign(case, cast.ada, at=NOON)
    return case


def address(case, name="decline"):
    return reverse(f"partnerships:{name}", args=[case.reference])


def stands(case):
    return make.roadmap(case).state == Edition.SIGNING and not VoidedCharter.objects.exists()


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        (WHY, "Confirmez votre identité : sans cela, votre signature reste valable."),
        (
            WHY | {"secret": "faux"},
            "Mot de passe ou code incorrect. Votre signature reste valable. Réessayez.",
        ),
        ({"secret": PASSWORD}, "obligatoire"),
    ],
)
def test_no_signature_falls_without_a_reason_and_a_proof(signed, cast, enter, posted, words):
    answer = enter(cast.ada).post(address(signed), posted)
    assert answer.status_code == 422
    assert words in answer.text.replace("\u00a0", " ").replace("\u202f", " ")
    assert stands(signed)


def test_a_signatory_takes_it_back_with_the_proof_of_a_signature(signed, cast, enter):
    browser = enter(cast.ada)
    assert "Retirer la signature" in browser.get(address(signed)).text
    assert browser.post(address(signed), PROVED).status_code == 303
    assert make.roadmap(signed).state == Edition.NEGOTIATION
    assert VoidedCharter.objects.get().reason == WHY["reason"]
    entry = ledger.entries(subject=Subject("case", signed.pk)).get(kind="edition.take_back")
    assert (entry.actor, entry.facts["party"], entry.facts["method"]) == (cast.ada, "A", "password")
    page = enter(cast.dan).get(address(signed, "ledger")).text
    assert "retire sa signature" in page


def test_too_many_wrong_proofs_close_it_for_a_while(signed, cast, enter):
    browser = enter(cast.ada)
    for _wrong in range(5):
        browser.post(address(signed), WHY | {"secret": "faux"})
    assert "Trop d’essais manqués" in browser.post(address(signed), PROVED).text
    assert stands(signed)
    cache.clear()
    assert browser.post(address(signed), PROVED).status_code == 303


def test_a_mandate_that_ended_meanwhile_takes_nothing_back(signed, cast, enter):
    cast.ada_mandate.revoked_at = NOON
    cast.ada_mandate.save(update_fields=["revoked_at"])
    answer = enter(cast.ada).post(address(signed), PROVED)
    assert answer.status_code == 422
    assert "Aucun mandat de signature valable ce jour" in answer.text
    assert stands(signed)
    with pytest.raises(NoMandate):
        take_back(signed, cast.ada)


def take_back(case, signatory):
    signing.take_back(partnership_id=case.pk, signatory=signatory, reason="Non.", method="password", at=LATER)


def decline(case, signatory):
    signing.decline(partnership_id=case.pk, signatory=signatory, reason="Non.", at=LATER)


def test_who_signed_does_not_decline_and_who_did_not_takes_nothing_back(signed, cast):
    with pytest.raises(signing.SignatureIsGiven):
        decline(signed, cast.ada)
    with pytest.raises(signing.SignatureIsNotGiven):
        take_back(signed, cast.carla)
    assert stands(signed)
    decline(signed, cast.carla)
    assert make.roadmap(signed).state == Edition.NEGOTIATION


@pytest.mark.parametrize("name", ["ada", "carla"])
@pytest.mark.parametrize("act", [take_back, decline])
def test_nobody_goes_back_once_the_last_party_has_signed(signed, cast, enter, act, name):
    make.sign(signed, cast.carla, at=NOON)
    with pytest.raises(signing.AllHaveSigned):
        act(signed, getattr(cast, name))
    browser = enter(getattr(cast, name))
    words = "Toutes les parties ont signé : une partie seule ne peut plus retirer sa signature."
    for page in (browser.get(address(signed)), browser.post(address(signed), PROVED)):
        assert words in page.text.replace("\u00a0", " ").replace("\u202f", " ")
        assert 'name="secret"' not in page.text
    assert browser.post(address(signed), PROVED).status_code == 422
    assert stands(signed)


@pytest.mark.parametrize(("name", "status"), [("ben", 403), ("dan", 403), ("nora", 403), ("mallory", 404)])
def test_nobody_else_takes_it_back(signed, cast, enter, name, status):
    assert enter(getattr(cast, name)).post(address(signed), PROVED).status_code == status
    assert stands(signed)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "Jusqu’à la signature de la dernière partie, votre organisation peut retirer la sienne"),
        ("en", "Until the last party signs, your organisation can withdraw its signature"),
    ],
)
def test_the_page_of_the_signature_says_so_before_and_after(cast, enter, language, words):
    case = make.partnership(cast, until=Edition.SIGNING)
    cast.ada.language = language
    cast.ada.save(update_fields=["language"])
    browser = enter(cast.ada)
    headers = {"accept-language": language}
    assert words in browser.get(address(case, "sign"), headers=headers).text
    make.sign(case, cast.ada, at=NOON)
    page = browser.get(address(case, "sign"), headers=headers).text
    assert words in page
    assert address(case) in page
    assert address(case) in browser.get(address(case, "charter"), headers=headers).text
    make.sign(case, cast.carla, at=NOON)
    assert words not in browser.get(address(case, "sign"), headers=headers).text


def test_without_a_proof_set_up_one_is_sent_to_choose(signed, cast, enter):
    cast.ada.set_unusable_password()
    cast.ada.save(update_fields=["password"])
    browser = enter(cast.ada)
    assert reverse("account_set_password") in browser.get(address(signed)).text
    assert browser.post(address(signed), PROVED).status_code == 422
    assert stands(signed)


def test_all_are_told_that_a_signature_was_taken_back(people, sent):
    case = make.partnership(people, until=Edition.SIGNING)
    make.sign(case, people.ada, at=NOON)
    sent(NOON)
    take_back(case, people.ada)
    mails = sent(LATER)
    assert {who for _kind, who in mails} == {"Nora", "Ben", "Carla", "Dan"}
    words = "Signature retirée de la charte"
    for mail in mails.values():
        assert mail.subject.startswith("Signature retirée, ")
        assert f"{words}, «" in mail.text
        assert f"{words}, «" in mail.html
