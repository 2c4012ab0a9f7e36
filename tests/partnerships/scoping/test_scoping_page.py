"""The scoping page: description, preparation, end of a case."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ledger.queries import entries
from ledger.record import Subject
from partnerships.lifecycle import Case, Edition
from partnerships.models import Partnership
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


def test_a_frozen_description_is_read_only(cast, enter):
    case = make.partnership(cast, until=Edition.SIGNING)
    browser = enter(cast.nora)
    assert 'name="evidence_of_need"' not in browser.get(address(case)).content.decode()
    assert browser.post(address(case), WORDS).status_code == 422
    assert Partnership.objects.get(pk=case.pk).title == make.TITLE


def test_the_page_costs_the_same(opened, cast, enter, django_assert_max_num_queries):
    browser = enter(cast.nora)
    with django_assert_max_num_queries(14):
        browser.get(address(opened))


class TestWithoutScriptNothingTypedIsLost:
    """Each button of the page sends one form; what is typed in the others is given back, not saved."""

    def test_moving_on_keeps_what_is_typed(self, opened, cast, enter):
        browser = enter(cast.nora)
        browser.post(address(opened, "prepare"), WORDS)
        assert "188 réponses à un sondage.</textarea>" in browser.get(address(opened)).text

    def test_all_buttons_send_one_form(self, opened, cast, enter):
        shown = enter(cast.nora).get(address(opened)).text
        assert 'form="scoping"' in shown
        form = shown[shown.index('id="scoping"') :]
        assert form[: form.index("</form>")].count("<textarea") == 3
