"""The text as a PDF that a board or a lawyer reads: a draft, with its fingerprint and numbered lines."""

from __future__ import annotations

import io
import re
import subprocess
import sys

import pypdf
import pytest
from django.urls import reverse

from partnerships.drafting.actions import amendments
from partnerships.lifecycle import Case, Edition
from partnerships.text.agreement import clauses_of
from partnerships.text.contents import text_fingerprint
from partnerships.text_files import pdf
from tests import make


def address(case, **values):
    return reverse("partnerships:text_pdf", args=[case.reference], query=values or None)


def read(response):
    """Return the text of each page of an answered PDF."""
    assert response.status_code == 200, response.content[:300]
    assert response["Content-Type"] == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(response.content)).pages
    return [re.sub(r"[\u00a0\u202f]", " ", page.extract_text()) for page in pages]


def words(pages):
    return " ".join(" ".join(pages).split())


@pytest.mark.parametrize("person", ["ada", "ben", "carla", "nora"])
def test_a_party_and_the_broker_take_away_the_text_in_negotiation(cast, enter, person):
    case = make.partnership(cast)
    response = enter(getattr(cast, person)).get(address(case))
    pages = read(response)
    text = words(pages)
    roadmap = case.roadmaps.get()
    fingerprint = text_fingerprint(roadmap, clauses_of(roadmap))
    assert all("PROJET : Charte, v0.1" in page for page in pages)
    assert all(fingerprint in re.sub(r"\s", "", page) for page in pages)
    for clause in clauses_of(roadmap):
        assert " ".join(clause.current.title.split()) in text
        assert " ".join(clause.current.body.split())[:60] in text
        assert " ".join(clause.current.plain_words.split())[:40] in text
    assert "Notre parole publique sur l’accès aux soins reste libre." in text
    assert f"{case.reference}-edition-1-v0.1-fr.pdf" in response["Content-Disposition"]


def test_the_page_of_the_text_offers_the_edition_that_it_shows(cast, enter):
    case = make.partnership(cast, until=Case.ACTIVE)
    page = enter(cast.ben).get(reverse("partnerships:roadmap", args=[case.reference])).content.decode()
    for code in ("fr", "en"):
        assert f'href="{address(case)}?edition=1&amp;langue={code}"' in page


def test_each_page_numbers_its_lines(cast, enter):
    pages = read(enter(cast.ada).get(address(make.partnership(cast))))
    assert len(pages) > 1
    for page in pages:
        numbers = [int(line) for line in page.splitlines() if line.strip().isdigit()]
        assert set(range(1, 49)) <= set(numbers)


def test_rows_stand_in_their_clause(cast, enter):
    text = words(read(enter(cast.ada).get(address(make.partnership(cast)))))
    limits = text.rindex("4.1")
    assert limits < text.index("Limites du projet", limits) < text.rindex("5.1")


def test_the_labels_are_in_the_language_that_is_asked(cast, enter):
    case = make.partnership(cast)
    browser = enter(cast.carla)
    english, french = (words(read(browser.get(address(case, langue=code)))) for code in ("en", "fr"))
    assert "DRAFT: Charter, v0.1" in english
    assert "PROJET" not in english
    assert "In plain words." in english
    assert "En clair." in french
    unknown = words(read(browser.get(address(case, langue="xx"))))
    assert "PROJET" in unknown


def test_before_the_text_is_sent_only_the_broker_takes_it_away(cast, enter):
    case = make.partnership(cast, until=Edition.DRAFTING)
    assert "PROJET" in words(read(enter(cast.nora).get(address(case))))
    assert enter(cast.ada).get(address(case)).status_code == 404
    assert enter(cast.mallory).get(address(case)).status_code == 404


@pytest.mark.parametrize("until", [Edition.AGREED, Edition.SIGNING, Case.ACTIVE])
def test_the_text_is_taken_away_at_every_later_stage(cast, enter, until):
    case = make.partnership(cast, until=until)
    text = words(read(enter(cast.ada).get(address(case))))
    if until == Case.ACTIVE:
        assert "COPIE DE LECTURE" in text
        assert "PROJET" not in text
    else:
        assert "PROJET" in text
    if until != Edition.AGREED:
        assert case.charters.get().fingerprint in re.sub(r"\s", "", text)


def test_an_amendment_shows_what_it_changes(cast, enter):
    case = make.partnership(cast, until=Case.ACTIVE)
    amendments.open_amendment(partnership_id=case.pk, broker=cast.nora, at=make.NOON)
    make.revise(case, cast.nora, change="Une enquête de plus.", at=make.NOON)
    browser = enter(cast.nora)
    text = words(read(browser.get(address(case, edition=2))))
    assert "Ce que change l’avenant" in text
    assert "PROJET : Avenant 1" in text
    assert "COPIE DE LECTURE : Charte" in words(read(browser.get(address(case, edition=1))))
    assert browser.get(address(case, edition=7)).status_code == 404
    assert browser.get(address(case, edition="x")).status_code == 404


def test_a_pdf_that_meets_a_limit_is_refused_in_words(cast, enter, monkeypatch):
    case = make.partnership(cast)
    monkeypatch.setattr(pdf, "WALL_SECONDS", 0.01)
    response = enter(cast.ada).get(address(case), follow=True)
    assert response.redirect_chain == [(reverse("partnerships:roadmap", args=[case.reference]), 303)]
    assert "Le PDF n’a pas pu être préparé" in response.content.decode()


def test_the_child_fetches_nothing_but_fonts(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("x")
    page = f'<p>Un</p><img src="{secret.as_uri()}">'
    done = subprocess.run(
        [sys.executable, "-I", str(pdf.CHILD)], input=page.encode(), capture_output=True, check=False
    )
    assert done.returncode != 0
    assert b"PermissionError" in done.stderr


def test_the_pdf_of_sixty_clauses_is_written_within_the_limits(cast, enter):
    case = make.partnership(cast, clauses=60)
    text = words(read(enter(cast.ada).get(address(case))))
    last = clauses_of(case.roadmaps.get())[-1].current
    assert " ".join(last.title.split()) in text
