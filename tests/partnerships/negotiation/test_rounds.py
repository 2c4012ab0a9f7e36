"""What the page of the rounds shows: who stands where, what changed, who asked what and why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from outbox.models import Message
from partnerships.case.header import case_header
from partnerships.drafting.actions import clause_order
from partnerships.drafting.actions import clauses as drafting
from partnerships.lifecycle import Edition
from partnerships.models import Answer, Partnership, Reply, Round, Stance
from partnerships.negotiation.forms import OUTCOMES
from partnerships.negotiation.queries.positions import Position
from partnerships.negotiation.queries.rounds_page import rounds_page
from partnerships.rounds.actions import rounds
from partnerships.text import agreement
from tests import make, wording
from tests.make import ago


@pytest.fixture
def case(cast):
    return make.partnership(cast, at=ago(days=1))


def read(case, person, at=None, focus=None):
    fresh = Partnership.objects.select_related("broker").get(pk=case.pk)
    header = case_header(fresh, person, at or ago())
    return rounds_page(header, at or ago(), focus=focus)


def opened(case, cast, stance=Stance.RESERVATION, *, position=1, reason="Trop court."):
    """Have Dan say one thing, Ada agree to all: the round opens."""
    make.agree(case, cast.ada, at=ago(days=0.8))
    make.say(case, cast.dan, stance, position=position, reason=reason, at=ago(days=0.8))


def address(case, name, *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def test_one_changed_letter_takes_the_agreement_back_for_that_clause_alone(cast):
    case = make.partnership(cast, until=Edition.AGREED, at=ago(days=1))
    make.revise(case, cast.nora, position=4, change="s", at=ago())
    page = read(case, cast.ada)
    words = [[stance.stance for stance in talk.stances] for talk in page.clauses]
    assert words == [["waiting", "waiting"] if number == 4 else ["agree", "agree"] for number in range(1, 11)]
    roadmap = make.roadmap(case)
    parties = list(case.parties.order_by("rank").values_list("pk", flat=True))
    clauses = agreement.clauses_of(roadmap)
    assert not agreement.is_agreed(clauses, agreement.latest_answers(roadmap.pk), parties)
    assert roadmap.state == Edition.NEGOTIATION


def test_agreement_to_the_rest_needs_nothing_in_the_next_round(case, cast, enter):
    opened(case, cast)
    make.reply_to_all(case, cast.nora, at=ago(days=0.5))
    make.revise(case, cast.nora, at=ago(days=0.4))
    make.ask_again(case, cast.nora, at=ago(days=0.3))
    page = read(case, cast.dan)
    assert [talk.shown.number for talk in page.unanswered] == ["1.1"]
    assert page.unchanged_revisions == []
    assert page.progress == (9, 10)
    make.draft(case, cast.dan, {make.revision_ids(case)[0]: Position(stance=Stance.AGREE)}, at=ago())
    make.seal(case, cast.dan, at=ago())
    make.draft(case, cast.ben, {make.revision_ids(case)[0]: Position(stance=Stance.AGREE)}, at=ago())
    make.seal(case, cast.ada, at=ago())
    assert make.roadmap(case).state == Edition.AGREED
    for round_ in case.rounds.order_by("asked_at"):
        page = enter(cast.dan).get(address(case, "fingerprints", round_.pk)).context["page"]
        assert all(each.in_ledger for each in page.envelopes)


def test_a_kept_reservation_is_before_the_eyes_of_its_party_again(case, cast, enter):
    opened(case, cast, reason="Six mois ne suffisent pas.")
    make.reply_to_all(case, cast.nora, outcome="not", at=ago(days=0.5))
    make.ask_again(case, cast.nora, at=ago(days=0.3))
    page = enter(cast.dan).get(address(case, "rounds"))
    assert page.context["focus"].form.initial["stance"] == "reservation"
    assert page.context["focus"].form.initial["reason"] == "Six mois ne suffisent pas."
    assert page.context["page"].unchanged_revisions == []


def test_a_change_is_shown_since_the_party_last_spoke_with_who_asked_and_why(case, cast):
    opened(case, cast)
    make.reply_to_all(case, cast.nora, at=ago(days=0.5))
    make.revise(case, cast.nora, position=1, change="En dix mois.", at=ago(days=0.4))
    make.revise(case, cast.nora, position=1, change="Ou onze.", at=ago(days=0.3))
    talk = read(case, cast.carla).clauses[0]
    kinds = [(piece.kind, piece.text) for line in talk.changes.body for piece in line]
    assert kinds[-1] == ("ins", " En dix mois. Ou onze.")
    assert talk.reading.reason == "Demandé par une partie."
    assert [(each.side, each.about) for each in talk.reading.remark_authors] == [
        ("company", "réserve du tour 1")
    ]
    assert read(case, cast.carla).clauses[1].changes is None


def test_a_draft_that_no_party_read_is_never_compared(cast):
    began = ago(days=2)
    case = make.partnership(cast, until=Edition.DRAFTING, at=began)
    make.revise(case, cast.nora, change="Un brouillon secret.", at=began + timedelta(hours=1))
    make.revise(case, cast.nora, change="La suite.", at=began + timedelta(hours=2))
    make.STEPS[Edition.NEGOTIATION](case, cast, 1, began + timedelta(hours=3))
    assert read(case, cast.ada).clauses[0].changes is None


def test_parties_read_nothing_of_a_text_being_written(cast, enter):
    case = make.partnership(cast, until=Edition.DRAFTING)
    for person in (cast.ada, cast.carla):
        for name in ("roadmap", "rounds"):
            assert "co-écrit par des patients" not in enter(person).get(address(case, name)).text
    assert "co-écrit par des patients" in enter(cast.nora).get(address(case, "roadmap")).text


def test_while_a_round_runs_the_text_does_not_change(case, cast, enter):
    with pytest.raises(rounds.RoundIsRunning):
        make.revise(case, cast.nora, at=ago())
    with pytest.raises(rounds.RoundIsRunning):
        heading, _responsible, words = wording.text(ago().date(), 1)[0]
        drafting.add_clause(
            partnership_id=case.pk, broker=cast.nora, heading=heading, wording=words, at=ago()
        )
    with pytest.raises(rounds.RoundIsRunning):
        clause_order.move_clause(clause_id=make.clause_id(case, 2), broker=cast.nora, to=1, seen=[], at=ago())
    with pytest.raises(rounds.RoundIsRunning):
        make.ask_again(case, cast.nora, at=ago())
    browser = enter(cast.nora)
    where = address(case, "cancel_round")
    assert browser.post(where, {"reason": " "}).status_code == 422
    planned = Message.objects.waiting().filter(kind="round-reminder")
    assert planned.count() == 2
    assert browser.post(where, {"reason": "La loi a changé."}).status_code == 303
    assert not planned.exists()
    assert "La loi a changé." in enter(cast.ada).get(address(case, "rounds")).text
    make.revise(case, cast.nora, at=ago())
    assert make.ask_again(case, cast.nora, at=ago()).number == 2


def test_each_remark_is_told_with_its_author_its_reply_and_the_change(case, cast):
    opened(case, cast)
    make.revise(case, cast.nora, at=ago())
    remarks = read(case, cast.nora).remarks
    assert [(each.side, each.about) for each in remarks] == [
        ("company", "réserve du tour 1"),
        ("broker", "texte 2"),
    ]
    assert remarks[0].is_unanswered


def test_the_broker_answers_a_remark_once(case, cast, enter):
    opened(case, cast, Stance.QUESTION, position=3, reason="Quel délai ?")
    answer = Answer.objects.get(stance=Stance.QUESTION)
    browser = enter(cast.nora)
    where = address(case, "reply", answer.pk)
    assert "Envoyer la réponse" in browser.get(address(case, "rounds")).text
    refused = browser.post(where, {"outcome": "taken", "text": ""})
    assert refused.status_code == 422
    assert "chaque remarque reçoit une raison" in refused.text
    sent = browser.post(where, {"outcome": "taken", "text": "Dix jours."})
    assert sent["Location"] == f"{address(case, 'rounds')}?clause=3.1#clause-3.1"
    assert Reply.objects.get().text == "Dix jours."
    again = browser.post(where, {"outcome": "not", "text": "Finalement non."})
    assert again.status_code == 422
    assert "Finalement non." in again.text
    assert "Dix jours." in enter(cast.dan).get(address(case, "rounds"), {"clause": "3"}).text


def test_nobody_but_a_broker_answers_a_remark(case, cast, enter):
    opened(case, cast, Stance.QUESTION)
    question = Answer.objects.get(stance=Stance.QUESTION)
    where = address(case, "reply", question.pk)
    for person, status in ((cast.ada, 403), (cast.dan, 403), (cast.mallory, 404), (cast.root, 404)):
        assert enter(person).post(where, {"outcome": "taken", "text": "Oui."}).status_code == status
    assert enter(cast.nora).post(address(case, "reply", 999_999), {}).status_code == 404
    assert not Reply.objects.exists()


def test_the_outcomes_of_the_form_are_those_of_the_table():
    table = Reply._meta.get_field("outcome").choices
    assert [(value, str(label)) for value, label in OUTCOMES] == [(v, str(label)) for v, label in table]


ASKING = {"days": "3", "rule": "extend", "words": "Lisez surtout la clause 4."}


def test_a_new_round_waits_for_a_reply_to_each_reservation_and_gives_all_the_same_deadline(case, cast, enter):
    opened(case, cast, Stance.OBJECTION, position=2)
    where = address(case, "ask_again")
    for person, status in ((cast.ada, 403), (cast.mallory, 404)):
        assert enter(person).post(where, ASKING).status_code == status
    browser = enter(cast.nora)
    assert "2. " in browser.get(address(case, "rounds")).text
    refused = browser.post(where, ASKING)
    assert refused.status_code == 422
    assert "attendent votre réponse, clauses 2." in refused.text
    assert "Lisez surtout la clause 4." in refused.text
    make.reply_to_all(case, cast.nora, at=ago())
    assert browser.post(where, ASKING | {"days": "31"}).status_code == 422
    assert browser.post(where, ASKING).status_code == 303
    assert list(Round.objects.order_by("number").values_list("number", "days", "rule")) == [
        (1, 5, "open"),
        (2, 3, "extend"),
    ]
    assert read(case, cast.ada).running == read(case, cast.carla).running
    assert "Lisez surtout la clause 4." in enter(cast.ada).get(address(case, "rounds")).text


def test_an_unanswered_question_holds_up_no_round(case, cast):
    opened(case, cast, Stance.QUESTION)
    assert make.ask_again(case, cast.nora, at=ago()).number == 2


def test_the_link_of_the_turn_leads_to_the_first_clause_without_an_answer(case, cast, enter):
    make.draft(case, cast.ben, {make.revision_ids(case)[0]: Position(stance=Stance.AGREE)}, at=ago())
    page = enter(cast.ada).get(address(case, "rounds"))
    assert page.context["header"].next_step.url == "#clause-2.1"
    assert page.context["header"].next_step.whose == "you"
    assert page.text.count('class="answer"') == 1
    other = enter(cast.ada).get(address(case, "rounds"), {"clause": "7"})
    assert other.context["focus"].number == "7.1"
    assert other.text.count('class="answer"') == 1


def test_the_broker_freezes_from_the_page_when_all_agree(cast, enter):
    case = make.partnership(cast, until=Edition.AGREED)
    page = enter(cast.nora).get(address(case, "rounds")).text
    assert f'action="{address(case, "freeze")}"' in page
    assert f'action="{address(case, "freeze")}"' not in enter(cast.ada).get(address(case, "rounds")).text


def test_the_parties_come_closer_in_a_picture_and_in_a_table(case, cast, enter):
    opened(case, cast, Stance.OBJECTION)
    make.reply_to_all(case, cast.nora, at=ago(days=0.5))
    make.revise(case, cast.nora, at=ago(days=0.4))
    make.ask_again(case, cast.nora, at=ago(days=0.3))
    for speaker in (cast.ada, cast.carla):
        make.agree(case, speaker, at=ago(days=0.2))
    page = enter(cast.nora).get(address(case, "rounds"))
    assert [(each.number, each.side, each.counts) for each in page.context["page"].convergence.rows] == [
        (1, "association", (10, 0, 0, 0, 0)),
        (1, "company", (9, 0, 0, 1, 0)),
        (2, "association", (10, 0, 0, 0, 0)),
        (2, "company", (10, 0, 0, 0, 0)),
    ]
    assert "Laboratoires Valfictif, tour 1\u00a0: 9 accords sur 10." in page.text
