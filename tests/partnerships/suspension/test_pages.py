"""The pages of a suspension, as each reader reads them, and what every page and mail says meanwhile."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outbox.models import Delivery, DeliveryState, Message
from partnerships import reminders
from partnerships.following.queries.follow_up import follow_up
from partnerships.lifecycle import Case
from partnerships.models import Partnership
from partnerships.suspension import actions
from tests import make
from tests.make import NOON
from tests.partnerships.suspension.test_suspension import LATER, UNTIL, ask, end, suspend

pytestmark = pytest.mark.django_db

START = make.ago(days=40)
TO_COME = make.ago(days=-20).date()


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Case.ACTIVE)


@pytest.fixture
def present(cast):
    return make.partnership(cast, until=Case.ACTIVE, at=START)


@pytest.fixture
def visit(client):
    """Return a function that opens a page as somebody, or posts a form there."""

    def open_page(person, case, name, *args, **data):
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        address = reverse(f"partnerships:{name}", args=[case.reference, *args])
        return client.post(address, data) if data else client.get(address)

    return open_page


def test_a_request_keeps_what_was_typed_and_says_all_that_is_missing(present, cast, visit):
    page = visit(cast.ada, present, "ask_suspension", text="Un lot est rappelé.", ground="", until="hier")
    assert page.status_code == 422
    assert "Un lot est rappelé." in page.text
    assert "Choisissez un motif." in page.text


def test_a_day_that_is_past_is_refused_in_words(present, cast, visit):
    past = {"ground": "money", "text": "Un retard.", "until": START.strftime("%Y-%m-%d")}
    page = visit(cast.ada, present, "ask_suspension", **past)
    assert page.status_code == 422
    assert "Choisissez un jour à venir" in page.text


def test_a_request_is_asked_and_granted_on_the_pages(present, cast, visit):
    typed = {"ground": "money", "text": "Un retard.", "until": TO_COME.strftime("%Y-%m-%d")}
    assert visit(cast.ada, present, "ask_suspension", **typed).status_code == 303
    assert "Accorder ou refuser" not in visit(cast.carla, present, "suspensions").text
    assert "Accorder ou refuser" in visit(cast.nora, present, "suspensions").text
    assert visit(cast.nora, present, "decide_suspension", 1, answer="no").status_code == 422
    assert visit(cast.nora, present, "decide_suspension", 1, answer="yes").status_code == 303
    present.refresh_from_db()
    assert present.state == Case.SUSPENDED


@pytest.mark.parametrize("name", ["roadmap", "follow_up", "dialogue", "ledger", "documents", "charter"])
def test_every_page_of_the_case_says_it(present, cast, visit, name):
    suspend(present, cast, until=TO_COME, at=START)
    for person in (cast.ada, cast.nora):
        text = visit(person, present, name).text
        assert "Dossier suspendu jusqu’au" in text
        assert "un rappel ou une alerte sur un produit" in text


def test_lists_and_board_say_until_when(present, cast, visit, client):
    suspend(present, cast, until=TO_COME, at=START)
    for person, name in ((cast.ada, "partnerships:list"), (cast.nora, "broker:pipeline")):
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert "uspendu jusqu’au" in client.get(reverse(name)).text


def test_the_buttons_are_those_of_the_reader_and_of_the_moment(present, cast, visit):
    suspension = suspend(present, cast, until=TO_COME, at=START)
    assert "Dire que nous sommes prêts" in visit(cast.ada, present, "suspensions").text
    assert "Dire que nous sommes prêts" not in visit(cast.nora, present, "suspensions").text
    actions.say_ready(suspension_id=suspension.pk, speaker=cast.ada, at=START)
    assert "Dire que nous sommes prêts" not in visit(cast.ada, present, "suspensions").text
    assert "Mettre fin à la suspension" not in visit(cast.nora, present, "suspensions").text


def test_once_the_planned_end_has_passed_the_broker_may_end_it(present, cast, visit):
    suspension = suspend(present, cast, until=make.ago(days=10).date(), at=START)
    assert "La suspension devait finir" in visit(cast.ada, present, "roadmap").text
    actions.say_ready(suspension_id=suspension.pk, speaker=cast.ada, at=START)
    assert "Mettre fin à la suspension" in visit(cast.nora, present, "suspensions").text
    assert visit(cast.nora, present, "resume_case", 1, pressed="1").status_code == 303
    present.refresh_from_db()
    assert present.state == Case.ACTIVE


def test_the_follow_up_shows_the_moved_date_beside_the_signed_one(present, cast, visit):
    end(suspend(present, cast, at=START, until=TO_COME), cast, at=START + timedelta(days=10))
    text = visit(cast.ada, present, "follow_up").text
    assert "Décalé de 10 jours par une suspension du dossier." in text
    assert "Échéance signée" in text


def test_nothing_becomes_late_meanwhile(case, cast):
    last = case.milestones.order_by("-due_date")[:1].get().due_date
    after = NOON + (last - NOON.date()) + timedelta(days=30)
    assert follow_up(case, after).late > 0
    suspend(case, cast)
    assert follow_up(Partnership.objects.get(pk=case.pk), after).late == 0


def test_no_reminder_leaves_meanwhile_even_one_planned_since(case, cast, sent):
    """The delivery looks again, whatever was planned."""
    milestone = case.milestones.order_by("due_date")[:1].get()
    suspend(case, cast, until=NOON.date() + timedelta(days=300))
    reminders.plan_milestone(milestone, at=NOON)
    assert Message.objects.waiting().filter(kind="milestone-reminder").exists()
    left = sent(NOON + (milestone.due_date - NOON.date()) + timedelta(days=1))
    assert not [kind for kind, _name in left if kind.startswith("milestone")]


def test_the_mails_of_a_suspension_say_what_happens(case, cast, sent):
    suspension = suspend(case, cast)
    started = sent(NOON + timedelta(minutes=1))
    assert {"Ada", "Carla", "Nora"} <= {name for kind, name in started if kind == "suspension-started"}
    longer = {"until": UNTIL + timedelta(days=5), "reason": "L’enquête dure."}
    actions.prolong(suspension_id=suspension.pk, broker=cast.nora, at=LATER, **longer)
    actions.say_ready(suspension_id=suspension.pk, speaker=cast.ada, at=LATER)
    sent(LATER + timedelta(minutes=1))
    actions.say_ready(suspension_id=suspension.pk, speaker=cast.carla, at=LATER + timedelta(days=1))
    sent(LATER + timedelta(days=1, minutes=1))
    left = Delivery.objects.filter(state=DeliveryState.SENT, name__startswith="Carla")
    mails = {mail.message.kind: mail.text for mail in left.select_related("message").order_by("pk")}
    assert "un rappel ou une alerte sur un produit" in mails["suspension-started"]
    assert "L’enquête dure." in mails["suspension-prolonged"]
    assert "Dossier suspendu" in mails["suspension-ready"]
    assert "J1" in mails["suspension-ended"]
    assert "Dossier suspendu" not in mails["suspension-ended"]


def test_a_refused_request_tells_why(case, cast, sent):
    asked = ask(case, cast.carla)
    sent(NOON + timedelta(minutes=1))
    actions.decide(suspension_id=asked.pk, broker=cast.nora, is_granted=False, reason="Non, car.", at=LATER)
    told = sent(LATER + timedelta(minutes=1))
    assert "Non, car." in told["suspension-declined", "Ada"].text


def test_the_list_asks_as_many_questions_with_many_rows(present, cast, visit):
    def queries(rows):
        for _number in range(rows):
            asked = ask(present, cast.ada, until=TO_COME, at=START)
            actions.withdraw(suspension_id=asked.pk, person=cast.ada, at=START)
        with CaptureQueriesContext(connection) as seen:
            assert visit(cast.ada, present, "suspensions").status_code == 200
        return len(seen)

    queries(1)
    assert queries(1) == queries(9)
