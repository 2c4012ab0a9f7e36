"""The end of a charter: told to all three months and one month before, and shown on homes and board."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from broker.queries.pipeline import BoardFilters, board
from outbox.models import Message
from partnerships import reminders
from partnerships.charter.terms import Terms
from partnerships.charter.texts import ALL_PARTIES, Heading
from partnerships.drafting.actions import clauses
from partnerships.home.queries import home_page
from partnerships.lifecycle import Case, Edition
from partnerships.models import CaseDate, Partnership, SuspensionGround
from partnerships.suspension import actions as suspensions
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
ENDS_ON = date(2026, 12, 31)


@pytest.fixture
def case(people):
    """Return an active case whose charter ends on 31 December 2026."""
    case = make.partnership(people, until=Edition.DRAFTING)
    clauses.add_clause(
        partnership_id=case.pk,
        broker=people.nora,
        heading=Heading.TERM,
        wording=clauses.Wording(
            title="Durée",
            body="La charte dure jusqu’à la fin de l’année.",
            terms=Terms(starts_on=NOON.date(), ends_on=ENDS_ON),
        ),
        responsible=ALL_PARTIES,
        at=NOON,
    )
    for state in make.PATH[make.PATH.index(Edition.DRAFTING) + 1 : make.PATH.index(Case.ACTIVE) + 1]:
        make.STEPS[state](case, people, 1, NOON)
    return Partnership.objects.get(pk=case.pk)


def test_all_are_told_three_months_and_one_month_before(case, sent):
    everybody = {"Ada", "Ben", "Carla", "Dan", "Nora"}
    for day in (datetime(2026, 9, 30, 6, tzinfo=UTC), datetime(2026, 11, 30, 7, tzinfo=UTC)):
        sent(day - timedelta(hours=1))
        told = {name for kind, name in sent(day) if kind == "charter-end-reminder"}
        assert told == everybody
    assert not Message.objects.waiting().filter(kind="charter-end-reminder").exists()


def test_the_mails_are_planned_again_when_a_suspension_ends(case, people):
    waiting = Message.objects.waiting().filter(kind="charter-end-reminder")
    assert waiting.count() == 2
    suspension = suspensions.ask(
        partnership_id=case.pk,
        person=people.ada,
        ground=SuspensionGround.RECALL,
        text="Un rappel de lot.",
        until=NOON.date() + timedelta(days=20),
        at=NOON,
    )
    suspensions.decide(suspension_id=suspension.pk, broker=people.nora, is_granted=True, reason="", at=NOON)
    assert not waiting.exists()
    for person in (people.ada, people.carla):
        suspensions.say_ready(suspension_id=suspension.pk, speaker=person, at=NOON + timedelta(days=9))
    assert waiting.count() == 2


def test_the_mail_says_when_and_what_to_do(case, sent):
    day = datetime(2026, 9, 30, 6, tzinfo=UTC)
    sent(day - timedelta(hours=1))
    mails = sent(day)
    text = mails["charter-end-reminder", "Ada"].text
    assert "prend fin le 31 décembre 2026" in text
    assert "écrivez au passeur" in text
    assert "Préparez le bilan" in mails["charter-end-reminder", "Nora"].text


def test_an_amendment_that_moves_the_end_moves_the_mails(case):
    with transaction.atomic():
        reminders.plan_end(case, date(2027, 6, 30), at=NOON)
    waiting = Message.objects.waiting().filter(kind="charter-end-reminder")
    assert set(waiting.values_list("facts__ends_on", flat=True)) == {"2027-06-30"}
    with transaction.atomic():
        reminders.plan_end(case, None, at=NOON)
    assert not waiting.exists()


def test_homes_and_board_say_it_from_three_months_before(case, people):
    before, after = datetime(2026, 9, 29, 12, tzinfo=UTC), datetime(2026, 10, 2, 12, tzinfo=UTC)
    for at, expected in ((before, []), (after, ["Fin de la charte dans 90 jours"])):
        with timezone.override("Europe/Paris"):
            home = home_page(organisation=people.association, user=people.ada, at=at)
            assert [alert.words for alert in home.alerts if "charte" in alert.words] == expected
            tickets = [
                ticket
                for column in board(people.nora, BoardFilters(), page=1, at=at).columns
                for ticket in column.tickets
            ]
            assert [ticket.ending for ticket in tickets if ticket.ending] == expected


def test_the_end_is_a_date_of_the_calendar(case):
    assert CaseDate.objects.get(partnership=case, kind="end").day == ENDS_ON
    assert case.status.ends_on == ENDS_ON
