"""The frozen text as a PDF before it is signed: the same rendering and the same JSON as what is sealed."""

from __future__ import annotations

import re
import subprocess
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from partnerships.lifecycle import Case, Edition
from partnerships.signing import frozen_pdf
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def frozen(cast):
    return make.partnership(cast, until=Edition.SIGNING)


def address(case, name="frozen_pdf", *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def test_it_is_offered_first_and_has_the_exact_text(frozen, cast, enter):
    browser = enter(cast.ada)
    page = browser.get(address(frozen, "sign")).text
    assert page.index(address(frozen, "frozen_pdf", 1)) < page.index("Le texte que vous signez")
    make.sign(frozen, cast.carla, at=make.NOON)
    answer = browser.get(address(frozen, "frozen_pdf", 1))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    charter = make.charter(frozen)
    (attached,) = PdfReader(BytesIO(answer.content)).attachments["charte.json"]
    assert attached == bytes(charter.canonical_json)
    printed = subprocess.run(["pdftotext", "-", "-"], input=answer.content, capture_output=True, check=True)
    words = re.sub(r"\s+", " ", printed.stdout.decode())
    assert "texte figé, signatures attendues" in words
    assert words.count("Signature attendue") == 2
    assert "Ce PDF n’est pas scellé" in words
    assert " ".join(re.findall("....", charter.fingerprint)[:8]) in words


def test_a_sealed_charter_and_another_edition_have_none(cast, enter):
    case = make.partnership(cast, until=Case.ACTIVE)
    browser = enter(cast.ada)
    assert [browser.get(address(case, "frozen_pdf", edition)).status_code for edition in (1, 2)] == [404, 404]


def test_a_child_that_fails_is_a_refusal_in_words(frozen, cast, enter, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(frozen_pdf, "CHILD", tmp_path / "missing.py")
    answer = enter(cast.ada).get(address(frozen, "frozen_pdf", 1), follow=True)
    assert answer.redirect_chain == [(address(frozen, "charter"), 303)]
    assert "Le PDF n’a pas pu être préparé. Attendez une minute" in answer.text
