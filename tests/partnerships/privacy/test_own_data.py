"""The file of a person holds what is theirs, under names that do not change, and nothing of another."""

from __future__ import annotations

import json

import pytest

from outbox.sending import delivery
from partnerships.dialogue import actions as dialogue
from partnerships.lifecycle import Case
from partnerships.models import Stance
from partnerships.privacy.queries import personal_data
from partnerships.privacy.queries.personal_data_labels import LABELS, SECTIONS
from tests import make

pytestmark = pytest.mark.django_db

PAGE = "/compte/donnees/"


@pytest.fixture
def active(cast):
    case = make.partnership(cast, until=Case.ACTIVE)
    party = case.parties.get(code="A")
    for author, text in ((cast.ada, "Notre trésorière part en juin."), (cast.nora, "Je le garde pour moi.")):
        dialogue.write_note(party_id=party.pk, author=author, text=text, at=make.NOON)
    make.complete(case, "J1", cast.ada, at=make.NOON)
    delivery.deliver_due(at=make.NOON, limit=1000)
    return case


def test_the_file_contains_every_section_of_a_signatory(active, cast, enter):
    answer = enter(cast.ada).post(PAGE, {"form": "json"})
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert "no-store" in answer["Cache-Control"]
    data = json.loads(answer.content)
    assert data["format"] == personal_data.FORMAT
    assert set(data) == {"format", "made_at", *SECTIONS}
    assert data["account"][0]["email"] == "ada@theatre.example"
    assert data["memberships"][0]["organisation"] == "Souffle Imaginaire"
    assert data["mandates"][0]["capacity"] == "présidente"
    assert {row["stance"] for row in data["answers"]} == {Stance.AGREE}
    assert data["signatures"][0]["typed_name"] == "Ada Vernet"
    assert [row["text"] for row in data["notes"]] == ["Notre trésorière part en juin."]
    assert data["evidence"][0]["milestone"] == "J1"
    assert data["messages"]
    assert "organisation.started" in [row["kind"] for row in data["ledger"]]


def test_the_file_contains_no_secret_and_no_text_of_others(active, cast, enter):
    ada = enter(cast.ada).post(PAGE, {"form": "json"}).content.decode()
    nora = enter(cast.nora).post(PAGE, {"form": "json"}).content.decode()
    assert "Je le garde pour moi." not in ada
    assert "Notre trésorière part en juin." not in nora
    assert json.loads(nora)["factors"][0]["type"] == "totp"
    for text in (ada, nora):
        assert cast.ada.password not in text
        assert cast.nora.password not in text
        assert "secret" not in text
        assert "token" not in text


def test_an_invitation_is_of_its_reader_and_not_of_whoever_types_the_address(active, cast, enter):
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=cast.mallory, email="ben@theatre.example", verified=False)
    assert json.loads(enter(cast.ben).post(PAGE).content)["invitations"][0]["accepted_at"]
    assert json.loads(enter(cast.mallory).post(PAGE).content)["invitations"] == []


def test_the_readable_page_has_the_same_content(active, cast, enter):
    answer = enter(cast.ada).post(PAGE, {"form": "page"})
    assert answer["Content-Type"].startswith("text/html")
    assert answer["Content-Disposition"].endswith('.html"')
    page = answer.content.decode()
    for expected in ("Ada Vernet", "présidente", "Notre trésorière part en juin.", "<h2>Signatures</h2>"):
        assert expected in page


def test_every_value_has_a_label(active, cast):
    for person in (cast.ada, cast.nora, cast.ben):
        data = personal_data.of_person(person, at=make.NOON)
        names = {name for part in SECTIONS for row in data[part] for name in row}
        assert names <= set(LABELS)


@pytest.mark.parametrize("cases", [1, 3])
def test_the_page_costs_the_same_for_one_case_and_for_more(cast, enter, django_assert_num_queries, cases):
    for number in range(cases):
        make.partnership(cast, until=Case.ACTIVE, title=f"Dossier {number}")
    browser = enter(cast.ada)
    with django_assert_num_queries(79):
        page = browser.get(PAGE)
    assert page.status_code == 200
    assert "Ce que contient le fichier" in page.text
