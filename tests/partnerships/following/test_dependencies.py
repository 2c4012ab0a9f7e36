"""A milestone that depends on a late one of the other side waits for it: its reminders stand still."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from outbox.models import Delivery
from partnerships.charter import codec
from partnerships.charter.terms import Terms
from partnerships.charter.texts import MilestoneText
from partnerships.checks.citations import unknown_milestones
from partnerships.following.queries import follow_up
from partnerships.lifecycle import Case
from partnerships.status.actions import rebuild_status
from tests import amendments, make
from tests.amendments import with_milestones
from tests.make import NOON

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def case(people, sent):
    case = make.partnership(people, until=Case.ACTIVE)
    amendments.amend(case, people, with_milestones(J2={"depends_on": "J1"}), at=NOON + DAY)
    sent(NOON + DAY)
    return case


def milestone(case, code):
    return case.milestones.select_related("owner", "depends_on").get(code=code)


def morning(row, days):
    return datetime.combine(row.due_date + days * DAY, time(10), tzinfo=UTC)


def reminded(row, sent, start, end):
    """Deliver what is due between two days around the due date, and return who was reminded of the milestone."""
    for days in range(start, end):
        sent(morning(row, days))
    mails = Delivery.objects.filter(
        message__kind="milestone-reminder", message__facts__milestone=row.pk, state="sent"
    )
    after = mails.filter(sent_at__gte=morning(row, start))
    return {mail.name.partition(" ")[0] for mail in after.order_by("pk")}


def test_it_waits_for_a_late_one_of_the_other_side_without_reminders(case, sent):
    row = milestone(case, "J2")
    assert row.depends_on == milestone(case, "J1")
    assert reminded(row, sent, -9, 1) == set()
    followed = follow_up.follow_up(case, morning(row, -5)).milestones
    waits = {each.milestone.code: each.waits_on and each.waits_on.code for each in followed}
    assert waits == {"J1": None, "J2": "J1", "J3": None}
    assert [each.reminded_at for each in followed if each.milestone.code == "J2"] == [None]


def test_its_reminders_go_on_once_the_late_one_is_done(case, people, sent):
    row = milestone(case, "J2")
    make.complete(case, "J1", people.ben, at=morning(row, -12))
    assert reminded(row, sent, -9, 1) == {"Carla", "Dan"}


def test_one_that_depends_on_nothing_is_reminded(case, people, sent):
    amendments.amend(case, people, with_milestones(J2={"depends_on": None}), at=NOON + 2 * DAY)
    row = milestone(case, "J2")
    assert row.depends_on is None
    assert reminded(row, sent, -9, 1) == {"Carla", "Dan"}


def test_the_page_says_what_it_waits_for(cast, enter):
    case = make.partnership(cast, until=Case.ACTIVE, at=make.ago(days=40))
    changes = with_milestones(J2={"depends_on": "J1"})
    amendments.amend(case, cast, changes, at=make.ago(days=39))
    rebuild_status(partnership_id=case.pk, at=make.ago(days=0))
    page = enter(cast.dan).get(reverse("partnerships:follow_up", args=[case.reference])).content.decode()
    words = " ".join(strip_tags(page).split())
    assert "En attente du jalon J1, Résultats de l’enquête, en retard" in words


def test_a_charter_without_it_has_the_same_bytes_as_before():
    row = MilestoneText(code="J1", title="Enquête", owner="A", due_date=NOON.date())
    assert "depends_on" not in json.loads(codec.encode(row))


def test_one_that_the_text_does_not_define_is_named():
    terms = Terms(
        milestones=(
            MilestoneText(code="J1", title="Enquête", owner="A", due_date=NOON.date(), depends_on="J9"),
        )
    )
    assert unknown_milestones(terms, terms) == ["J9"]
