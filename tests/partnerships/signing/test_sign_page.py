"""The signing page: what is signed is what was read, by whom it binds, with a proof for this one act."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import DocumentKind, Mandate
from accounts.text import canonical
from partnerships.lifecycle import Edition
from partnerships.models import Partnership, Roadmap, Signature
from partnerships.signing.actions import freezing, signing
from tests import make
from tests.architecture.source import ROOT
from tests.cast import PASSWORD
from tests.files import paper
from tests.partnerships.factors import code_now

pytestmark = pytest.mark.django_db

LATER = make.NOON + timedelta(hours=1)


@pytest.fixture
def frozen(cast):
    return make.partnership(cast, until=Edition.SIGNING)


def address(case, name="sign", *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def typed(case, person, **changes):
    """Return what a person who read the frozen text posts."""
    return {
        "fingerprint": make.charter(case).fingerprint,
        "has_read": "on",
        "consents": "on",
        "typed_name": person.full_name,
        "secret": PASSWORD,
        **changes,
    }


def test_the_whole_text_is_on_the_page_with_contents_that_lead_into_it(frozen, cast, enter):
    page = enter(cast.ada).get(address(frozen)).text
    contents = page.partition("Sommaire")[2].partition("</nav>")[0]
    anchors = re.findall(r'href="#([^"]+)"', contents)
    assert anchors == ["en-clair", *(f"rubrique-{number}" for number in range(1, 11)), "annexes", "signer"]
    for anchor in anchors:
        assert page.count(f'id="{anchor}"') == 1
    assert [page.index(f'id="{anchor}"') for anchor in anchors] == sorted(
        page.index(f'id="{anchor}"') for anchor in anchors
    )
    styles = (ROOT / "static/css/components/signature.css").read_text()
    assert not re.search(r"max-block-size|overflow-y", styles.partition(".signature")[0])


def test_the_page_says_that_no_word_changed_since_the_agreement_of_the_party(frozen, cast, enter):
    page = " ".join(enter(cast.ada).get(address(frozen)).text.split())
    assert "Aucun mot n’a changé depuis l’accord de votre organisation." in page
    numbers = [f"{number}.1" for number in range(1, 11)]
    assert f"Clauses {', '.join(numbers)} : au tour 1, " in page
    refreeze(frozen, cast)
    page = " ".join(enter(cast.ada).get(address(frozen)).text.split())
    assert re.search(r"Clauses? 1\.1.*? : au tour 2, ", page)
    for person in (cast.ada, cast.carla):
        make.sign(frozen, person, at=LATER)
    assert "depuis l’accord de votre organisation" not in enter(cast.nora).get(address(frozen)).text


def test_the_mandate_is_shown_with_its_document(frozen, cast, enter):
    browser = enter(cast.ada)
    assert "Aucune pièce n’est jointe à ce mandat." in browser.get(address(frozen)).text
    proof = paper(cast.association, cast.ada, kind=DocumentKind.MINUTES, at=make.NOON)
    Mandate.objects.filter(pk=cast.ada_mandate.pk).update(document=proof)
    page = browser.get(address(frozen)).text
    assert reverse("document", args=[cast.association.pk, proof.pk]) in page
    assert proof.name in page
    assert cast.ada_mandate.basis in page


def test_nothing_reads_as_a_personal_commitment(frozen, cast, enter):
    page = enter(cast.ada).get(address(frozen)).text.replace("Je ne m’engage pas à titre personnel", "")
    printed = render_to_string("charter/signatures.html", {"signature_boxes": (), "signatures_number": 1})
    for words in ("m’engage", "en son nom", "en mon nom", "personnellement"):
        assert words not in page
        assert words not in printed


def test_a_text_read_on_one_device_is_signed_on_another(frozen, cast, enter):
    read = typed(frozen, cast.ada)
    assert read["fingerprint"] in enter(cast.ada).get(address(frozen)).text
    assert enter(cast.ada).post(address(frozen), read).status_code == 303
    assert Signature.objects.count() == 1


def refreeze(case, cast, *, change="Et rien d’autre."):
    """Have the text withdrawn, changed by a sentence, agreed anew and frozen anew."""
    signing.withdraw(partnership_id=case.pk, broker=cast.nora, reason="Une coquille.", at=LATER)
    make.revise(case, cast.nora, change=change, at=LATER)
    make.ask_again(case, cast.nora, at=LATER)
    for speaker in (cast.ada, cast.carla):
        make.agree(case, speaker, at=LATER)
    freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=LATER)


def test_a_signatory_reads_the_frozen_words_and_signs(frozen, cast, enter):
    browser = enter(cast.ada)
    page = browser.get(address(frozen)).content.decode()
    assert "Produire et diffuser, en dix mois, un guide pratique co-écrit par des patients." in page
    assert make.charter(frozen).fingerprint in page
    answer = browser.post(address(frozen), typed(frozen, cast.ada), headers={"user-agent": "Théâtre/1.0"})
    assert (answer.status_code, answer["Location"]) == (303, address(frozen, "charter"))
    signature = Signature.objects.get()
    assert signature.signatory == cast.ada
    assert signature.fingerprint == make.charter(frozen).fingerprint
    assert (signature.method, signature.address) == ("password", "127.0.0.1")
    assert signature.user_agent == "Théâtre/1.0"
    assert (
        "Je signe au nom de l’organisation suivante, que j’engage\u00a0: Souffle Imaginaire"
        in signature.consent_words
    )


def test_each_cell_of_the_text_has_the_label_of_its_column_for_phones(frozen, cast, enter):
    page = enter(cast.ada).get(address(frozen)).content.decode()
    text = page.split('class="charter-read"')[1].split('class="signature')[0]
    assert 'data-label="Échéance"' in text
    assert re.findall(r"<td(?! data-label=\"[^\"]).*?</td>", text) == []


@pytest.mark.parametrize(("proxies", "address_kept"), [(0, "127.0.0.1"), (1, "203.0.113.7")])
def test_an_address_is_believed_of_trusted_proxies_alone(
    frozen, cast, enter, settings, proxies, address_kept
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"x-forwarded-for": "198.51.100.1, 203.0.113.7"}
    assert enter(cast.ada).post(address(frozen), typed(frozen, cast.ada), headers=headers).status_code == 303
    assert Signature.objects.get().address == address_kept


@pytest.mark.parametrize(
    ("name", "status"),
    [("ben", 403), ("dan", 403), ("nora", 422), ("oscar", 422), ("mallory", 404), ("root", 404)],
)
def test_nobody_else_signs_by_a_forged_post(frozen, cast, enter, name, status):
    person = getattr(cast, name)
    answer = enter(person).post(address(frozen), typed(frozen, person))
    assert answer.status_code == status
    assert not Signature.objects.exists()


def test_a_reader_who_may_not_sign_reads_who_signs(frozen, cast, enter):
    answer = enter(cast.ben).get(address(frozen))
    assert answer.status_code == 403
    assert "Demandez à\u00a0: Ada Vernet." in answer.content.decode()


def test_a_text_refrozen_while_it_was_read_is_not_signed(frozen, cast, enter):
    browser = enter(cast.ada)
    read = typed(frozen, cast.ada)
    refreeze(frozen, cast)
    answer = browser.post(address(frozen), read)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Le texte a changé pendant votre lecture. Rien n’est signé" in page
    assert "Et rien d’autre." in page
    assert make.charter(frozen).fingerprint in page
    assert f'value="{cast.ada.full_name}"' in page
    assert not Signature.objects.exists()


def test_a_text_withdrawn_while_it_was_read_is_not_signed(frozen, cast, enter):
    browser = enter(cast.ada)
    read = typed(frozen, cast.ada)
    signing.withdraw(partnership_id=frozen.pk, broker=cast.nora, reason="Une coquille.", at=make.NOON)
    answer = browser.post(address(frozen), read)
    assert answer.status_code == 422
    assert "Rien à signer pour l’instant" in answer.content.decode()
    assert not Signature.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"has_read": ""}, "cochez cette case : elle est nécessaire pour signer"),
        ({"consents": ""}, "Cochez cette case : cet accord est nécessaire pour signer."),
        ({"typed_name": ""}, "Écrivez votre nom complet : il vaut signature."),
        ({"typed_name": "Ada"}, "Le nom saisi n’est pas le vôtre. Écrivez"),
        ({"secret": ""}, "Confirmez votre identité : saisissez votre mot de passe ou votre code."),
        ({"secret": "faux"}, "Mot de passe ou code incorrect. Rien n’est signé"),
    ],
)
def test_each_missing_field_is_explained(frozen, cast, enter, change, words):
    answer = enter(cast.ada).post(address(frozen), typed(frozen, cast.ada, **change))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page.replace("\u202f", " ").replace("\u00a0", " ")
    assert not Signature.objects.exists()


def test_after_too_many_wrong_secrets_the_right_one_is_refused(frozen, cast, enter):
    browser = enter(cast.ada)
    for _wrong in range(5):
        browser.post(address(frozen), typed(frozen, cast.ada, secret="faux"))
    answer = browser.post(address(frozen), typed(frozen, cast.ada))
    assert "Trop d’essais manqués" in answer.content.decode()
    assert not Signature.objects.exists()
    cache.clear()
    assert browser.post(address(frozen), typed(frozen, cast.ada)).status_code == 303


def test_a_missing_tick_is_not_counted_as_an_attempt(frozen, cast, enter):
    browser = enter(cast.ada)
    for _forgotten in range(8):
        browser.post(address(frozen), typed(frozen, cast.ada, consents="", secret="faux"))
    assert browser.post(address(frozen), typed(frozen, cast.ada)).status_code == 303


def test_without_password_nor_application_one_is_sent_to_choose(frozen, cast, enter):
    cast.ada.set_unusable_password()
    cast.ada.save(update_fields=["password"])
    browser = enter(cast.ada)
    page = browser.get(address(frozen)).content.decode()
    assert reverse("account_set_password") in page
    assert browser.post(address(frozen), typed(frozen, cast.ada, secret="")).status_code == 422
    assert not Signature.objects.exists()


def test_without_a_mandate_the_page_says_who_gives_one(frozen, cast, enter):
    cast.ada_mandate.revoked_at = make.NOON
    cast.ada_mandate.save(update_fields=["revoked_at"])
    answer = enter(cast.ada).post(address(frozen), typed(frozen, cast.ada))
    assert answer.status_code == 422
    assert "Il manque votre mandat de signature" in answer.content.decode()
    assert not Signature.objects.exists()


def test_the_page_says_that_the_party_has_signed(frozen, cast, enter):
    make.sign(frozen, cast.ada, at=make.NOON)
    answer = enter(cast.ada).post(address(frozen), typed(frozen, cast.ada))
    assert answer.status_code == 422
    assert "Votre organisation a signé" in answer.content.decode()
    assert Signature.objects.count() == 1


def test_the_broker_countersigns_last_with_a_code_that_serves_once(frozen, cast, enter):
    browser = enter(cast.nora)
    early = browser.post(address(frozen), typed(frozen, cast.nora, secret=code_now(cast.nora)))
    assert early.status_code == 422
    assert "Il manque des signatures" in early.content.decode()
    for signatory in (cast.ada, cast.carla):
        make.sign(frozen, signatory, at=make.NOON)
    assert "Contresigner en témoin" in browser.get(address(frozen)).content.decode()
    assert browser.post(address(frozen), typed(frozen, cast.nora)).status_code == 422
    answer = browser.post(address(frozen), typed(frozen, cast.nora, secret=code_now(cast.nora)))
    assert answer.status_code == 303
    witness = Signature.objects.get(party=None)
    assert (witness.signatory, witness.method) == (cast.nora, "totp")
    assert "Je n’engage aucune d’elles" in witness.consent_words
    assert "accepte ses propres engagements et ses honoraires" in witness.consent_words
    assert Roadmap.objects.get(partnership=frozen).state == Edition.SIGNED


def test_a_refusal_is_announced_with_its_reason_and_reopens_the_text(frozen, cast, enter):
    make.sign(frozen, cast.carla, at=make.NOON)
    browser = enter(cast.ada)
    assert browser.post(address(frozen, "decline"), {"reason": ""}).status_code == 422
    answer = browser.post(address(frozen, "decline"), {"reason": "Le budget a changé."})
    assert answer.status_code == 303
    assert Roadmap.objects.get(partnership=frozen).state == Edition.NEGOTIATION
    assert make.charter(frozen).voided.reason == "Le budget a changé."
    page = enter(cast.dan).get(address(frozen, "charter")).content.decode()
    assert "Le budget a changé." in page


@pytest.mark.parametrize("name", ["ben", "nora", "root", "mallory"])
def test_nobody_else_declines(frozen, cast, enter, name):
    answer = enter(getattr(cast, name)).post(address(frozen, "decline"), {"reason": "Non."})
    assert answer.status_code in (403, 404)
    assert Partnership.objects.get(pk=frozen.pk).roadmaps.get().state == Edition.SIGNING


@pytest.mark.parametrize("clauses", [1, 20])
def test_the_page_costs_the_same(cast, enter, clauses, django_assert_max_num_queries):
    case = make.partnership(cast, until=Edition.SIGNING, clauses=clauses)
    browser = enter(cast.ada)
    with django_assert_max_num_queries(16):
        browser.get(address(case))


def rename(person, name):
    person.full_name = name
    person.save(update_fields=["full_name"])


@pytest.mark.parametrize(
    "typed_name",
    [
        "Ada d'Été-Vernet",
        "ADA D’ÉTÉ‑VERNET",
        "ada d´ete-vernet",
        "Ada\u00a0d’E\u0301te\u0301-Vernet",
        "Ada  d’Été–Vernet",
    ],
)
def test_a_name_is_signed_from_any_keyboard_and_stored_as_typed(frozen, cast, enter, typed_name):
    rename(cast.ada, "Ada d’Été-Vernet")
    answer = enter(cast.ada).post(address(frozen), typed(frozen, cast.ada, typed_name=typed_name))
    assert answer.status_code == 303
    assert Signature.objects.get().typed_name == canonical.name(typed_name)


def test_a_broker_with_an_apostrophe_countersigns_from_an_ordinary_keyboard(frozen, cast, enter):
    rename(cast.nora, "Nora L’Hermitte")
    for person in (cast.ada, cast.carla):
        make.sign(frozen, person, at=LATER)
    answer = enter(cast.nora).post(
        address(frozen), typed(frozen, cast.nora, typed_name="Nora L'Hermitte", secret=code_now(cast.nora))
    )
    assert answer.status_code == 303
    assert Signature.objects.get(party=None).typed_name == "Nora L'Hermitte"


@pytest.mark.parametrize("typed_name", ["Ada Vernet\u202e", "Ad\u0430 Vernet", "Ada V\u200bernets"])
def test_a_name_that_only_looks_like_that_of_the_signatory_is_refused(frozen, cast, enter, typed_name):
    answer = enter(cast.ada).post(address(frozen), typed(frozen, cast.ada, typed_name=typed_name))
    assert answer.status_code == 422
    assert not Signature.objects.exists()
