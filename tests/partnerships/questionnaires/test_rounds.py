"""Questionnaires as sealed rounds: who asks, when, what is refused, and what opening leads to."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from ledger import queries as ledger
from ledger.record import Subject
from outbox.models import Message
from outbox.sending import delivery
from partnerships.case.next_step import Step
from partnerships.lifecycle import Case
from partnerships.models import Envelope, PartnershipStatus, Question
from partnerships.permissions import NotABroker
from partnerships.questionnaires import actions
from partnerships.rounds.actions import envelopes, opening
from partnerships.rounds.actions.rounds import OtherRoundIsRunning
from tests import make
from tests.make import NOON
from tests.partnerships.questionnaires import answering

pytestmark = pytest.mark.django_db

LATER = NOON + actions.QUARTER


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Case.ACTIVE)


def status(case):
    row = PartnershipStatus.objects.get(pk=case.pk)
    return row.step, row.party_codes


def kinds(case):
    return [entry.kind for entry in ledger.entries(subject=Subject("case", case.pk)).order_by("sequence")]


def test_every_signed_limit_and_red_line_is_asked_of_both_sides(case, cast):
    round_ = answering.ask(case, cast.nora, at=NOON)
    assert [(item["code"], item["party"]) for item in round_.items] == [("L1", ""), ("R1", "A"), ("R2", "E")]
    assert status(case) == (Step.CHECK_LIMITS, ["A", "E"])
    answering.answer(case, cast.ada, answering.limits(), at=NOON)
    assert status(case) == (Step.CHECK_LIMITS, ["E"])
    assert Envelope.objects.get(round=round_, party__code="A").opened is None
    answering.answer(case, cast.carla, answering.limits(R1="in_doubt"), at=NOON)
    assert status(case)[0] == Step.DELIVER
    assert kinds(case)[-4:] == ["round.ask", "envelope.seal", "envelope.seal", "round.open"]


def test_an_incomplete_envelope_is_not_sealed_and_says_what_is_missing(case, cast):
    answering.ask(case, cast.nora, at=NOON)
    answering.write(case, cast.ada, {"L1": {"choice": "crossed"}, "R1": {"choice": "respected"}}, at=NOON)
    with pytest.raises(actions.IncompleteQuestionnaire) as refusal:
        envelopes.seal(round_id=answering.last_round(case).pk, speaker=cast.ada, at=NOON)
    assert "L1, R2" in str(refusal.value.message)


def test_only_a_broker_asks_and_only_what_the_state_allows(case, cast):
    with pytest.raises(NotABroker):
        answering.ask(case, cast.ada, at=NOON)
    with pytest.raises(actions.QuestionnaireNotAllowed):
        answering.ask(case, cast.nora, Question.EVALUATION, at=NOON)
    with pytest.raises(actions.QuestionnaireNotAllowed):
        answering.ask(case, cast.nora, Question.CRITICISM, at=NOON)
    in_review = make.partnership(cast, until=Case.REVIEW, title="Autre")
    with pytest.raises(actions.QuestionnaireNotAllowed):
        answering.ask(in_review, cast.nora, Question.LIMITS, at=NOON)
    assert [
        item["code"] for item in answering.ask(in_review, cast.nora, Question.EVALUATION, at=NOON).items
    ] == [
        "AA1",
        "AE1",
        "AE2",
    ]


def test_one_question_at_a_time_is_put_to_the_parties(case, cast):
    answering.ask(case, cast.nora, at=NOON)
    with pytest.raises(OtherRoundIsRunning) as refusal:
        answering.ask(case, cast.nora, Question.BAROMETER, at=NOON)
    assert "Point sur les limites" in str(refusal.value.message)
    actions.cancel(partnership_id=case.pk, broker=cast.nora, reason="Trop tôt.", at=NOON)
    with pytest.raises(actions.NoQuestionnaireRuns):
        actions.cancel(partnership_id=case.pk, broker=cast.nora, reason="Trop tôt.", at=NOON)
    answering.ask(case, cast.nora, Question.BAROMETER, at=NOON)


def test_limits_then_trust_are_asked_each_quarter(case, cast):
    assert actions.due_cases(LATER - timedelta(days=1)) == []
    assert actions.ask_due(partnership_id=case.pk, at=LATER - timedelta(days=1)) is None
    assert actions.due_cases(LATER) == [case.pk]
    round_ = actions.ask_due(partnership_id=case.pk, at=LATER)
    assert round_.question == Question.LIMITS
    entry = ledger.entries(subject=Subject("case", case.pk)).order_by("-sequence")[:1].get()
    assert (entry.kind, entry.actor_id) == ("round.ask", None)
    # While it runs nothing else is asked.
    assert actions.due_cases(LATER + timedelta(days=1)) == []
    assert actions.ask_due(partnership_id=case.pk, at=LATER + timedelta(days=1)) is None
    for person in (cast.ada, cast.carla):
        answering.answer(case, person, answering.limits(), at=LATER + timedelta(days=1))
    second = actions.ask_due(partnership_id=case.pk, at=LATER + timedelta(days=2))
    assert second.question == Question.BAROMETER
    for person in (cast.ada, cast.carla):
        answering.answer(case, person, answering.scores(4), at=LATER + timedelta(days=2))
    assert actions.ask_due(partnership_id=case.pk, at=LATER + timedelta(days=3)) is None
    third = actions.ask_due(partnership_id=case.pk, at=LATER + actions.QUARTER)
    assert third.question == Question.LIMITS


def test_another_broker_asks_when_that_of_the_case_has_left(case, cast):
    User.objects.filter(pk=cast.nora.pk).update(is_active=False)
    round_ = actions.ask_due(partnership_id=case.pk, at=LATER)
    assert round_.asked_by == cast.oscar


def test_a_silent_party_is_given_more_time_once_then_nothing_opens(case, cast):
    round_ = answering.ask(case, cast.nora, at=NOON)
    answering.answer(case, cast.ada, answering.limits(L1="crossed"), at=NOON)
    opening.settle(round_id=round_.pk, at=round_.deadline_at)
    round_.refresh_from_db()
    assert round_.extended_at is not None
    opening.settle(round_id=round_.pk, at=round_.deadline_at)
    round_.refresh_from_db()
    assert round_.is_lapsed
    assert not Envelope.objects.filter(round=round_, opened__isnull=False).exists()


@pytest.mark.parametrize(("score", "is_told"), [(3, False), (2, True)])
def test_a_doubt_about_the_broker_goes_to_the_other_brokers_alone(case, cast, score, is_told, smtp_sink):
    answering.ask(case, cast.nora, Question.BAROMETER, at=NOON)
    delivery.deliver_due(at=NOON, limit=500)
    smtp_sink.mails.clear()
    answering.answer(case, cast.ada, answering.scores(4, Q9=score), at=NOON)
    answering.answer(case, cast.carla, answering.scores(4), at=NOON)
    assert Message.objects.filter(kind="neutrality-alert").exists() == is_told
    delivery.deliver_due(at=NOON, limit=500)
    told = {str(mail["To"]) for mail in smtp_sink.mails if "ce qu’une partie dit" in str(mail["Subject"])}
    assert told == ({cast.oscar.email} if is_told else set())


def test_what_was_asked_does_not_change_whatever_the_statement(case, cast):
    round_ = answering.ask(case, cast.nora, at=NOON)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE partnerships_round SET items = '[]' WHERE id = %s", [round_.pk])
