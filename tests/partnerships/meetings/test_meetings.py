"""Meetings: set by the broker, agenda of all, minutes that all parties agree to, tasks until they are done."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from ledger import queries as ledger
from ledger.record import Subject
from outbox.models import Message
from outbox.sending import delivery
from partnerships.case.next_step import Step
from partnerships.home.queries import home_page
from partnerships.lifecycle import Case
from partnerships.meetings.actions import meetings, minutes, tasks
from partnerships.meetings.actions.meetings import MeetingPlan
from partnerships.models import Meeting, MeetingTask, PartnershipStatus
from partnerships.permissions import NotABroker, NotOfAParty
from tests import make
from tests.make import NOON
from tests.partnerships.meetings import gathering

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Case.ACTIVE)


def address(case, name="meetings", *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def awaited(case):
    """Return what a case waits for beside the payment that is due from the signature on."""
    rows = PartnershipStatus.objects.get(pk=case.pk).awaited
    return [(row["step"], row["unanswered"]) for row in rows if row["step"] != Step.PAY]


def mails(smtp_sink, *, at=NOON):
    smtp_sink.mails.clear()
    delivery.deliver_due(at=at, limit=1000)
    return {str(mail["To"]).partition("@")[0] for mail in smtp_sink.mails}


class TestMinutes:
    def test_from_setting_to_minutes_agreed_by_all(self, case, cast):
        meeting = gathering.set_meeting(case, cast.nora, at=NOON)
        before = PartnershipStatus.objects.get(pk=case.pk).step
        for person, text in ((cast.ada, "Le budget"), (cast.dan, "L’affiche"), (cast.nora, "La suite")):
            meetings.add_to_agenda(meeting_id=meeting.pk, person=person, text=text, at=NOON)
        gathering.file_minutes(meeting, cast.nora, decisions="Affiche bleue\nPas de logo", at=NOON)
        assert awaited(case) == [(Step.AGREE_MEETING, ["A", "E"])]
        # The case itself waits for its milestone.
        assert PartnershipStatus.objects.get(pk=case.pk).step == before == Step.DELIVER
        gathering.answer(meeting, cast.ada, at=NOON)
        gathering.answer(meeting, cast.carla, at=NOON)
        meeting.refresh_from_db()
        assert meeting.closed_at == NOON
        assert awaited(case) == []
        entries = ledger.entries(subject=Subject("case", case.pk)).filter(kind__startswith="meeting")
        assert [entry.kind for entry in entries.order_by("sequence")] == [
            "meeting.set",
            *["meeting.agenda"] * 3,
            "meeting.minutes",
            *["meeting.agree"] * 2,
        ]
        with pytest.raises(minutes.MinutesAreAgreed):
            gathering.file_minutes(meeting, cast.nora, at=NOON)

    def test_refused_minutes_are_written_and_asked_again(self, case, cast):
        meeting = gathering.set_meeting(case, cast.nora, at=NOON)
        with pytest.raises(minutes.NoMinutes):
            gathering.answer(meeting, cast.ada, number=0, at=NOON)
        gathering.file_minutes(meeting, cast.nora, at=NOON)
        gathering.answer(meeting, cast.ada, at=NOON)
        gathering.answer(meeting, cast.carla, is_agreed=False, at=NOON)
        assert awaited(case) == [(Step.REVISE_MINUTES, [])]
        gathering.file_minutes(meeting, cast.nora, at=NOON)
        assert awaited(case) == [(Step.AGREE_MEETING, ["A", "E"])]
        with pytest.raises(minutes.MinutesHaveChanged):
            gathering.answer(meeting, cast.carla, number=1, at=NOON)

    def test_a_meeting_before_the_signature(self, cast, enter):
        case = make.partnership(cast, until=Case.SCOPING)
        meeting = gathering.set_meeting(case, cast.nora, at=NOON)
        gathering.file_minutes(meeting, cast.nora, at=NOON)
        assert awaited(case) == [(Step.AGREE_MEETING, ["A", "E"])]
        assert PartnershipStatus.objects.get(pk=case.pk).step == Step.PREPARE
        page = enter(cast.ada).get(address(case, "dialogue")).text
        assert address(case, "answer_meeting", 1) in page

    def test_what_is_cancelled_or_over_does_not_change(self, case, cast):
        meeting = gathering.set_meeting(case, cast.nora, at=NOON)
        meetings.cancel_meeting(meeting_id=meeting.pk, broker=cast.nora, reason="Grève.", at=NOON)
        for act in (
            lambda: meetings.add_to_agenda(meeting_id=meeting.pk, person=cast.ada, text="Un point", at=NOON),
            lambda: gathering.file_minutes(meeting, cast.nora, at=NOON),
            lambda: gathering.add_task(meeting, cast.nora, None, at=NOON),
        ):
            with pytest.raises(meetings.MeetingIsCancelled):
                act()
        held = gathering.set_meeting(case, cast.nora, at=NOON)
        gathering.file_minutes(held, cast.nora, at=NOON)
        with pytest.raises(meetings.MeetingTookPlace):
            meetings.cancel_meeting(meeting_id=held.pk, broker=cast.nora, reason="Non.", at=NOON)
        over = make.partnership(cast, until=Case.ABANDONED, title="Arrêté")
        with pytest.raises(meetings.MeetingsAreReadOnly):
            gathering.set_meeting(over, cast.nora, at=NOON)

    def test_who_may_do_what(self, case, cast):
        with pytest.raises(NotABroker):
            gathering.set_meeting(case, cast.ada, at=NOON)
        meeting = gathering.set_meeting(case, cast.nora, at=NOON)
        with pytest.raises(NotOfAParty):
            meetings.add_to_agenda(meeting_id=meeting.pk, person=cast.mallory, text="Moi", at=NOON)
        with pytest.raises(NotABroker):
            gathering.file_minutes(meeting, cast.carla, at=NOON)

    def test_the_agenda_is_never_changed(self, case, cast):
        meeting = gathering.set_meeting(case, cast.nora, at=NOON)
        meetings.add_to_agenda(meeting_id=meeting.pk, person=cast.ada, text="Le budget", at=NOON)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE partnerships_agendaitem SET text = 'Autre'")


class TestMails:
    def test_each_is_told_once(self, case, cast, smtp_sink):
        mails(smtp_sink)
        meeting = gathering.set_meeting(case, cast.nora, at=NOON)
        everybody = mails(smtp_sink)
        assert {"ada", "carla"} <= everybody
        assert "nora" not in everybody
        gathering.file_minutes(meeting, cast.nora, at=NOON)
        assert mails(smtp_sink) == everybody
        gathering.answer(meeting, cast.ada, is_agreed=False, at=NOON)
        assert mails(smtp_sink) == {"nora"}

    def test_a_meeting_that_moved_is_told_with_its_new_date_alone(self, case, cast, smtp_sink):
        mails(smtp_sink)
        meeting = gathering.set_meeting(case, cast.nora, at=NOON)
        later = MeetingPlan("Point du trimestre", NOON + timedelta(days=9), "Lyon", "")
        same = NOON + timedelta(minutes=1)
        meetings.change_meeting(meeting_id=meeting.pk, broker=cast.nora, plan=later, at=same)
        meetings.change_meeting(meeting_id=meeting.pk, broker=cast.nora, plan=later, at=same)
        assert "carla" in mails(smtp_sink, at=same)
        to_carla = [mail for mail in smtp_sink.mails if str(mail["To"]).startswith("carla")]
        assert len(to_carla) == 1
        assert "Lyon" in to_carla[0].get_body(("plain",)).get_content()

    def test_a_past_meeting_is_told_to_nobody(self, case, cast, smtp_sink):
        mails(smtp_sink)
        gathering.set_meeting(case, cast.nora, starts_at=NOON - timedelta(days=1), at=NOON)
        assert mails(smtp_sink) == set()

    def test_a_task_is_reminded_the_day_before_and_three_days_after(self, case, cast, smtp_sink):
        mails(smtp_sink)
        meeting = gathering.set_meeting(case, cast.nora, starts_at=NOON - timedelta(days=1), at=NOON)
        # A Thursday: the day before is a working day, and so is the Monday after the Sunday.
        task = gathering.add_task(
            meeting, cast.nora, case.parties.get(code="A"), due_date=date(2026, 3, 12), at=NOON
        )

        def reminded():
            told = {}
            for days in range(20):
                at = NOON + timedelta(days=days)
                smtp_sink.mails.clear()
                delivery.deliver_due(at=at, limit=1000)
                people = {
                    str(mail["To"]).partition("@")[0]
                    for mail in smtp_sink.mails
                    if "Tâche à faire" in str(mail["Subject"])
                }
                if people:
                    told[at.date()] = people
            return told

        told = reminded()
        assert list(told) == [date(2026, 3, 11), date(2026, 3, 16)]
        assert all("ada" in people and "carla" not in people for people in told.values())
        assert task.is_open

    def test_a_done_task_is_reminded_no_more(self, case, cast):
        meeting = gathering.set_meeting(case, cast.nora, at=NOON)
        task = gathering.add_task(meeting, cast.nora, case.parties.get(code="A"), at=NOON)
        planned = Message.objects.filter(kind="task-reminder", cancelled_at=None)
        assert planned.count() == 2
        tasks.finish_task(task_id=task.pk, person=cast.ada, at=NOON)
        assert planned.count() == 0


class TestTasks:
    def test_a_task_is_to_be_done_by_its_owner_until_it_is(self, case, cast):
        meeting = gathering.set_meeting(case, cast.nora, at=NOON)
        association = case.parties.get(code="A")
        due = date(2026, 3, 12)
        task = gathering.add_task(meeting, cast.nora, association, due_date=due, at=NOON)
        assert awaited(case) == [(Step.DO_TASK, ["A"])]
        page = home_page(organisation=cast.association, user=cast.ada, at=NOON)
        (todo,) = [todo for todo in page.todos if "Relire l’affiche" in todo.title]
        assert (todo.due_date, todo.url) == (due, address(case, "task", task.pk))
        other = home_page(organisation=cast.company, user=cast.carla, at=NOON)
        assert not any("Relire" in todo.title for todo in other.todos)
        assert any("Relire" in waiting.title for waiting in other.elsewhere)
        with pytest.raises(tasks.TaskOfAnotherParty):
            tasks.finish_task(task_id=task.pk, person=cast.carla, at=NOON)
        with pytest.raises(tasks.TaskOfAnotherParty):
            tasks.finish_task(task_id=task.pk, person=cast.nora, at=NOON)
        tasks.finish_task(task_id=task.pk, person=cast.ada, at=NOON)
        assert awaited(case) == []
        with pytest.raises(tasks.TaskIsOver):
            tasks.finish_task(task_id=task.pk, person=cast.ada, at=NOON)

    def test_a_party_adds_tasks_for_itself_and_the_broker_withdraws_them(self, case, cast):
        meeting = gathering.set_meeting(case, cast.nora, at=NOON)
        company = case.parties.get(code="E")
        with pytest.raises(tasks.TaskOfAnotherParty):
            gathering.add_task(meeting, cast.ada, company, at=NOON)
        task = gathering.add_task(meeting, cast.carla, company, at=NOON)
        with pytest.raises(NotABroker):
            tasks.withdraw_task(task_id=task.pk, broker=cast.carla, at=NOON)
        own = gathering.add_task(meeting, cast.nora, None, at=NOON)
        assert awaited(case) == [(Step.DO_TASK, ["E"]), (Step.BROKER_TASK, [])]
        tasks.withdraw_task(task_id=task.pk, broker=cast.nora, at=NOON)
        tasks.finish_task(task_id=own.pk, person=cast.nora, at=NOON)
        assert awaited(case) == []
        with pytest.raises(tasks.TaskIsDueInThePast):
            gathering.add_task(meeting, cast.nora, None, due_date=NOON.date() - timedelta(days=1), at=NOON)


class TestPages:
    @pytest.fixture
    def today(self, cast):
        return make.partnership(cast, until=Case.ACTIVE, at=make.ago(days=1))

    def test_from_setting_to_the_end(self, today, cast, enter):
        nora, ada, carla = enter(cast.nora), enter(cast.ada), enter(cast.carla)
        assert "Aucune réunion" in ada.get(address(today)).text
        assert "Fixer une réunion" not in ada.get(address(today)).text
        bare = nora.post(address(today, "set_meeting"), {"title": "Point", "day": "", "hour": "25:00"})
        assert bare.status_code == 422
        assert "Indiquez un lieu ou un lien" in bare.text
        day = (datetime.now(make.NOON.tzinfo) + timedelta(days=3)).date()
        typed = {"title": "Point", "day": str(day), "hour": "14:30", "place": "Lyon", "link": ""}
        assert nora.post(address(today, "set_meeting"), typed).status_code == 303
        assert Meeting.objects.get().starts_at.astimezone(make.NOON.tzinfo) is not None
        page = address(today, "meeting", 1)
        assert ada.post(page, {"text": "Le budget"}).status_code == 303
        assert ada.post(page, {"text": " "}).status_code == 422
        assert "Le budget" in carla.get(page).text
        moved = {**typed, "hour": "15:30"}
        assert nora.post(address(today, "change_meeting", 1), moved).status_code == 303
        assert "15\u202fh\u202f30" in carla.get(page).text
        written = {"minutes": "Tous là.", "decisions": "Affiche bleue\n\nPas de logo"}
        assert nora.post(address(today, "meeting_minutes", 1), written).status_code == 303
        answer = address(today, "answer_meeting", 1)
        assert "<li>Affiche bleue</li>" in ada.get(answer).text
        assert carla.post(answer, {"answer": "refuse", "seen_number": "1", "reason": ""}).status_code == 422
        for browser in (ada, carla):
            assert browser.post(answer, {"answer": "agree", "seen_number": "1"}).status_code == 303
        assert "Compte rendu approuvé" in nora.get(address(today)).text
        assert ada.get(address(today, "meeting", 2)).status_code == 404

    def test_a_task_on_its_page(self, today, cast, enter):
        meeting = gathering.set_meeting(today, cast.nora, at=make.ago(days=1))
        ada = enter(cast.ada)
        typed = {
            "text": "Relire",
            "owner": "A",
            "due_date": str(datetime.now(UTC).date() + timedelta(days=9)),
        }
        assert ada.post(address(today, "add_task", 1), {**typed, "owner": "E"}).status_code == 422
        assert ada.post(address(today, "add_task", 1), typed).status_code == 303
        task = MeetingTask.objects.get()
        page = address(today, "task", task.pk)
        assert "Indiquer que c’est fait" in ada.get(page).text
        assert "Indiquer que c’est fait" not in enter(cast.carla).get(page).text
        assert ada.post(page).status_code == 303
        assert "Faite" in enter(cast.carla).get(address(today, "meeting", meeting.number)).text

    @pytest.mark.parametrize("number", [1, 12])
    def test_the_list_costs_the_same(self, today, cast, enter, number, django_assert_max_num_queries):
        for _each in range(number):
            meeting = gathering.set_meeting(today, cast.nora, at=NOON)
            meetings.add_to_agenda(meeting_id=meeting.pk, person=cast.ada, text="Un point", at=NOON)
            gathering.add_task(meeting, cast.nora, None, at=NOON)
            gathering.file_minutes(meeting, cast.nora, at=NOON)
            gathering.answer(meeting, cast.ada, at=NOON)
        browser = enter(cast.carla)
        with django_assert_max_num_queries(14):
            browser.get(address(today))
