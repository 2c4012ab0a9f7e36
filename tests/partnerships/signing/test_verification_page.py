"""The verification page: a code or a file, no account, never a failure."""

from __future__ import annotations

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from partnerships.lifecycle import Case, Edition
from partnerships.models import SealedCharter
from tests import make
from tests.database_owner import owner

pytestmark = pytest.mark.django_db
PAGE = "/verifier/"


def test_a_code_leads_to_its_charter(cast, client):
    case = make.partnership(cast, until=Case.ACTIVE)
    code = make.charter(case).verification_code
    answer = client.post(PAGE, {"code": code.lower().replace("-", " ")})
    assert (answer.status_code, answer["Location"]) == (303, f"{PAGE}{code}/")
    page = client.get(answer["Location"]).content.decode()
    assert "Ce code est celui d’une charte" in page
    assert case.title in page
    assert "Laboratoires Valfictif" in page
    assert "Charte authentique" not in page


def test_the_code_of_an_unsealed_charter_reveals_nothing(cast, client):
    case = make.partnership(cast, until=Edition.SIGNED)
    page = client.get(reverse("verification_code", args=[make.charter(case).verification_code]))
    assert "Charte inconnue" in page.content.decode()
    assert case.title not in page.content.decode()


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({}, "Écrivez le code, ou choisissez le fichier PDF."),
        ({"code": "K7QF"}, "Ce code compte douze lettres et chiffres."),
        ({"code": "K7QF/../2M9DX4T"}, "Ce code compte douze lettres et chiffres."),
        ({"code": "\x00"}, 'role="alert"'),
    ],
)
def test_invalid_input_is_explained(db, client, posted, words):
    answer = client.post(PAGE, posted)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_file_too_large_is_refused_in_words(db, client):
    assert "2 Mo au plus" in client.get(PAGE).content.decode()
    large = SimpleUploadedFile("charte.pdf", b"%PDF-" + b"0" * (2 * 1024 * 1024), "application/pdf")
    answer = client.post(PAGE, {"pdf": large})
    assert answer.status_code == 422
    assert "Ce fichier dépasse 2 Mo." in answer.content.decode()


def test_the_largest_charter_sealed_here_sets_the_limit(cast, client):
    case = make.partnership(cast, until=Edition.SIGNED)
    content = b"Bonjour." * 375_000
    sha256 = hashlib.sha256(content).hexdigest()
    with owner(triggers=False):
        SealedCharter.objects.create(
            charter=make.charter(case), pdf=content, sha256=sha256, sealed_at=make.NOON
        )
    assert "6 Mo au plus" in client.get(PAGE).content.decode()
    page = client.post(PAGE, {"pdf": SimpleUploadedFile("charte.pdf", content * 2)})
    assert page.status_code == 200
    assert "Fichier inconnu" in page.content.decode()


def test_an_empty_file_is_unknown(db, client):
    answer = client.post(PAGE, {"pdf": SimpleUploadedFile("vide.pdf", b"", "application/pdf")})
    assert "Fichier inconnu" in answer.content.decode()


@pytest.mark.parametrize("code", ["%00", "é%F0%9F%92%8A", "0" * 300, "%3Cscript%3E"])
def test_any_code_in_the_url_gets_a_response(db, client, code):
    page = client.get(f"{PAGE}{code}/")
    assert page.status_code == 200
    assert "Charte inconnue" in page.content.decode()
    assert "<script>" not in page.content.decode().partition("<main")[2]


def test_too_many_attempts_from_one_address_are_limited(db, client):
    answers = [client.get(f"{PAGE}0000-0000-0000/").status_code for _try in range(21)]
    assert answers[-1] == 429
    assert set(answers[:20]) == {200}
    assert client.get(PAGE).status_code == 200
