"""After the signature: late first, whose it is, when it is chased, and the evidence."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from outbox.sending import delivery
from partnerships import reminders
from partnerships.following.queries import follow_up as following
from partnerships.lifecycle import Case, Edition
from partnerships.models import Evidence
from partnerships.status.actions import rebuild_status
from tests import make

pytestmark = pytest.mark.django_db

PROOF = {"text": "274 réponses.", "link": "https://souffle.example/rapport"}


@pytest.fixture
def today():
    return datetime.now(UTC)


@pytest.fixture
def active(cast, today):
    return make.partnership(cast, until=Case.ACTIVE, at=today)


def address(case, name="follow_up", *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def test_before_the_signature_there_is_nothing_to_follow(cast, enter):
    case = make.partnership(cast, until=Edition.NEGOTIATION)
    assert "Rien à suivre pour l’instant" in enter(cast.ada).get(address(case)).content.decode()


def test_late_milestones_come_first_and_reminders_are_displayed(active, cast, enter, today):
    late = active.milestones.order_by("-due_date").first()
    late.due_date = (today - timedelta(days=3)).date()
    late.save(update_fields=["due_date"])
    rebuild_status(partnership_id=active.pk, at=today)
    page = enter(cast.nora).get(address(active)).content.decode()
    assert page.index(late.title) == min(page.index(each.title) for each in active.milestones.all())
    assert "En retard de 3 jours" in page
    assert "Prochain rappel" in page


def row_of(case, at, code="J1"):
    return next(step for step in following.follow_up(case, at).milestones if step.milestone.code == code)


def test_the_next_reminder_is_when_it_leaves(cast):
    """A page named a Sunday, on which nothing leaves."""
    case = make.partnership(cast, until=Case.ACTIVE)
    milestone = case.milestones.get(code="J1")
    milestone.due_date = date(2026, 6, 14)  # a Sunday
    milestone.save(update_fields=["due_date"])
    with transaction.atomic():
        reminders.plan_milestone(milestone, at=make.NOON)
    friday = datetime(2026, 6, 12, 6, tzinfo=UTC)
    monday = datetime(2026, 6, 8, 12, tzinfo=UTC)
    delivery.deliver_due(at=monday, limit=500)
    assert row_of(case, monday).reminded_at == friday
    # Half an hour before, its mails wait in the outbox.
    delivery.deliver_due(at=friday - timedelta(minutes=30), limit=500)
    assert row_of(case, friday - timedelta(minutes=30)).reminded_at == friday
    delivery.deliver_due(at=friday, limit=500)
    assert row_of(case, friday).reminded_at == friday + timedelta(days=5)


def test_the_next_reminder_is_that_of_the_first_of_its_readers(cast):
    case = make.partnership(cast, until=Case.ACTIVE)
    milestone = case.milestones.get(code="J1")
    at = datetime(2026, 6, 1, 12, tzinfo=UTC)
    milestone.due_date = date(2026, 6, 17)
    milestone.save(update_fields=["due_date"])
    with transaction.atomic():
        reminders.plan_milestone(milestone, at=at)
    week_before = datetime(2026, 6, 10, 6, tzinfo=UTC)
    assert row_of(case, at).reminded_at == week_before
    owners = {milestone.owner_id} if milestone.owner else {party.pk for party in case.parties.all()}
    people = User.objects.filter(memberships__organisation__parties__in=owners)
    people.update(time_zone="Pacific/Tahiti")
    assert row_of(case, at).reminded_at == week_before + timedelta(hours=12)


def test_the_owner_alone_is_offered_and_gives_the_evidence(active, cast, enter):
    milestone = active.milestones.get(code="J2")
    assert milestone.owner.side == "company"
    proof = address(active, "evidence", milestone.pk)
    assert proof in enter(cast.dan).get(address(active)).content.decode()
    assert proof not in enter(cast.ben).get(address(active)).content.decode()
    assert proof not in enter(cast.nora).get(address(active)).content.decode()
    refused = enter(cast.ben).post(proof, PROOF)
    assert refused.status_code == 422
    assert "Seule l’organisation responsable peut déposer cette preuve" in refused.content.decode()
    assert enter(cast.dan).post(proof, PROOF).status_code == 303
    assert Evidence.objects.get().text == "274 réponses."
    assert "274 réponses." in enter(cast.ada).get(address(active)).content.decode()


@pytest.mark.parametrize(("name", "status"), [("nora", 403), ("root", 404), ("mallory", 404)])
def test_nobody_outside_gives_evidence(active, cast, enter, name, status):
    milestone = active.milestones.get(code="J2")
    proof = address(active, "evidence", milestone.pk)
    assert enter(getattr(cast, name)).post(proof, PROOF).status_code == status
    assert not Evidence.objects.exists()


def test_a_link_with_a_script_scheme_is_refused(active, cast, enter):
    proof = address(active, "evidence", active.milestones.get(code="J2").pk)
    answer = enter(cast.dan).post(proof, {**PROOF, "link": "javascript:alert(1)"})
    assert answer.status_code == 422
    assert "274 réponses." in answer.content.decode()


def test_a_milestone_of_another_case_is_out_of_reach(active, cast, enter, today):
    other = make.partnership(cast, until=Case.ACTIVE, at=today, title="Autre")
    proof = address(active, "evidence", other.milestones.get(code="J1").pk)
    assert enter(cast.ada).get(proof).status_code == 404


@pytest.mark.parametrize("until", [Case.ACTIVE, Case.REVIEW, Case.CLOSED])
def test_the_page_has_a_budget(cast, enter, today, until, django_assert_max_num_queries):
    case = make.partnership(cast, until=until, at=today)
    browser = enter(cast.ada)
    with django_assert_max_num_queries(25):
        browser.get(address(case))


def queries_of(browser, page):
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(page).status_code == 200
    return [query["sql"] for query in seen]


@pytest.mark.parametrize("name", ["ada", "dan", "nora"])
def test_the_page_costs_no_more_queries_than_that_of_the_text(active, cast, enter, name):
    browser = enter(getattr(cast, name))
    pages = {page: address(active, page) for page in ("roadmap", "follow_up")}
    for page in pages.values():
        browser.get(page)
    counts = {page: len(queries_of(browser, url)) for page, url in pages.items()}
    assert counts["follow_up"] <= counts["roadmap"]


def test_a_cached_page_follows_each_act_and_each_reader(active, cast, enter):
    browsers = {name: enter(getattr(cast, name)) for name in ("ada", "carla", "nora")}
    before = {name: browser.get(address(active)).text for name, browser in browsers.items()}
    owned = address(active, "evidence", active.milestones.get(code="J1").pk)
    assert [owned in before[name] for name in ("ada", "carla", "nora")] == [True, False, False]
    make.complete(active, "J1", cast.ada, at=make.ago())
    for browser in browsers.values():
        page = browser.get(address(active)).text
        assert "Compte rendu signé par les participants." in page
        assert owned not in page
