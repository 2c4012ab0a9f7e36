"""What the page of the rounds shows: who stands where, what changed, who asked what and why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from partnerships.forms.negotiation import OUTCOMES
from partnerships.lifecycle import Edition
from partnerships.models import Answer, Partnership, Reply, Round, Stance
from partnerships.queries import agreement
from partnerships.queries.case import case_header
from partnerships.queries.negotiation import rounds_page
from tests import make
from tests.make import ago


@pytest.fixture
def case(cast):
    return make.partnership(cast, at=ago(days=1))


def read(case, person, at=None):
    fresh = Partnership.objects.select_related("broker").get(pk=case.pk)
    return rounds_page(case_header(fresh, person, at or ago()), at or ago())


def address(case, name, *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def test_one_changed_letter_takes_the_agreement_back_for_that_clause_alone(cast):
    case = make.partnership(cast, until=Edition.AGREED, at=ago(days=1))
    make.revise(case, cast.nora, position=4, change="s", at=ago())
    page = read(case, cast.ada)
    words = [[stance.stance for stance in talk.stances] for talk in page.talks]
    assert words == [["waiting", "waiting"] if number == 4 else ["agree", "agree"] for number in range(1, 11)]
    roadmap = make.roadmap(case)
    parties = list(case.parties.order_by("rank").values_list("pk", flat=True))
    clauses = agreement.clauses_of(roadmap)
    assert not agreement.is_agreed(clauses, agreement.stands_on(roadmap.pk), parties)
    assert roadmap.state == Edition.NEGOTIATION


def test_a_revised_clause_shows_what_came_and_what_went(case, cast):
    make.revise(case, cast.nora, position=1, change="En dix mois.", at=ago())
    talk = read(case, cast.carla).talks[0]
    kinds = [(piece.kind, piece.text) for line in talk.changes.body for piece in line]
    assert kinds[-1] == ("ins", " En dix mois.")
    assert read(case, cast.carla).talks[1].changes is None


def test_a_draft_that_no_party_read_is_never_compared(cast):
    began = ago(days=2)
    case = make.partnership(cast, until=Edition.DRAFTING, at=began)
    make.revise(case, cast.nora, change="Un brouillon secret.", at=began + timedelta(hours=1))
    make.revise(case, cast.nora, change="La suite.", at=began + timedelta(hours=2))
    make.STEPS[Edition.NEGOTIATION](case, cast, 1, began + timedelta(hours=3))
    assert read(case, cast.ada).talks[0].changes is None


def test_parties_read_nothing_of_a_text_being_written(cast, enter):
    case = make.partnership(cast, until=Edition.DRAFTING)
    for person in (cast.ada, cast.carla):
        for name in ("roadmap", "rounds"):
            assert "co-écrit par des patients" not in enter(person).get(address(case, name)).content.decode()
    assert "co-écrit par des patients" in enter(cast.nora).get(address(case, "roadmap")).content.decode()


def test_each_remark_is_told_with_its_author_its_reply_and_the_change(case, cast):
    make.say(case, cast.dan, Stance.RESERVATION, reason="Trop court.", at=ago())
    make.revise(case, cast.nora, at=ago())
    remarks = read(case, cast.nora).talks[0].remarks
    assert [(each.side, each.about) for each in remarks] == [
        ("company", "réserve du tour 1"),
        ("broker", "texte 2"),
    ]
    assert remarks[0].is_unanswered


def test_the_broker_answers_a_remark_once(case, cast, enter):
    make.say(case, cast.dan, Stance.QUESTION, reason="Quel délai ?", at=ago())
    answer = Answer.objects.get()
    browser = enter(cast.nora)
    where = address(case, "reply", answer.pk)
    assert "Répondre à cette remarque" in browser.get(address(case, "rounds")).content.decode()
    refused = browser.post(where, {"outcome": "taken", "text": ""})
    assert refused.status_code == 422
    assert "chaque remarque reçoit une raison" in refused.content.decode()
    assert browser.post(where, {"outcome": "taken", "text": "Dix jours."}).status_code == 303
    assert Reply.objects.get().text == "Dix jours."
    again = browser.post(where, {"outcome": "not", "text": "Finalement non."})
    assert again.status_code == 422
    assert "Finalement non." in again.content.decode()
    assert "Dix jours." in enter(cast.dan).get(address(case, "rounds")).content.decode()


def test_nobody_but_a_broker_answers_a_remark(case, cast, enter):
    make.say(case, cast.dan, Stance.QUESTION, at=ago())
    where = address(case, "reply", Answer.objects.get().pk)
    for person, status in ((cast.ada, 403), (cast.dan, 403), (cast.mallory, 404), (cast.root, 404)):
        assert enter(person).post(where, {"outcome": "taken", "text": "Oui."}).status_code == status
    assert enter(cast.nora).post(address(case, "reply", 999_999), {}).status_code == 404
    assert not Reply.objects.exists()


def test_the_outcomes_of_the_form_are_those_of_the_table():
    table = Reply._meta.get_field("outcome").choices
    assert [(value, str(label)) for value, label in OUTCOMES] == [(v, str(label)) for v, label in table]


def test_a_new_round_gives_all_parties_the_same_new_deadline(case, cast, enter):
    where = address(case, "ask_again")
    for person, status in ((cast.ada, 403), (cast.mallory, 404)):
        assert enter(person).post(where).status_code == status
    assert enter(cast.nora).post(where).status_code == 303
    assert list(Round.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert read(case, cast.ada).running == read(case, cast.carla).running


def test_the_link_of_the_turn_leads_to_the_first_clause_without_an_answer(case, cast, enter):
    make.say(case, cast.ada, Stance.AGREE, position=1, at=ago())
    page = enter(cast.ada).get(address(case, "rounds"))
    assert page.context["header"].turn.url == "#clause-2"
    assert page.context["header"].turn.whose == "you"


def test_an_answer_can_be_changed_and_the_last_one_counts(case, cast):
    make.say(case, cast.ada, Stance.OBJECTION, at=ago())
    make.say(case, cast.ada, Stance.AGREE, at=ago())
    talk = read(case, cast.ada).talks[0]
    assert talk.own_answer.stance == "agree"
    assert [stance.stance for stance in talk.stances] == ["agree", "waiting"]
    assert [each.about for each in talk.remarks] == ["objection du tour 1"]


def test_the_broker_freezes_from_the_page_when_all_agree(cast, enter):
    case = make.partnership(cast, until=Edition.AGREED)
    page = enter(cast.nora).get(address(case, "rounds")).content.decode()
    assert f'action="{address(case, "freeze")}"' in page
    assert (
        f'action="{address(case, "freeze")}"'
        not in enter(cast.ada).get(address(case, "rounds")).content.decode()
    )
