"""A suspension from the request of a party to the day on which the case goes on."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from ledger import queries as ledger
from ledger.record import Subject
from outbox.models import Message
from partnerships.case.next_step import Step
from partnerships.case.status import statuses_of
from partnerships.case.transitions import CaseIsSuspended
from partnerships.closing.actions import review as closing
from partnerships.dialogue import actions as dialogue
from partnerships.following.actions import evidence, postponement
from partnerships.lifecycle import Case
from partnerships.mediation import actions as mediation
from partnerships.models import Partnership, PartnershipStatus, Question, Round, Suspension, SuspensionGround
from partnerships.permissions import BrokerHasNoVoice, NotABroker
from partnerships.questionnaires import actions as questionnaires
from partnerships.rounds.actions import envelopes, opening
from partnerships.suspension import actions
from tests import make
from tests.make import NOON
from tests.partnerships.dialogue import shared
from tests.partnerships.meetings import gathering

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)
UNTIL = NOON.date() + timedelta(days=20)


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Case.ACTIVE)


def ask(case, person, *, until=UNTIL, at=NOON):
    return actions.ask(
        partnership_id=case.pk,
        person=person,
        ground=SuspensionGround.RECALL,
        text="Un lot est rappelé.",
        until=until,
        at=at,
    )


def suspend(case, cast, *, until=UNTIL, at=NOON):
    suspension = ask(case, cast.ada, until=until, at=at)
    return actions.decide(suspension_id=suspension.pk, broker=cast.nora, is_granted=True, reason="", at=at)


def end(suspension, cast, *, at):
    for person in (cast.ada, cast.carla):
        actions.say_ready(suspension_id=suspension.pk, speaker=person, at=at)


def status(case):
    row = PartnershipStatus.objects.get(pk=case.pk)
    return row.step, row.party_codes


def step_at(case, moment):
    case = Partnership.objects.get(pk=case.pk)
    step = statuses_of([case], moment)[case.pk].next_step
    return step.step, step.parties


def test_a_party_asks_and_the_broker_suspends_for_all(case, cast):
    activated_at = case.activated_at
    suspension = ask(case, cast.ada, at=LATER)
    assert status(case) == (Step.DECIDE_SUSPENSION, [])
    with pytest.raises(NotABroker):
        actions.decide(suspension_id=suspension.pk, broker=cast.carla, is_granted=True, reason="", at=NOON)
    actions.decide(suspension_id=suspension.pk, broker=cast.nora, is_granted=True, reason="", at=LATER)
    case.refresh_from_db()
    assert case.state == Case.SUSPENDED
    assert case.activated_at == activated_at
    assert status(case)[0] == Step.SUSPENDED
    row = PartnershipStatus.objects.get(pk=case.pk)
    assert (row.suspension_ground, row.suspended_until.isoformat()) == ("recall", "2026-03-22T17:00:00+00:00")
    entries = ledger.entries(subject=Subject("case", case.pk)).order_by("sequence")
    assert [entry.kind for entry in entries][-2:] == ["suspension.ask", "case.suspend"]


def test_a_refusal_leaves_the_case_as_it_is_and_another_request_may_come(case, cast):
    suspension = ask(case, cast.carla)
    with pytest.raises(actions.SuspensionAlreadyAsked):
        ask(case, cast.ada)
    actions.decide(
        suspension_id=suspension.pk, broker=cast.nora, is_granted=False, reason="Une semaine suffit.", at=NOON
    )
    case.refresh_from_db()
    assert case.state == Case.ACTIVE
    with pytest.raises(actions.SuspensionIsDecided):
        actions.withdraw(suspension_id=suspension.pk, person=cast.carla, at=NOON)
    second = ask(case, cast.carla)
    assert second.code == "S2"
    actions.withdraw(suspension_id=second.pk, person=cast.carla, at=NOON)
    assert status(case)[0] == Step.DELIVER


def test_a_proposal_of_the_broker_begins_once_all_parties_agree(case, cast):
    suspension = ask(case, cast.nora)
    assert status(case) == (Step.AGREE_SUSPENSION, ["A", "E"])
    with pytest.raises(actions.SuspensionIsAProposal):
        actions.decide(suspension_id=suspension.pk, broker=cast.nora, is_granted=True, reason="", at=NOON)
    with pytest.raises(BrokerHasNoVoice):
        actions.answer(suspension_id=suspension.pk, speaker=cast.nora, is_agreed=True, reason="", at=NOON)
    for speaker, state in ((cast.ada, Case.ACTIVE), (cast.carla, Case.SUSPENDED)):
        actions.answer(suspension_id=suspension.pk, speaker=speaker, is_agreed=True, reason="", at=NOON)
        case.refresh_from_db()
        assert case.state == state


def test_one_party_that_says_no_ends_a_proposal(case, cast):
    suspension = ask(case, cast.nora)
    actions.answer(
        suspension_id=suspension.pk, speaker=cast.carla, is_agreed=False, reason="Trop long.", at=NOON
    )
    suspension.refresh_from_db()
    assert (suspension.decision, suspension.decision_reason) == ("refused", "Trop long.")


@pytest.mark.parametrize("until", [NOON.date(), NOON.date() + timedelta(days=367)])
def test_the_last_day_is_to_come_and_within_a_year(case, cast, until):
    with pytest.raises(actions.SuspensionDayNotPossible):
        ask(case, cast.ada, until=until)


def test_before_the_signature_nothing_is_suspended(cast):
    case = make.partnership(cast, until="negotiation")
    with pytest.raises(actions.SuspensionNotAllowed):
        ask(case, cast.ada)


def test_what_makes_no_sense_meanwhile_is_refused_with_the_way_out(case, cast):
    milestone = case.milestones.order_by("pk").first()
    suspend(case, cast)
    refused = (
        lambda: evidence.complete_milestone(
            milestone_id=milestone.pk,
            partnership_id=case.pk,
            speaker=cast.ada,
            evidence=make.EVIDENCE,
            at=NOON,
        ),
        lambda: postponement.ask_postponement(
            milestone_id=milestone.pk,
            partnership_id=case.pk,
            speaker=cast.ada,
            due_date=date(2027, 1, 1),
            reason="Plus tard.",
            at=NOON,
        ),
        lambda: questionnaires.ask(
            partnership_id=case.pk, question=Question.LIMITS, broker=cast.nora, at=NOON
        ),
        lambda: closing.start_review(partnership_id=case.pk, broker=cast.nora, at=NOON),
    )
    for act in refused:
        with pytest.raises(CaseIsSuspended) as refusal:
            act()
        assert "22 mars 2026" in refusal.value.message
        assert "ouvrez la page" in refusal.value.message


def test_messages_and_mediation_go_on(case, cast):
    suspend(case, cast)
    party = case.parties.get(code="A")
    dialogue.write_note(party_id=party.pk, author=cast.ada, text="Où en est-on ?", at=NOON)
    mediation.open_mediation(
        partnership_id=case.pk, person=cast.carla, subject="", text="Un désaccord.", at=NOON
    )
    assert status(case)[0] == Step.SUSPENDED
    shared.write(case, cast.ada, at=NOON)
    meeting = gathering.set_meeting(case, cast.nora, at=NOON)
    gathering.file_minutes(meeting, cast.nora, at=NOON + timedelta(days=3))
    gathering.answer(meeting, cast.carla, at=NOON + timedelta(days=3))
    nora_step = statuses_of([Partnership.objects.get(pk=case.pk)], NOON, user=cast.nora)[case.pk].next_step
    assert nora_step.step == Step.MEDIATE


def test_before_the_planned_end_only_all_parties_together_end_it(case, cast):
    suspension = suspend(case, cast)
    later = NOON + timedelta(days=3)
    actions.say_ready(suspension_id=suspension.pk, speaker=cast.ada, at=later)
    with pytest.raises(actions.SuspensionRunsOn):
        actions.resume(suspension_id=suspension.pk, broker=cast.nora, at=later)
    with pytest.raises(actions.SuspensionAlreadyAnswered):
        actions.say_ready(suspension_id=suspension.pk, speaker=cast.ada, at=later)
    actions.say_ready(suspension_id=suspension.pk, speaker=cast.carla, at=later)
    case.refresh_from_db()
    suspension.refresh_from_db()
    assert (case.state, suspension.days, suspension.ended_by) == (Case.ACTIVE, 3, None)


def test_at_the_planned_end_all_are_asked_and_nothing_goes_on_in_silence(case, cast, sent):
    suspension = suspend(case, cast)
    over = suspension.planned_end
    assert step_at(case, over - timedelta(seconds=1))[0] == Step.SUSPENDED
    assert step_at(case, over) == (Step.SAY_READY, ("A", "E"))
    with pytest.raises(actions.NobodyIsReady):
        actions.resume(suspension_id=suspension.pk, broker=cast.nora, at=over)
    asked = {name for kind, name in sent(over + timedelta(days=1)) if kind == "suspension-overdue"}
    assert {"Ada", "Carla", "Nora"} <= asked
    actions.say_ready(suspension_id=suspension.pk, speaker=cast.ada, at=over)
    assert step_at(case, over) == (Step.RESUME, ())
    actions.resume(suspension_id=suspension.pk, broker=cast.nora, at=over)
    case.refresh_from_db()
    assert case.state == Case.ACTIVE


def test_a_longer_suspension_asks_at_its_new_end(case, cast):
    suspension = suspend(case, cast)
    with pytest.raises(actions.SuspensionNotLonger):
        actions.prolong(suspension_id=suspension.pk, broker=cast.nora, until=UNTIL, reason="Plus.", at=NOON)
    longer = UNTIL + timedelta(days=10)
    actions.prolong(
        suspension_id=suspension.pk, broker=cast.nora, until=longer, reason="L’enquête dure.", at=NOON
    )
    asking = Message.objects.filter(kind="suspension-overdue", cancelled_at=None)
    assert [message.facts["until"] for message in asking.order_by("pk")] == [longer.isoformat()]
    assert step_at(case, suspension.planned_end)[0] == Step.SUSPENDED


def test_every_open_due_date_moves_by_the_same_days_and_the_signed_one_stays(case, cast):
    before = {row.code: row.due_date for row in case.milestones.order_by("pk")}
    suspension = suspend(case, cast)
    assert not Message.objects.filter(
        kind="milestone-reminder", cancelled_at=None, fanned_out_at=None
    ).exists()
    end(suspension, cast, at=NOON + timedelta(days=10, hours=1))
    for row in case.milestones.order_by("pk"):
        assert row.signed_due_date == before[row.code]
        assert row.due_date == before[row.code] + timedelta(days=11)
    planned = Message.objects.filter(kind="milestone-reminder", cancelled_at=None, fanned_out_at=None)
    assert {message.facts["due_date"] for message in planned.order_by("pk")} <= {
        row.due_date.isoformat() for row in case.milestones.order_by("pk")
    }
    assert planned.exists()


def test_tasks_go_on_with_the_case(case, cast):
    meeting = gathering.set_meeting(case, cast.nora, at=NOON)
    task = gathering.add_task(meeting, cast.nora, case.parties.get(code="A"), at=NOON)
    due_date = task.due_date
    reminders = Message.objects.filter(kind="task-reminder", cancelled_at=None, fanned_out_at=None)
    planned = reminders.count()
    assert planned
    suspension = suspend(case, cast)
    assert not reminders.exists()
    end(suspension, cast, at=NOON + timedelta(days=10, hours=1))
    task.refresh_from_db()
    assert task.due_date == due_date + timedelta(days=11)
    assert reminders.count() == planned


def test_the_time_for_answers_stands_still(case, cast):
    given = make.complete(case, "J1", cast.ada, at=NOON)
    until = given.answer_until
    suspension = suspend(case, cast)
    assert evidence.unanswered(until + timedelta(days=1)) == []
    assert not evidence.accept_silence(evidence_id=given.pk, at=until + timedelta(days=1))
    end(suspension, cast, at=NOON + timedelta(days=7))
    given.refresh_from_db()
    assert given.answer_until == until + timedelta(days=7)
    assert evidence.accept_silence(evidence_id=given.pk, at=given.answer_until)


def test_the_answer_to_a_mediation_moves_if_it_was_open_before(case, cast):
    raised = {"partnership_id": case.pk, "person": cast.carla, "subject": "", "text": "Un désaccord."}
    before = mediation.open_mediation(at=NOON, **raised)
    suspension = suspend(case, cast)
    since = mediation.open_mediation(at=LATER, **raised)
    moments = [before.answer_until + timedelta(days=7), since.answer_until]
    end(suspension, cast, at=NOON + timedelta(days=7))
    before.refresh_from_db()
    since.refresh_from_db()
    assert [before.answer_until, since.answer_until] == moments


def test_a_request_to_postpone_moves_with_its_milestone(case, cast):
    milestone = case.milestones.get(code="J1")
    request = make.postpone(case, "J1", cast.ada, at=NOON)
    asked = request.due_date
    end(suspend(case, cast), cast, at=NOON + timedelta(days=5))
    request.refresh_from_db()
    milestone.refresh_from_db()
    assert request.from_date == milestone.due_date
    assert request.due_date == asked + timedelta(days=5)


def test_a_round_stands_still_and_its_deadline_moves(case, cast):
    round_ = questionnaires.ask(partnership_id=case.pk, question=Question.LIMITS, broker=cast.nora, at=NOON)
    deadline = round_.deadline_at
    suspension = suspend(case, cast)
    with pytest.raises(CaseIsSuspended):
        envelopes.seal(round_id=round_.pk, speaker=cast.ada, at=NOON)
    assert opening.due(deadline + timedelta(days=1)) == []
    assert not opening.settle(round_id=round_.pk, at=deadline + timedelta(days=1))
    end(suspension, cast, at=NOON + timedelta(days=14))
    round_.refresh_from_db()
    assert round_.deadline_at == deadline + timedelta(days=14)
    assert round_.moved_at == NOON + timedelta(days=14)
    planned = Message.objects.filter(kind="questionnaire-reminder", cancelled_at=None, fanned_out_at=None)
    assert planned.count() == 2


def test_the_quarter_of_the_questionnaires_stands_still(case, cast):
    quarter = case.activated_at + questionnaires.QUARTER
    end(suspend(case, cast), cast, at=NOON + timedelta(days=10))
    assert questionnaires.ask_due(partnership_id=case.pk, at=quarter + timedelta(days=9)) is None
    assert questionnaires.ask_due(partnership_id=case.pk, at=quarter + timedelta(days=10)) is not None


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE partnerships_partnership SET state = 'active', entered_at = now()", "ledger"),
        ("UPDATE partnerships_suspension SET ended_at = now(), days = 1", "goes on when all"),
        ("UPDATE partnerships_suspension SET decision_reason = 'autre'", "does not change"),
        ("UPDATE partnerships_round SET opened_at = now() WHERE opened_at IS NULL", "stands still"),
        ("UPDATE partnerships_evidence SET text = 'autre'", "does not change"),
    ],
)
def test_raw_statements_do_not_bring_a_case_on(case, cast, statement, reason):

    questionnaires.ask(partnership_id=case.pk, question=Question.LIMITS, broker=cast.nora, at=NOON)
    make.complete(case, "J1", cast.ada, at=NOON)
    suspend(case, cast)
    with pytest.raises(IntegrityError, match=reason), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_row_that_nobody_agreed_to_suspends_nothing(case, cast):
    suspension = ask(case, cast.nora)
    with pytest.raises(IntegrityError, match="all parties agree"), transaction.atomic():
        Suspension.objects.filter(pk=suspension.pk).update(decision="accepted", decided_at=NOON)
    assert Round.objects.filter(partnership=case, opened_at=None).count() == 0
