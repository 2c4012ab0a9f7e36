"""What the page of the rounds shows: who stands where, what changed, who asked what and why."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from outbox.models import Delivery, Message
from partnerships.case.header import case_header
from partnerships.drafting.actions import clause_order
from partnerships.drafting.actions import clauses as drafting
from partnerships.lifecycle import Edition
from partnerships.models import Answer, ClauseRevision, Partnership, Reply, Round, Stance
from partnerships.negotiation.actions import negotiation
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
    assert page.progress == (0, 1, 9)
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


def test_each_remark_is_told_with_its_author_its_reply_and_the_change(case, cast, enter):
    opened(case, cast)
    make.revise(case, cast.nora, at=ago())
    make.reply_to_all(case, cast.nora, at=ago())
    clause = read(case, cast.ada).clauses[0]
    assert [(each.side, each.about, each.text) for each in clause.latest_remarks] == [
        ("company", "réserve du tour 1", "Trop court.")
    ]
    assert clause.latest_remarks[0].reply.text == "Repris."
    page = enter(cast.ada).get(address(case, "rounds")).text
    article = page.split('id="clause-1.1"')[1].split('id="acceptees"')[0]
    unfolded = re.sub(r"<details.*?</details>", "", article, flags=re.DOTALL)
    for words in ("<ins>", "Demandé par une partie.", "Trop court.", "Repris.", "Laboratoires Valfictif"):
        assert words in unfolded


def decided(answer, **words):
    return {f"{answer.pk}-{name}": value for name, value in words.items()}


def test_the_broker_decides_on_a_remark_once(case, cast, enter):
    opened(case, cast, Stance.QUESTION, position=3, reason="Quel délai ?")
    answer = Answer.objects.get(stance=Stance.QUESTION)
    browser = enter(cast.nora)
    where = address(case, "reply", answer.pk)
    assert "Envoyer la décision" in browser.get(address(case, "rounds")).text
    refused = browser.post(where, decided(answer, decision="done", text=""))
    assert refused.status_code == 422
    assert "chaque remarque reçoit une raison" in refused.text
    sent = browser.post(where, decided(answer, decision="done", text="Dix jours."))
    assert sent["Location"] == f"{address(case, 'rounds')}#remarques"
    assert (Reply.objects.get().text, Reply.objects.get().outcome) == ("Dix jours.", "taken")
    again = browser.post(where, decided(answer, decision="keep", text="Finalement non."))
    assert again.status_code == 422
    assert "Finalement non." in again.text
    assert "Dix jours." in enter(cast.dan).get(address(case, "rounds"), {"clause": "3"}).text


@pytest.mark.parametrize(
    ("decision", "proposed", "outcome"),
    [
        ("take", "Six mois.", "taken"),
        ("adapt", "Six mois.", "partly"),
        ("adapt", "", "taken"),
        ("keep", "", "not"),
    ],
)
def test_one_press_writes_the_revision_the_reply_and_the_reason(
    case, cast, enter, decision, proposed, outcome
):
    make.agree(case, cast.ada, at=ago(days=0.8))
    stances = {each: Position(stance=Stance.AGREE) for each in make.revision_ids(case)}
    words = Position(stance=Stance.RESERVATION, reason="Trop long.", proposed_text=proposed)
    make.draft(case, cast.dan, stances | {make.revision_ids(case)[1]: words}, at=ago(days=0.8))
    make.seal(case, cast.dan, at=ago(days=0.8))
    before = make.revision_ids(case)
    answer = Answer.objects.get(stance=Stance.RESERVATION)
    typed = decided(answer, decision=decision, body="Cinq mois.", text="Pour tenir.", seen_number="1")
    assert enter(cast.nora).post(address(case, "reply", answer.pk), typed).status_code == 303
    reply = Reply.objects.get()
    assert (reply.outcome, reply.text) == (outcome, "Pour tenir.")
    after = agreement.clauses_of(make.roadmap(case))
    assert [each.current_id for each in after][2:] == before[2:]
    if decision == "keep":
        assert after[1].current_id == before[1]
    else:
        assert after[1].current.body == ("Six mois." if decision == "take" else "Cinq mois.")
        assert after[1].current.reason == "Pour tenir."
        assert after[1].current.terms == ClauseRevision.objects.get(pk=before[1]).terms


def test_a_decision_on_a_text_that_changed_meanwhile_changes_nothing_and_loses_nothing(case, cast, enter):
    opened(case, cast)
    answer = Answer.objects.get(stance=Stance.RESERVATION)
    make.revise(case, cast.nora, at=ago(days=0.1))
    typed = decided(answer, decision="adapt", body="Cinq mois.", text="Pour tenir.", seen_number="1")
    refused = enter(cast.nora).post(address(case, "reply", answer.pk), typed)
    assert refused.status_code == 422
    assert "Cinq mois." in refused.text
    assert "Pour tenir." in refused.text
    assert not Reply.objects.exists()


def test_a_decision_keeps_what_is_typed_about_the_other_remarks(case, cast, enter):
    make.agree(case, cast.ada, at=ago(days=0.8))
    stances = {each: Position(stance=Stance.AGREE) for each in make.revision_ids(case)}
    objection = Position(stance=Stance.OBJECTION, reason="Non.")
    stances |= dict.fromkeys(make.revision_ids(case)[:2], objection)
    make.draft(case, cast.dan, stances, at=ago(days=0.8))
    make.seal(case, cast.dan, at=ago(days=0.8))
    first, second = Answer.objects.filter(stance=Stance.OBJECTION).order_by("pk")
    typed = decided(first, decision="keep", text="La loi le veut.")
    typed |= decided(second, decision="adapt", body="Un texte commencé.", text="Une raison commencée.")
    page = enter(cast.nora).post(address(case, "reply", first.pk), typed)
    assert page.status_code == 200
    assert "Un texte commencé." in page.text
    assert "Une raison commencée." in page.text
    assert Reply.objects.get().answer == first


def test_the_list_of_the_broker_is_filtered_by_state_and_by_kind(case, cast, enter):
    opened(case, cast, Stance.OBJECTION, position=2, reason="Première.")
    where, browser = address(case, "rounds"), enter(cast.nora)
    assert "Première." in browser.get(where, {"etat": "ouvertes", "genre": "objection"}).text
    assert "Première." not in browser.get(where, {"genre": "question"}).text
    assert "Première." not in browser.get(where, {"etat": "reglees"}).text
    make.reply_to_all(case, cast.nora, at=ago())
    assert "Première." in browser.get(where, {"etat": "reglees"}).text
    assert "Première." not in browser.get(where, {"etat": "ouvertes"}).text


def test_rewritten_clauses_send_one_mail_to_each_person(people, sent):
    case = make.partnership(people)
    for speaker in (people.ada, people.carla):
        stances = dict.fromkeys(make.revision_ids(case), Position(stance=Stance.RESERVATION, reason="Non."))
        make.draft(case, speaker, stances, at=make.NOON)
        make.seal(case, speaker, at=make.NOON)
    sent(make.NOON)
    for minutes, answer in enumerate(Answer.objects.filter(party__code="A").order_by("pk")):
        current = ClauseRevision.objects.get(pk=answer.revision_id)
        rewording = negotiation.Rewording(replace(drafting.wording_of(current), body=f"Texte {minutes}."), 1)
        negotiation.reply(
            answer_id=answer.pk,
            broker=people.nora,
            outcome="taken",
            text="Oui.",
            rewording=rewording,
            at=make.NOON + timedelta(minutes=minutes),
        )
    announced = Delivery.objects.filter(message__kind="clause-revised")
    for minutes in range(0, 60, 5):
        sent(make.NOON + timedelta(minutes=minutes))
    assert Counter(announced.values_list("address", flat=True)) == dict.fromkeys(
        (person.email for person in (people.ada, people.ben, people.carla, people.dan)), 1
    )


def test_a_clause_that_another_party_objects_to_never_has_the_mark_of_agreement_alone(case, cast, enter):
    opened(case, cast, Stance.OBJECTION, position=2, reason="Trop long.")
    for is_running in (False, True):
        summary = read(case, cast.ada).clauses[1].summary(None)
        assert [badge.status for badge in summary.badges] == ["ok", "late"]
        assert "objection\u00a0: Laboratoires Valfictif" in enter(cast.ada).get(address(case, "rounds")).text
        if not is_running:
            make.reply_to_all(case, cast.nora, outcome="not", at=ago(days=0.5))
            make.ask_again(case, cast.nora, at=ago(days=0.3))


def test_nobody_but_a_broker_answers_a_remark(case, cast, enter):
    opened(case, cast, Stance.QUESTION)
    question = Answer.objects.get(stance=Stance.QUESTION)
    where = address(case, "reply", question.pk)
    for person, status in ((cast.ada, 403), (cast.dan, 403), (cast.mallory, 404), (cast.root, 404)):
        assert (
            enter(person)
            .post(where, {f"{question.pk}-decision": "done", f"{question.pk}-text": "Oui."})
            .status_code
            == status
        )
    assert enter(cast.nora).post(address(case, "reply", 999_999), {}).status_code == 404
    assert not Reply.objects.exists()


ASKING = {"days": "3", "rule": "open", "words": "Lisez surtout la clause 4."}


def test_a_new_round_waits_for_a_reply_to_each_reservation_and_gives_all_the_same_deadline(case, cast, enter):
    opened(case, cast, Stance.OBJECTION, position=2)
    where = address(case, "ask_again")
    for person, status in ((cast.ada, 403), (cast.mallory, 404)):
        assert enter(person).post(where, ASKING).status_code == status
    browser = enter(cast.nora)
    assert "2.1" in browser.get(address(case, "rounds")).text
    refused = browser.post(where, ASKING)
    assert refused.status_code == 422
    assert "attendent votre réponse, clauses 2." in refused.text
    assert "Lisez surtout la clause 4." in refused.text
    make.reply_to_all(case, cast.nora, at=ago())
    assert browser.post(where, ASKING | {"days": "31"}).status_code == 422
    assert browser.post(where, ASKING).status_code == 303
    assert list(Round.objects.order_by("number").values_list("number", "days", "rule")) == [
        (1, 5, "all"),
        (2, 3, "open"),
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
