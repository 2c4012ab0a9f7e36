"""The dialogue of a case: private threads of a party and the broker."""

from __future__ import annotations

import pytest
from django.urls import reverse

from partnerships.dialogue import actions as dialogue
from partnerships.lifecycle import Case
from partnerships.models import Note
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(cast):
    return make.partnership(cast, until=Case.SCOPING)


def address(case, name="dialogue", *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def test_a_private_note_has_two_readers(opened, cast, enter):
    association, company = opened.parties.order_by("rank")
    enter(cast.ada).post(
        address(opened, "note", association.pk), {f"note-{association.pk}-text": "Nous hésitons."}
    )
    enter(cast.nora).post(
        address(opened, "note", company.pk), {f"note-{company.pk}-text": "Avez-vous un budget"}
    )
    assert Note.objects.count() == 2
    seen = {
        name: enter(getattr(cast, name)).get(address(opened, "dialogue")).content.decode()
        for name in ("ben", "dan")
    }
    assert "Nous hésitons." in seen["ben"]
    assert "Avez-vous un budget" not in seen["ben"]
    assert "Nous hésitons." not in seen["dan"]
    assert "Avez-vous un budget" in seen["dan"]
    console = enter(cast.oscar).get(address(opened, "dialogue")).content.decode()
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


def test_forms_opened_at_the_former_address_still_post(opened, cast, enter):
    party = opened.parties.order_by("rank").first()
    former = f"/dossiers/{opened.reference}/cadrage/notes/{party.pk}/"
    answer = enter(cast.ada).post(former, {f"note-{party.pk}-text": "Encore là."})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{address(opened)}#fil-{party.pk}"
    assert Note.objects.get().text == "Encore là."


@pytest.mark.parametrize("notes", [1, 20])
def test_the_page_costs_the_same(opened, cast, enter, notes, django_assert_max_num_queries):
    for party in opened.parties.order_by("rank"):
        for _note in range(notes):
            dialogue.write_note(party_id=party.pk, author=cast.nora, text="Bonjour.", at=make.NOON)
    browser = enter(cast.nora)
    with django_assert_max_num_queries(11):
        browser.get(address(opened))


class TestWithoutScriptNothingTypedIsLost:
    """Each button of the page sends one form; what is typed in the other threads is given back, not saved."""

    @pytest.fixture
    def page(self, opened, cast, enter):
        ours, theirs = opened.parties.order_by("pk")
        data = {f"note-{ours.pk}-text": "Pour vous seuls.", f"note-{theirs.pk}-text": "Pour eux."}
        return enter(cast.nora), data, ours, theirs

    def test_a_message_keeps_the_other(self, opened, page):
        browser, data, ours, _theirs = page
        assert browser.post(address(opened, "note", ours.pk), data).status_code == 303
        assert [note.text for note in Note.objects.all()] == ["Pour vous seuls."]
        shown = browser.get(address(opened)).text
        assert "Pour eux.</textarea>" in shown
        assert "Pour vous seuls.</textarea>" not in shown
        assert "Pour eux." not in browser.get(address(opened)).text

    def test_a_refused_message_keeps_the_other(self, opened, page):
        browser, data, ours, _theirs = page
        answer = browser.post(address(opened, "note", ours.pk), data | {f"note-{ours.pk}-text": " "})
        assert answer.status_code == 422
        assert "Pour eux.</textarea>" in answer.text

    def test_all_buttons_send_one_form(self, opened, page):
        shown = page[0].get(address(opened)).text
        form = shown[shown.index('id="threads"') :]
        form = form[: form.index("</form>")]
        assert form.count("<textarea") == 2
        assert form.count("formaction=") == 2
