"""A milestone is postponed when its owner asks, with a reason and a day, and the other parties accept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from ledger import queries as ledger
from ledger.record import Subject
from outbox.models import Delivery, Message
from partnerships.case.next_step import Step
from partnerships.case.status import statuses_of
from partnerships.following.actions import postponement as actions
from partnerships.following.actions import refusals
from partnerships.lifecycle import Case
from partnerships.models import Postponement, PostponementDecision
from partnerships.permissions import BrokerHasNoVoice
from tests import amendments, make
from tests.amendments import with_milestones
from tests.make import NOON

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
REASON = "L’imprimeur livre trois semaines plus tard."


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Case.ACTIVE)


def milestone(case, code="J1"):
    return case.milestones.select_related("owner").get(code=code)


def ask(case, speaker, *, code="J1", days=21, at=NOON):
    row = milestone(case, code)
    return actions.ask_postponement(
        milestone_id=row.pk,
        partnership_id=case.pk,
        speaker=speaker,
        due_date=row.due_date + days * DAY,
        reason=REASON,
        at=at,
    )


def answer(request, speaker, *, is_accepted=True, reason="", at=NOON):
    return actions.answer_postponement(
        request_id=request.pk, speaker=speaker, is_accepted=is_accepted, reason=reason, at=at
    )


def planned_days(row):
    waiting = Message.objects.waiting().filter(kind="milestone-reminder", facts__milestone=row.pk)
    return {date.fromisoformat(message.facts["due_date"]) for message in waiting.order_by("pk")}


def step_of(case, user):
    return statuses_of([case], NOON, user=user)[case.pk].next_step


class TestARequest:
    def test_keeps_the_date_until_it_is_answered(self, case, cast):
        before = milestone(case).due_date
        request = ask(case, cast.ben)
        assert (request.from_date, request.due_date) == (before, before + 21 * DAY)
        assert milestone(case).due_date == before
        assert planned_days(milestone(case)) == {before}
        step = step_of(case, cast.dan)
        assert (step.step, step.parties, step.awaited.id) == (Step.POSTPONE, ("E",), request.pk)
        entry = ledger.entries(subject=Subject("case", case.pk)).order_by("-sequence")[0]
        assert (entry.kind, entry.facts["reason"]) == ("postponement.ask", REASON)

    def test_is_of_the_owner_alone(self, case, cast):
        with pytest.raises(refusals.OfAnotherParty):
            ask(case, cast.dan)

    def test_is_never_the_brokers(self, case, cast):
        with pytest.raises(BrokerHasNoVoice):
            ask(case, cast.nora)

    @pytest.mark.parametrize("days", [0, -1])
    def test_is_for_a_later_day(self, case, cast, days):
        with pytest.raises(actions.PostponementNotLater):
            ask(case, cast.ben, days=days)

    def test_is_for_a_day_to_come(self, case, cast):
        with pytest.raises(actions.PostponementNotLater):
            ask(case, cast.ben, days=2, at=NOON + 60 * DAY)

    def test_is_one_at_a_time(self, case, cast):
        ask(case, cast.ben)
        with pytest.raises(actions.PostponementAlreadyAsked):
            ask(case, cast.ben, days=30)

    def test_is_of_an_open_milestone(self, case, cast):
        make.complete(case, "J1", cast.ben, at=NOON)
        with pytest.raises(refusals.MilestoneIsClosed):
            ask(case, cast.ben)

    def test_lapses_when_the_milestone_is_done(self, case, cast):
        request = ask(case, cast.ben)
        make.complete(case, "J1", cast.ben, at=NOON + DAY)
        request.refresh_from_db()
        assert (request.decision, request.decided_at) == (PostponementDecision.LAPSED, NOON + DAY)
        with pytest.raises(actions.PostponementIsDecided):
            answer(request, cast.dan)

    def test_lapses_when_an_amendment_moves_the_milestone(self, case, cast):
        request = ask(case, cast.ben)
        moved = with_milestones(J1={"due_date": request.from_date + 5 * DAY})
        amendments.amend(case, cast, moved, at=NOON + DAY)
        request.refresh_from_db()
        assert request.decision == PostponementDecision.LAPSED


class TestAnAnswer:
    def test_that_accepts_moves_the_date_and_its_reminders(self, case, cast):
        request = ask(case, cast.ben)
        answer(request, cast.dan)
        row = milestone(case)
        assert (row.due_date, row.signed_due_date) == (request.due_date, request.from_date)
        assert planned_days(row) == {request.due_date}
        assert step_of(case, cast.ben).step == Step.DELIVER

    def test_that_refuses_keeps_the_date_and_its_reminders(self, case, cast):
        request = ask(case, cast.ben)
        answer(request, cast.dan, is_accepted=False, reason="La saison commence.")
        row = milestone(case)
        assert (row.due_date, row.signed_due_date) == (request.from_date, None)
        assert planned_days(row) == {request.from_date}
        request.refresh_from_db()
        assert request.decision == PostponementDecision.REFUSED

    def test_is_not_that_of_the_party_that_asks(self, case, cast):
        with pytest.raises(actions.PostponementOfOwnParty):
            answer(ask(case, cast.ben), cast.ada)

    def test_is_given_once(self, case, cast):
        request = ask(case, cast.ben)
        answer(request, cast.dan)
        with pytest.raises(actions.PostponementIsDecided):
            answer(request, cast.carla)

    def test_is_counted_and_the_signed_day_kept_through_two_postponements(self, case, cast):
        signed = milestone(case).due_date
        for _time in range(2):
            answer(ask(case, cast.ben), cast.dan)
        row = milestone(case)
        assert (row.due_date, row.signed_due_date) == (signed + 42 * DAY, signed)
        assert Postponement.objects.filter(milestone=row, decision=PostponementDecision.ACCEPTED).count() == 2


class TestAnAmendment:
    def test_that_leaves_the_signed_day_leaves_the_postponed_one(self, case, cast):
        request = ask(case, cast.ben)
        answer(request, cast.dan)
        amendments.amend(case, cast, with_milestones(J1={"title": "Autre titre"}), at=NOON + DAY)
        row = milestone(case)
        assert (row.title, row.due_date, row.signed_due_date) == (
            "Autre titre",
            request.due_date,
            request.from_date,
        )

    def test_that_changes_the_day_is_followed(self, case, cast):
        request = ask(case, cast.ben)
        answer(request, cast.dan)
        new = request.due_date + 10 * DAY
        amendments.amend(case, cast, with_milestones(J1={"due_date": new}), at=NOON + DAY)
        row = milestone(case)
        assert (row.due_date, row.signed_due_date) == (new, None)
        assert planned_days(row) == {new}


class TestTheMails:
    @pytest.fixture
    def case(self, people, sent):
        case = make.partnership(people, until=Case.ACTIVE, at=NOON - DAY)
        sent(NOON - DAY)
        Message.objects.filter(kind="payment-reminder").update(cancelled_at=NOON - DAY)
        return case

    def test_ask_the_other_party_and_tell_the_broker(self, case, people, sent):
        request = ask(case, people.ben)
        mails = sent(NOON)
        assert set(mails) == {("postponement-asked", name) for name in ("Carla", "Dan", "Nora")}
        page = reverse("partnerships:answer_postponement", args=[case.reference, request.pk])
        assert page in mails["postponement-asked", "Dan"].text
        assert all(REASON in mail.text for mail in mails.values())

    @pytest.mark.parametrize(("is_accepted", "subject"), [(True, "Report accepté"), (False, "Report refusé")])
    def test_tell_the_answer_to_all(self, case, people, sent, is_accepted, subject):
        request = ask(case, people.ben)
        sent(NOON)
        answer(request, people.dan, is_accepted=is_accepted, reason="La saison commence.", at=NOON + DAY)
        mails = {key: mail for key, mail in sent(NOON + DAY).items() if key[0] == "postponement-decided"}
        assert {name for _kind, name in mails} == {"Ada", "Ben", "Carla", "Dan", "Nora"}
        assert all(mail.subject.startswith(subject) for mail in mails.values())
        assert all("La saison commence." in mail.text for mail in mails.values())

    def test_of_the_reminder_lead_to_the_form_in_one_press(self, case, people, sent):
        row = milestone(case)
        for hours in range(0, 24 * 9, 6):
            sent(NOON + (row.due_date - NOON.date() - 9 * DAY) + timedelta(hours=hours))
        mail = Delivery.objects.filter(message__kind="milestone-reminder", name__startswith="Ben").order_by(
            "pk"
        )[0]
        page = reverse("partnerships:postpone", args=[case.reference, row.pk])
        assert page in mail.text
        assert page in mail.html


class TestThePages:
    """At the real clock, which pages read."""

    @pytest.fixture
    def case(self, cast):
        return make.partnership(cast, until=Case.ACTIVE, at=make.ago(days=3))

    def address(self, case, name="follow_up", *args):
        return reverse(f"partnerships:{name}", args=[case.reference, *args])

    def read(self, browser, *address):
        return " ".join(strip_tags(browser.get(self.address(*address)).content.decode()).split())

    def test_the_form_is_ready_and_asks(self, case, cast, enter):
        row = milestone(case)
        page = self.address(case, "postpone", row.pk)
        browser = enter(cast.ben)
        assert page in browser.get(self.address(case)).content.decode()
        proposed = (row.due_date + 14 * DAY).isoformat()
        assert f'value="{proposed}"' in browser.get(page).content.decode()
        refused = browser.post(page, {"due_date": row.due_date.isoformat(), "reason": REASON})
        assert refused.status_code == 422
        assert REASON in refused.content.decode()
        assert browser.post(page, {"due_date": proposed, "reason": REASON}).status_code == 303
        assert "Report demandé par Ben" in self.read(enter(cast.nora), case)

    def test_the_other_party_answers_and_all_read_how_often(self, case, cast, enter):
        request = ask(case, cast.ben, at=make.ago(days=1))
        page = self.address(case, "answer_postponement", request.pk)
        browser = enter(cast.dan)
        assert page in browser.get(self.address(case)).content.decode()
        assert page in browser.get(reverse("companies:home")).content.decode()
        assert browser.post(page, {"answer": "refuse", "reason": ""}).status_code == 422
        assert browser.post(page, {"answer": "accept", "reason": ""}).status_code == 303
        shown = self.read(enter(cast.ben), case)
        assert "Reporté 1 fois" in shown
        assert "Accepté par Dan" in shown

    def test_the_page_of_the_text_says_the_new_day_and_no_delay(self, cast, enter):
        case = make.partnership(cast, until=Case.ACTIVE, at=make.ago(days=40))
        answer(ask(case, cast.ben, at=make.ago(days=20)), cast.dan, at=make.ago(days=19))
        shown = self.read(enter(cast.ben), case, "roadmap")
        assert "Reporté au" in shown
        assert "En retard de" not in shown

    def test_the_party_that_asks_reads_that_the_others_answer(self, case, cast, enter):
        request = ask(case, cast.ben, at=make.ago(days=1))
        page = self.address(case, "answer_postponement", request.pk)
        browser = enter(cast.ben)
        assert "Envoyer la réponse" not in browser.get(page).content.decode()
        refused = browser.post(page, {"answer": "accept"})
        assert refused.status_code == 422
        assert "ce sont les autres parties qui y répondent" in refused.content.decode()

    def test_another_party_reads_whose_milestone_it_is(self, case, cast, enter):
        page = self.address(case, "postpone", milestone(case).pk)
        shown = enter(cast.dan).get(page).content.decode()
        assert "Demander le report</button>" not in shown
        assert "Seule l’organisation responsable peut demander le report" in shown
