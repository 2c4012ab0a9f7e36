"""The mails to come: to whom they will go is what delivery would decide, and when they leave is when they do."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.recipients import recipient_for
from outbox import caps, preferences
from outbox.kinds import kind_named
from outbox.models import Delivery, DeliveryState, Message, Rhythm
from outbox.sending import delivery
from partnerships import reminders
from partnerships.calendar.queries import upcoming
from partnerships.lifecycle import Case, Edition
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=20)


@pytest.fixture
def cases(cast):
    """Return cases with a round, a signature, milestones, an evidence and a payment to come."""
    found = {
        "negotiation": make.partnership(cast, until=Edition.NEGOTIATION, title="Premier"),
        "signing": make.partnership(cast, until=Edition.SIGNING, title="Deuxième"),
        "active": make.partnership(cast, until=Case.ACTIVE, title="Troisième"),
    }
    make.complete(found["active"], "J2", cast.dan, at=NOON)
    delivery.deliver_due(at=NOON, limit=1000)
    return found


def people(cast):
    return (cast.ada, cast.ben, cast.carla, cast.dan, cast.nora, cast.oscar, cast.mallory, cast.root)


def waiting():
    return list(Message.objects.waiting().order_by("key"))


def listed(person, at=LATER):
    """Return what the page lists, as it comes out of the query behind it."""
    place = upcoming._place_of(person)
    rows = []

    def addressed(messages):
        subjects, memo = upcoming._subjects(messages), {}
        chosen = [
            each
            for each in messages
            if upcoming._is_addressed(each, place, subjects, recipient_for(person), memo, at)
        ]
        rows.extend(chosen)
        return chosen

    upcoming.outbox.future_mails(
        recipient=recipient_for(person),
        candidates=upcoming._candidates(person, place),
        addressed=addressed,
        at=at,
    )
    return {message.key for message in rows}


@pytest.mark.parametrize("who", ["ada", "ben", "carla", "dan", "nora", "oscar", "mallory", "root"])
def test_a_person_reads_what_would_be_addressed_to_them_and_nothing_else(cast, cases, who):
    person = getattr(cast, who)
    expected = {
        message.key
        for message in waiting()
        if (message.due_at > LATER or "slot" in message.facts)
        and any(
            each.user is not None and each.user.pk == person.pk
            for each in kind_named(message.kind).recipients(message, LATER)
        )
    }
    assert listed(person) == expected
    assert bool(expected) == (who not in ("mallory", "root"))


def test_the_kinds_of_a_case_are_computed_together(cases):
    planned = {message.kind for message in waiting() if message.key.startswith("case:")}
    assert planned - set(upcoming._RULES) == set(upcoming.SIGNATURES)


@pytest.mark.parametrize("rhythm", [Rhythm.AT_ONCE, Rhythm.DAILY, Rhythm.WEEKLY])
def test_each_leaves_at_the_moment_that_is_displayed(cast, cases, rhythm):
    """Without the signatures, which are mandatory, and what happens meanwhile."""
    person = cast.ada
    for topic in preferences.switchable_topics():
        preferences.set_rhythm(user_id=person.pk, topic=topic, rhythm=rhythm)
    caps.set_cap(user_id=person.pk, mails=caps.MOST)
    seen = {}
    for mail in upcoming.upcoming_mails(person, LATER).object_list:
        if mail.title.startswith("Rappel du jalon"):
            seen.setdefault(mail.leaves_at, []).append(mail.title)
    morning = LATER.replace(hour=4, minute=0)
    while morning <= max(seen):
        morning += timedelta(days=1)
        for hours in range(5):
            delivery.deliver_due(at=morning + timedelta(hours=hours), limit=1000)
    sent = Delivery.objects.filter(user=person, state=DeliveryState.SENT, sent_at__gt=LATER)
    assert {each.sent_at for each in sent.filter(message__kind="milestone-reminder")} == set(seen)


def test_the_page_gives_dates_reasons_and_cases_of_the_reader_alone(cast, enter):
    case = make.partnership(cast, until=Case.ACTIVE, at=make.ago(days=1))
    page = reverse("partnerships:mails_to_come")
    text = enter(cast.ada).get(page).text
    assert "Rappel du jalon J1" in text
    assert "Votre organisation est responsable de ce jalon" in text
    assert case.reference in text
    assert "Repousser ce rappel" in text
    assert "Rappel du jalon J1" not in enter(cast.carla).get(page).text
    assert "Retard du jalon J1" in enter(cast.nora).get(page).text
    assert "Aucun message prévu" in enter(cast.root).get(page).text


def test_the_page_costs_the_same_with_one_case_and_with_five(cast, enter):
    page = reverse("partnerships:mails_to_come")
    counts = []
    for number in range(5):
        make.partnership(cast, until=Case.ACTIVE, at=make.ago(days=1), title=f"Dossier {number}")
        delivery.deliver_due(at=make.ago(), limit=1000)
        browser = enter(cast.ada)
        browser.get(page)
        with CaptureQueriesContext(connection) as queries:
            browser.get(page)
        counts.append(len(queries))
    assert counts[0] == counts[-1]


def test_moving_a_date_a_hundred_times_leaves_the_reminders_of_the_last_one(cast):
    case = make.partnership(cast, until=Case.ACTIVE)
    row = case.milestones.select_related("partnership").get(code="J3")
    for number in range(100):
        row.due_date = (NOON + timedelta(days=40 + 7 * (number % 13) + number)).date()
        row.save(update_fields=["due_date"])
        with transaction.atomic():
            reminders.plan_milestone(row, at=NOON + timedelta(minutes=number))
    kept = Message.objects.waiting().filter(key__contains=f":milestone:{row.pk}:")
    assert sorted(kept.values_list("facts__days", flat=True)) == [-30, -7, -1, 0, 3, 10]
    assert set(kept.values_list("facts__due_date", flat=True)) == {row.due_date.isoformat()}
