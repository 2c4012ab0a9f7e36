"""The scoping page: description, preparation, end of a case, and private threads of a party and the broker."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ledger.queries import entries
from ledger.record import Subject
from partnerships.lifecycle import Case, Edition
from partnerships.models import Note, Partnership
from tests import make

pytestmark = pytest.mark.django_db

WORDS = {
    "title": "Voyager sans renoncer",
    "plain_words": "Un guide gratuit.",
    "evidence_of_need": "188 réponses à un sondage.",
    "broker_interests": "Aucun lien.",
}


@pytest.fixture
def opened(cast):
    return make.partnership(cast, until=Case.SCOPING)


def address(case, name="scoping", *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def test_the_broker_describes_and_all_read(opened, cast, enter):
    answer = enter(cast.nora).post(address(opened), WORDS)
    assert answer.status_code == 303
    page = enter(cast.dan).get(address(opened)).content.decode()
    assert "188 réponses à un sondage." in page
    assert "Aucun lien." in page
    assert "<textarea" in page  # their own thread
    assert 'name="evidence_of_need"' not in page


def test_an_invalid_field_keeps_the_other_fields(opened, cast, enter):
    answer = enter(cast.nora).post(address(opened), {**WORDS, "title": ""})
    assert answer.status_code == 422
    assert "188 réponses à un sondage." in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "status"), [("ada", 403), ("ben", 403), ("carla", 403), ("mallory", 404), ("root", 404)]
)
@pytest.mark.parametrize("page", ["scoping", "prepare", "abandon"])
def test_only_the_broker_writes(opened, cast, enter, name, status, page):
    before = Partnership.objects.values().get(pk=opened.pk)
    answer = enter(getattr(cast, name)).post(address(opened, page), {**WORDS, "reason": "Non."})
    assert answer.status_code == status
    assert Partnership.objects.values().get(pk=opened.pk) == before


def test_drafting_waits_for_the_evidence_of_need(opened, cast, enter):
    browser = enter(cast.nora)
    browser.post(address(opened), {**WORDS, "evidence_of_need": ""})
    page = browser.post(address(opened, "prepare"), follow=True).content.decode()
    assert "Il manque la preuve du besoin." in page
    browser.post(address(opened), WORDS)
    browser.post(address(opened, "prepare"))
    assert Partnership.objects.get(pk=opened.pk).state == Case.PREPARING


def test_a_case_ends_with_a_reason_that_all_read(opened, cast, enter):
    browser = enter(cast.nora)
    assert browser.post(address(opened, "abandon"), {"reason": " ", "grounds": ["means"]}).status_code == 422
    words = {"reason": "Le besoin est ailleurs."}
    assert browser.post(address(opened, "abandon"), words).status_code == 422
    assert (
        browser.post(address(opened, "abandon"), {**words, "grounds": ["means", "apart"]}).status_code == 303
    )
    for reader in (cast.ada, cast.carla):
        read = enter(reader).get(address(opened)).content.decode()
        assert "Le besoin est ailleurs." in read
        assert "Le temps ou l’argent manquent" in read
        assert "Le cadre juridique n’est pas sûr" not in read
    last = entries(subject=Subject("case", opened.pk))[0]
    assert last.facts["grounds"] == ["means", "apart"]
    entry = enter(cast.carla).get(
        reverse("partnerships:ledger_entry", args=[opened.reference, last.sequence])
    )
    assert "Le temps ou l’argent manquent" in entry.content.decode()


def test_a_private_note_has_two_readers(opened, cast, enter):
    association, company = opened.parties.order_by("rank")
    enter(cast.ada).post(
        address(opened, "note", association.pk), {f"note-{association.pk}-text": "Nous hésitons."}
    )
    enter(cast.nora).post(
        address(opened, "note", company.pk), {f"note-{company.pk}-text": "Avez-vous un budget"}
    )
    assert Note.objects.count() == 2
    seen = {name: enter(getattr(cast, name)).get(address(opened)).content.decode() for name in ("ben", "dan")}
    assert "Nous hésitons." in seen["ben"]
    assert "Avez-vous un budget" not in seen["ben"]
    assert "Nous hésitons." not in seen["dan"]
    assert "Avez-vous un budget" in seen["dan"]
    console = enter(cast.oscar).get(address(opened)).content.decode()
    assert "Nous hésitons." in console
    assert "Avez-vous un budget" in console


def test_nobody_writes_in_the_thread_of_another(opened, cast, enter):
    association, company = opened.parties.order_by("rank")
    for person, party in ((cast.carla, association), (cast.ben, company), (cast.mallory, company)):
        answer = enter(person).post(address(opened, "note", party.pk), {f"note-{party.pk}-text": "Moi."})
        assert answer.status_code == 404
    assert not Note.objects.exists()


def test_a_note_of_another_case_is_out_of_reach(opened, cast, enter):
    other = make.partnership(cast, until=Case.SCOPING, title="Autre", company=cast.other_company)
    party = other.parties.order_by("rank").last()
    answer = enter(cast.nora).post(address(opened, "note", party.pk), {f"note-{party.pk}-text": "Moi."})
    assert answer.status_code == 404


def test_an_empty_note_is_refused_beside_its_thread(opened, cast, enter):
    party = opened.parties.order_by("rank").first()
    answer = enter(cast.ada).post(address(opened, "note", party.pk), {f"note-{party.pk}-text": ""})
    assert answer.status_code == 422
    assert not Note.objects.exists()


def test_a_frozen_description_is_read_only(cast, enter):
    case = make.partnership(cast, until=Edition.SIGNING)
    browser = enter(cast.nora)
    assert 'name="evidence_of_need"' not in browser.get(address(case)).content.decode()
    assert browser.post(address(case), WORDS).status_code == 422
    assert Partnership.objects.get(pk=case.pk).title == make.TITLE


@pytest.mark.parametrize("notes", [1, 20])
def test_the_page_costs_the_same(opened, cast, enter, notes, django_assert_max_num_queries):
    for party in opened.parties.order_by("rank"):
        for _note in range(notes):
            make.scoping.write_note(party_id=party.pk, author=cast.nora, text="Bonjour.", at=make.NOON)
    browser = enter(cast.nora)
    with django_assert_max_num_queries(16):
        browser.get(address(opened))


class TestWithoutScriptNothingTypedIsLost:
    """Each button of the page sends one form; what is typed in the others is given back, not saved."""

    @pytest.fixture
    def page(self, opened, cast, enter):
        browser = enter(cast.nora)
        ours, theirs = opened.parties.order_by("pk")
        data = {**WORDS, f"note-{ours.pk}-text": "Pour vous seuls.", f"note-{theirs.pk}-text": "Pour eux."}
        return browser, data, ours, theirs

    def test_a_note_keeps_the_description_and_the_other_note(self, opened, page):
        browser, data, ours, _theirs = page
        answer = browser.post(address(opened, "note", ours.pk), data)
        assert answer.status_code == 303
        assert [note.text for note in Note.objects.all()] == ["Pour vous seuls."]
        shown = browser.get(address(opened)).text
        assert "188 réponses à un sondage.</textarea>" in shown
        assert "Pour eux.</textarea>" in shown
        assert "Pour vous seuls.</textarea>" not in shown
        assert "Pour eux." not in browser.get(address(opened)).text

    def test_the_description_keeps_the_notes(self, opened, page):
        browser, data, _ours, _theirs = page
        assert browser.post(address(opened), data).status_code == 303
        assert not Note.objects.exists()
        shown = browser.get(address(opened)).text
        assert "Pour eux.</textarea>" in shown
        assert "Pour vous seuls.</textarea>" in shown

    @pytest.mark.parametrize("button", ["", "note"])
    def test_a_refused_form_keeps_the_others(self, opened, page, button):
        browser, data, ours, _theirs = page
        empty = {"title": ""} if not button else {f"note-{ours.pk}-text": " "}
        url = address(opened, "note", ours.pk) if button else address(opened)
        answer = browser.post(url, data | empty)
        assert answer.status_code == 422
        assert "Pour eux.</textarea>" in answer.text
        assert "188 réponses à un sondage.</textarea>" in answer.text

    def test_moving_on_keeps_what_is_typed(self, opened, page):
        browser, data, _ours, _theirs = page
        browser.post(address(opened, "prepare"), data)
        assert "Pour eux.</textarea>" in browser.get(address(opened)).text

    def test_all_buttons_send_one_form(self, opened, page):
        shown = page[0].get(address(opened)).text
        form = shown[shown.index('id="scoping"') :]
        form = form[: form.index("</form>")]
        assert form.count("<textarea") == 5
        assert form.count("formaction=") == 2
