"""The canvas and the interview notes: rights, concurrent changes, query counts."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.privacy import actions as privacy
from partnerships.lifecycle import Case, Edition
from partnerships.models import Canvas, InterviewNote, Partnership
from partnerships.scoping import actions
from tests import make

pytestmark = pytest.mark.django_db
BOXES = {
    "need": "Onze personnes sur dix-sept ne lisent pas l’alerte.",
    "action": "Un comité de huit usagers.",
    "measure_1": "Huit usagers sur dix comprennent l’alerte.",
    "first_step": "Montrer l’écran à trois personnes.",
    "first_step_days": 20,
}


@pytest.fixture
def opened(cast):
    return make.partnership(cast, until=Case.SCOPING)


def address(case, name="canvas", *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def write(case, broker, number, **boxes):
    return actions.write_canvas(
        partnership_id=case.pk,
        broker=broker,
        boxes=actions.CanvasBoxes(**boxes),
        seen_number=number,
        at=make.NOON,
    )


def test_the_broker_writes_and_all_read(opened, cast, enter):
    assert (
        enter(cast.nora).post(address(opened, "edit_canvas"), {**BOXES, "seen_number": 0}).status_code == 303
    )
    for reader in (cast.ben, cast.dan):
        read = enter(reader).get(address(opened)).content.decode()
        assert BOXES["measure_1"] in read
        assert "Essayé en 20 jours." in read
        assert "jamais d’une enveloppe encore scellée" in read
        assert enter(reader).get(address(opened, "edit_canvas")).status_code == 403
        assert enter(reader).post(address(opened, "edit_canvas"), BOXES).status_code == 403
    ledger = enter(cast.ada).get(reverse("partnerships:ledger", args=[opened.reference])).content.decode()
    assert "écrit le canevas du dossier, version 1." in ledger


def test_the_second_of_two_brokers_gets_a_conflict_and_loses_nothing(opened, cast, enter):
    write(opened, cast.oscar, 0, action="Ce qu’Oscar a écrit.")
    answer = enter(cast.nora).post(address(opened, "edit_canvas"), {**BOXES, "seen_number": 0})
    read = answer.content.decode()
    assert answer.status_code == 422
    assert "modifié pendant que vous écriviez" in read
    assert BOXES["action"] in read
    assert "Ce qu’Oscar a écrit." in read
    assert 'name="seen_number" value="1"' in read
    again = enter(cast.nora).post(address(opened, "edit_canvas"), {**BOXES, "seen_number": 1})
    assert again.status_code == 303
    assert list(Canvas.objects.order_by("number").values_list("action", flat=True)) == [
        "Ce qu’Oscar a écrit.",
        BOXES["action"],
    ]


def test_the_same_words_write_no_version(opened, cast):
    write(opened, cast.nora, 0, need="Le besoin.")
    assert write(opened, cast.nora, 0, need="Le besoin.").number == 1


def test_a_first_step_takes_thirty_days_at_most(opened, cast, enter):
    form = {**BOXES, "first_step_days": 31, "seen_number": 0}
    assert enter(cast.nora).post(address(opened, "edit_canvas"), form).status_code == 422
    with pytest.raises(IntegrityError), transaction.atomic():
        write(opened, cast.nora, 0, first_step_days=31)


def test_the_canvas_says_that_the_evidence_is_missing(opened, cast, enter):
    assert (
        "Elle est nécessaire avant la rédaction." not in enter(cast.ada).get(address(opened)).content.decode()
    )
    Partnership.objects.update(evidence_of_need="")
    read = enter(cast.ada).get(address(opened)).content.decode()
    assert "Elle est nécessaire avant la rédaction." in read
    assert "Il manque la preuve du besoin" in read


def test_a_frozen_text_keeps_its_canvas(cast):
    case = make.partnership(cast, until=Edition.SIGNING)
    with pytest.raises(actions.CanvasFrozen):
        write(case, cast.nora, 0, need="Trop tard.")


def test_the_notes_of_an_interview_have_one_reader(opened, cast, enter):
    party = opened.parties.order_by("rank")[0]
    place = address(opened, "interview", party.pk)
    assert enter(cast.nora).post(place, {"worst": "Perdre sa liberté de parole."}).status_code == 303
    assert "Perdre sa liberté de parole." in enter(cast.nora).get(place).content.decode()
    assert enter(cast.nora).get(place).content.decode().count("<textarea") == 12
    assert "Perdre sa liberté de parole." not in enter(cast.oscar).get(place).content.decode()
    for reader in (cast.ada, cast.carla):
        assert enter(reader).get(place).status_code == 403
        assert "Perdre sa liberté" not in enter(reader).get(address(opened, "scoping")).content.decode()
        assert "Perdre sa liberté" not in enter(reader).get(address(opened, "ledger")).content.decode()
    enter(cast.nora).post(place, {"worst": " "})
    assert not InterviewNote.objects.exists()


def test_the_notes_of_an_interview_go_with_their_reader(opened, cast):
    party = opened.parties.order_by("rank")[0]
    # What one broker leaves blank takes nothing from another.
    for broker, why in ((cast.nora, "Parce que."), (cast.oscar, " "), (cast.oscar, "Parce que.")):
        actions.save_interview_notes(party_id=party.pk, broker=broker, notes={"why": why}, at=make.NOON)
    assert InterviewNote.objects.count() == 2
    privacy.erase_person(user_id=cast.oscar.pk, at=make.NOON)
    assert [note.broker for note in InterviewNote.objects.all()] == [cast.nora]


def test_each_private_thread_says_that_it_is_private(opened, cast, enter):
    mark = "cette partie et le passeur, personne d’autre"
    assert enter(cast.ada).get(address(opened, "dialogue")).content.decode().count(mark) == 1
    assert enter(cast.nora).get(address(opened, "dialogue")).content.decode().count(mark) == 2


@pytest.mark.parametrize("versions", [1, 20])
def test_the_canvas_costs_the_same(opened, cast, enter, versions, django_assert_max_num_queries):
    for number in range(versions):
        write(opened, cast.nora, number, need=f"Version {number}.")
    browser = enter(cast.ada)
    with django_assert_max_num_queries(14):
        assert browser.get(address(opened)).status_code == 200
