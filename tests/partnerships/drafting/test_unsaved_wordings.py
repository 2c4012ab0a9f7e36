"""What a broker types in a clause is stored, restored and sent with the text; only the broker reads it."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse

from ledger.models import Entry
from partnerships.charter.texts import Heading
from partnerships.drafting.actions import clause_order, unsaved_wordings
from partnerships.drafting.actions import clauses as drafting
from partnerships.lifecycle import Edition
from partnerships.models import ClauseRevision, LibraryVersion, Round, Stance, UnsavedWording
from partnerships.negotiation.actions import negotiation
from partnerships.privacy import actions as privacy
from partnerships.signing.actions import freezing
from partnerships.text import agreement
from tests import make
from tests.make import NOON, ago

pytestmark = pytest.mark.django_db

TYPED = "Le bilan se fait en mai, à deux."
UNSAVED = "Pas encore enregistré comme révision"
ASKING = {"days": "7", "rule": "all"}


@pytest.fixture
def draft(cast):
    return make.partnership(cast, until=Edition.DRAFTING)


def address(case, name="drafting", *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def last(case):
    return agreement.clauses_of(make.roadmap(case))[-1]


def typed(clause, **fields):
    words = {"title": clause.current.title, "body": TYPED, "plain_words": "", "reason": ""}
    return {"typed_clause": f"{clause.pk}", "seen_number": f"{clause.current.number}", **words, **fields}


def store(browser, case, data):
    return browser.post(address(case, "store_wording"), data, HTTP_HX_REQUEST="true")


def asked(name, clause, **fields):
    """Store what a form contains without a browser."""
    current = clause.current
    wording = drafting.Wording(title=current.title, body=TYPED)
    return unsaved_wordings.store(
        place=unsaved_wordings.FormPlace(
            roadmap_id=clause.roadmap_id, heading=Heading(clause.heading), clause_id=clause.pk
        ),
        broker=name,
        submitted={"title": [current.title], "body": [TYPED], "seen_number": [f"{current.number}"]},
        typed=unsaved_wordings.TypedClause(wording=wording, seen_number=current.number, **fields),
        at=NOON,
    )


def test_typed_words_come_back_where_they_were_typed(draft, cast, enter):
    clause, browser = last(draft), enter(cast.nora)
    answer = store(browser, draft, typed(clause))
    assert answer.status_code == 200
    assert UNSAVED in answer.text
    for page in (address(draft), address(draft, "clause", clause.pk)):
        text = enter(cast.nora).get(page).text
        assert UNSAVED in text
        assert f"{TYPED}</textarea>" in text
    assert last(draft).current.body != TYPED
    assert not Entry.objects.filter(facts__icontains=TYPED).exists()
    # Another broker learns that somebody types there, and not what; a party learns nothing.
    oscar = enter(cast.oscar).get(address(draft)).text
    assert "Nora Passerelle modifie cette clause" in oscar
    for person, name in ((cast.oscar, "drafting"), (cast.ada, "roadmap"), (cast.carla, "ledger")):
        assert TYPED not in enter(person).get(address(draft, name)).text
    assert TYPED not in enter(cast.oscar).get(address(draft, "clause", clause.pk)).text


def test_a_saved_clause_leaves_no_unsaved_words(draft, cast, enter):
    clause, browser = last(draft), enter(cast.nora)
    store(browser, draft, typed(clause))
    assert browser.post(address(draft, "clause", clause.pk), typed(clause)).status_code == 303
    assert last(draft).current.body == TYPED
    assert not UnsavedWording.objects.exists()


def test_a_request_that_arrives_after_the_clause_was_saved_stores_nothing(cast, enter):
    case = make.partnership(cast, until=Edition.NEGOTIATION)
    make.say(case, cast.ada, Stance.RESERVATION, at=NOON)
    make.agree(case, cast.carla, at=NOON)
    clause, browser = last(case), enter(cast.nora)
    late = typed(clause, reason="Pour être plus clair.")
    assert browser.post(address(case, "clause", clause.pk), late).status_code == 303
    assert last(case).current.body == TYPED
    store(browser, case, late)
    assert not UnsavedWording.objects.exists()
    store(browser, case, typed(last(case), reason="Une raison, et rien d’autre."))
    assert UnsavedWording.objects.exists()


def test_words_typed_back_as_they_were_are_not_unsaved(draft, cast, enter):
    clause, browser = last(draft), enter(cast.nora)
    store(browser, draft, typed(clause))
    current = drafting.wording_of(clause.current)
    same = typed(clause, body=current.body, plain_words=current.plain_words)
    assert UNSAVED not in store(browser, draft, same).text
    assert not UnsavedWording.objects.exists()


def test_a_half_typed_form_is_stored_and_shown_again(draft, cast, enter):
    browser = enter(cast.nora)
    heading = Heading.DISPUTES
    half = {"typed_heading": f"{heading:d}", "title": "", "body": "Parler d’ab\x00ord", "plain_words": ""}
    assert UNSAVED in store(browser, draft, half).text
    assert "Parler d’abord</textarea>" in browser.get(address(draft, "new_clause", heading)).text
    page = browser.get(address(draft)).text
    assert "Vos mots pas encore enregistrés" in page
    assert address(draft, "new_clause", heading) in page


def test_each_form_of_a_new_clause_has_its_own_words(draft, cast, enter):
    make.shipped_library()
    version = LibraryVersion.objects.filter(current_of__heading=Heading.DISPUTES, is_retired=False, rule="")
    library = version.order_by("pk").first()
    browser = enter(cast.nora)
    words = {"plain_words": "", "responsible": ""}
    blank = {"typed_heading": f"{Heading.DISPUTES:d}", "title": "À moi", "body": "De moi.", **words}
    started = {"typed_version": f"{library.pk}", "title": "Du modèle", "body": "Changé.", **words}
    store(browser, draft, blank)
    store(browser, draft, started)
    insert = address(draft, "insert_clause", library.pk)
    assert "Changé.</textarea>" in browser.get(insert).text
    assert browser.post(insert, started).status_code == 303
    assert [row.submitted["body"] for row in UnsavedWording.objects.all()] == [["De moi."]]


def test_a_row_half_typed_is_restored_once_however_often_the_page_is_read(draft, cast, enter):
    limits = make.roadmap(draft).clauses.get(heading=Heading.LIMITS)
    browser = enter(cast.nora)
    there = address(draft, "clause", limits.pk)
    rows = {"limits-TOTAL_FORMS": "2", "limits-INITIAL_FORMS": "0", "limits-0-text": "Aucun logo."}
    for _time in range(2):
        store(browser, draft, typed(limits, **rows))
        page = browser.get(there).text
        assert page.count("Aucun logo.") == 1
        assert 'name="limits-TOTAL_FORMS" value="2"' in page


def test_a_clause_opens_in_its_place(draft, cast, enter):
    clause, browser = last(draft), enter(cast.nora)
    fragment = browser.get(address(draft, "edit_clause", clause.pk), HTTP_HX_REQUEST="true").text
    store(browser, draft, typed(clause))
    for page in (fragment, browser.get(address(draft)).text):
        assert f'action="{address(draft, "clause", clause.pk)}"' in page
        assert f'name="seen_number" value="{clause.current.number}"' in page
        assert f'id="clause-{clause.pk}-body"' in page
    assert "<html" not in fragment
    assert f'id="clause-{clause.pk}-body"' not in enter(cast.oscar).get(address(draft)).text


def test_abandoned_words_leave_the_clause_as_it_is(draft, cast, enter):
    clause, browser = last(draft), enter(cast.nora)
    store(browser, draft, typed(clause))
    answer = browser.post(address(draft, "discard_wording"), typed(clause), follow=True)
    assert "Mots abandonnés" in answer.text
    assert not UnsavedWording.objects.exists()
    assert last(draft).current.number == clause.current.number


def test_a_clause_revised_meanwhile_is_compared_before_it_is_saved(draft, cast, enter):
    clause, browser = last(draft), enter(cast.nora)
    store(browser, draft, typed(clause))
    make.revise(draft, cast.oscar, position=clause.position, at=NOON)
    page = browser.get(address(draft)).text
    assert "modifiée depuis que vous écrivez" in page
    compared = browser.get(address(draft, "clause", clause.pk)).text
    assert "Oscar Médian" in compared
    assert f"{TYPED}</textarea>" in compared
    assert browser.post(address(draft, "clause", clause.pk), typed(clause)).status_code == 422
    with pytest.raises(unsaved_wordings.UnsavedWordingsRefused, match=clause.current.title):
        negotiation.open_negotiation(partnership_id=draft.pk, broker=cast.nora, at=NOON)
    assert UnsavedWording.objects.exists()


def test_a_removed_clause_still_shows_the_words(draft, cast, enter):
    clause, browser = last(draft), enter(cast.nora)
    store(browser, draft, typed(clause))
    clause_order.remove_clause(clause_id=clause.pk, broker=cast.oscar, at=NOON)
    page = browser.get(address(draft)).text
    assert address(draft, "clause", clause.pk) in page
    assert f"{TYPED}</textarea>" in browser.get(address(draft, "clause", clause.pk)).text


def test_the_sent_text_contains_the_last_words(draft, cast, enter):
    clause, browser = last(draft), enter(cast.nora)
    store(browser, draft, typed(clause))
    page = browser.get(address(draft, "open_negotiation")).text
    assert "partent avec le texte" in page
    assert clause.current.title in page
    answer = browser.post(address(draft, "open_negotiation"), ASKING)
    assert answer.status_code == 303
    assert last(draft).current.body == TYPED
    assert Entry.objects.filter(kind="edition.revise", facts__revision=last(draft).current.number).exists()
    assert not UnsavedWording.objects.exists()
    assert TYPED in enter(cast.ada).get(address(draft, "roadmap")).text


def test_a_text_whose_last_words_cannot_be_saved_is_not_sent(draft, cast, enter):
    clause, browser = last(draft), enter(cast.nora)
    store(browser, draft, typed(clause, title=""))
    answer = browser.post(address(draft, "open_negotiation"), ASKING)
    assert answer.status_code == 422
    assert "ne peuvent pas encore être enregistrés" in answer.text
    assert clause.current.title in answer.text
    assert not Round.objects.filter(question="criticism").exists()
    assert UnsavedWording.objects.count() == 1


def test_a_later_round_takes_the_last_words_with_their_reason(cast):
    case = make.partnership(cast, until=Edition.AGREED)
    clause = last(case)
    make.revise(case, cast.nora, position=1, at=NOON)
    asked(cast.nora, clause)
    with pytest.raises(unsaved_wordings.UnsavedWordingsRefused, match="pourquoi"):
        negotiation.ask_again(partnership_id=case.pk, broker=cast.nora, at=NOON)
    asked(cast.nora, clause, reason="Demandé par Ada.")
    negotiation.ask_again(partnership_id=case.pk, broker=cast.nora, at=NOON)
    assert ClauseRevision.objects.get(current_of=clause).reason == "Demandé par Ada."


def test_two_typed_rows_never_get_the_same_code(draft, cast):
    limits = make.roadmap(draft).clauses.get(heading=Heading.LIMITS)
    rows = drafting.wording_of(limits.current).terms
    place = unsaved_wordings.FormPlace(roadmap_id=limits.roadmap_id, heading=Heading.LIMITS)
    wording = drafting.Wording(title="Encore", body="Encore.", terms=rows)
    typed_clause = unsaved_wordings.TypedClause(wording=wording)
    unsaved_wordings.store(
        place=place, broker=cast.nora, submitted={"title": ["Encore"]}, typed=typed_clause, at=NOON
    )
    refused = pytest.raises(unsaved_wordings.UnsavedWordingsRefused, match="deux fois")
    with refused, transaction.atomic():
        unsaved_wordings.save_all(partnership_id=draft.pk, broker=cast.nora, at=NOON)
    assert UnsavedWording.objects.exists()


def test_an_agreed_text_is_not_frozen_over_typed_words(cast, enter):
    case = make.partnership(cast, until=Edition.AGREED)
    clause, browser = last(case), enter(cast.nora)
    store(browser, case, typed(clause))
    assert f"Mots pas encore enregistrés\u00a0: {clause.current.title}" in browser.get(address(case)).text
    with pytest.raises(unsaved_wordings.UnsavedWordingsLeft, match=clause.current.title):
        freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=NOON)
    # What somebody else types does not stand in the way.
    browser.post(address(case, "discard_wording"), typed(clause))
    asked(cast.oscar, clause)
    freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=NOON)


def test_more_than_a_clause_can_hold_is_not_stored(draft, cast, enter):
    clause, browser = last(draft), enter(cast.nora)
    answer = store(browser, draft, typed(clause, body="x" * (unsaved_wordings.MAX_SIZE + 1)))
    assert answer.status_code == 422
    assert "trop long" in answer.text
    assert not UnsavedWording.objects.exists()


def test_the_page_of_an_answer_stores_its_last_words_from_the_first_one_on(cast, enter):
    case = make.partnership(cast, until=Edition.NEGOTIATION, at=ago(days=1))
    for _time in range(2):
        page = enter(cast.ada).get(address(case, "rounds")).text
        assert "data-autosave" in page
        assert "js/autosave" in page


def test_an_erased_broker_leaves_no_unsaved_words(draft, cast):
    asked(cast.oscar, last(draft))
    asked(cast.nora, last(draft))
    privacy.prepare_erasure(cast.oscar, NOON)
    assert [row.broker for row in UnsavedWording.objects.all()] == [cast.nora]


NO_FORMS = [
    ({}, 422),
    ({"typed_heading": "99"}, 404),
    ({"typed_clause": "999999"}, 404),
    ({"typed_version": "0"}, 404),
]


@pytest.mark.parametrize(("data", "status"), NO_FORMS)
def test_words_of_no_form_are_refused(draft, cast, enter, data, status):
    assert store(enter(cast.nora), draft, data).status_code == status


def test_open_forms_cost_no_query_each(draft, cast, enter, django_assert_num_queries):
    browser = enter(cast.nora)
    browser.get(address(draft))
    for clause in agreement.clauses_of(make.roadmap(draft)):
        store(browser, draft, typed(clause))
        with django_assert_num_queries(15):
            browser.get(address(draft))
