"""Messages about milestones: reminders to the owner with the days left at delivery, delays, completion."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from outbox import schedule
from outbox.models import Delivery, Message
from partnerships import reminders
from partnerships.lifecycle import Case
from partnerships.models import Milestone
from tests import make
from tests.make import NOON


@pytest.fixture
def case(people, sent):
    active_case = make.partnership(people, until=Case.ACTIVE)
    sent(NOON)
    return active_case


def morning(milestone: Milestone, days: int) -> datetime:
    """Return ten in the morning, UTC, so many days from the due date."""
    return datetime.combine(milestone.due_date + timedelta(days=days), time(10), tzinfo=UTC)


def owned_by(case, code):
    return case.milestones.filter(owner__code=code).order_by("due_date", "pk")[:1].get()


@pytest.fixture
def about(sent):
    """Deliver what is due at a moment; return what left about one milestone, first name -> mail."""

    def work(milestone, at):
        sent(at)
        left = Delivery.objects.filter(sent_at=at, message__facts__milestone=milestone.pk).order_by("pk")
        return {mail.name.partition(" ")[0]: mail for mail in left}

    return work


def test_its_owner_alone_is_reminded(case, about):
    milestone = owned_by(case, "A")
    mails = about(milestone, morning(milestone, -7))
    assert set(mails) == {"Ada", "Ben"}
    assert mails["Ben"].subject.startswith("Preuve attendue le ")
    assert f"/dossiers/{case.reference}/suivi/" in mails["Ben"].text


def test_a_shared_one_is_reminded_to_both_sides(case, people, about):
    milestone = owned_by(case, "A")
    milestone.owner = None
    milestone.save(update_fields=["owner"])
    mails = about(milestone, morning(milestone, 0))
    assert set(mails) == {"Ada", "Ben", "Carla", "Dan"}
    assert "Ce jalon est partagé" in mails["Dan"].text


def test_one_due_on_a_sunday_has_its_last_word_on_friday_and_says_two_days(case, people, about):
    """The reminders of D-1 and D0 both left on Monday, as late by a day."""
    milestone = owned_by(case, "A")
    milestone.due_date = datetime(2026, 6, 14, tzinfo=UTC).date()  # a Sunday
    milestone.save(update_fields=["due_date"])
    plan_again(milestone, at=NOON)
    about(milestone, morning(milestone, -7))
    friday = about(milestone, morning(milestone, -2))["Ben"]
    assert friday.subject.startswith("Preuve attendue le ")
    assert about(milestone, morning(milestone, 0)) == {}
    assert about(milestone, morning(milestone, 1)) == {}
    assert about(milestone, morning(milestone, 3))["Ben"].subject.startswith(
        "Déposez la preuve ou prévenez\u00a0:"
    )


@pytest.mark.parametrize("zone", schedule.TERRITORY_OF_ZONE)
def test_one_due_today_says_so_today_in_every_zone(case, people, about, zone):
    milestone = owned_by(case, "A")
    type(people.ben).objects.filter(pk=people.ben.pk).update(time_zone=zone)
    milestone.due_date = datetime(2026, 6, 17, tzinfo=UTC).date()  # a Wednesday
    milestone.save(update_fields=["due_date"])
    plan_again(milestone, at=NOON)
    last = {}
    for hours in range(-30, 36, 2):
        mails = about(
            milestone, datetime.combine(milestone.due_date, time(), tzinfo=UTC) + timedelta(hours=hours)
        )
        last |= {"Ben": mails["Ben"]} if "Ben" in mails else {}
    local = last["Ben"].sent_at.astimezone(ZoneInfo(zone))
    assert local.date() == milestone.due_date
    assert last["Ben"].subject.startswith("Preuve attendue aujourd’hui")


def test_a_moved_milestone_is_reminded_for_its_new_date_alone(case, about):
    milestone = owned_by(case, "A")
    old = Message.objects.get(key__endswith=f":{milestone.pk}:A:{milestone.due_date:%Y%m%d}:-7")
    before = morning(milestone, -7)
    milestone.due_date += timedelta(days=60)
    milestone.save(update_fields=["due_date"])
    plan_again(milestone, at=NOON)
    assert about(milestone, before) == {}
    old.refresh_from_db()
    assert old.cancelled_at == NOON


def test_a_moved_milestone_stops_a_queued_mail(case, about):
    """Its row moved without a new plan: the day in the key is enough for the last check."""
    milestone = owned_by(case, "A")
    Milestone.objects.filter(pk=milestone.pk).update(due_date=milestone.due_date + timedelta(days=20))
    assert about(milestone, morning(milestone, -7)) == {}


def test_a_completed_milestone_is_announced_to_the_others_and_not_reminded(case, people, sent, about):
    milestone = owned_by(case, "A")
    make.complete(case, milestone.code, people.ben, at=NOON + timedelta(days=1))
    mails = {
        key: mail for key, mail in sent(NOON + timedelta(days=1)).items() if key[0] != "payment-reminder"
    }
    assert set(mails) == {("milestone-completed", name) for name in ("Carla", "Dan", "Nora")}
    words = "".join(mail.text + mail.html for mail in mails.values())
    assert "Compte rendu signé" not in words
    assert about(milestone, morning(milestone, 3)) == {}


def test_ten_days_late_it_is_reported_to_the_broker(case, about):
    milestone = owned_by(case, "A")
    mails = about(milestone, morning(milestone, 12))
    assert "Nora" in mails
    assert mails["Nora"].subject.startswith("Appelez le responsable, 1")


def test_the_box_of_a_mail_names_the_milestone_of_the_mail_and_no_other(case, people, sent):
    """The case waits for its first milestone; the reminders, delays and evidence are about others."""
    titles = list(case.milestones.order_by("due_date", "pk").values_list("title", flat=True))
    last = case.milestones.order_by("-due_date", "-pk")[:1].get()
    assert len(titles) > 1
    # Reminders wait for a working day.
    for days in range(-9, -5):
        sent(morning(last, days))
    is_of_company = last.owner is not None and last.owner.code != "A"
    make.complete(case, last.code, people.dan if is_of_company else people.ben, at=morning(last, -5))
    sent(morning(last, -5))
    kinds = set()
    about_milestones = Delivery.objects.filter(message__facts__has_key="milestone", state="sent")
    for mail in about_milestones.select_related("message"):
        own = Milestone.objects.get(pk=mail.message.facts["milestone"]).title
        rows = mail.text.partition("Dossier")[2].partition("http")[0]
        assert own in rows, (mail.message.kind, rows)
        assert [title for title in titles if title in rows] == [own]
        kinds.add(mail.message.kind)
    assert kinds == {"milestone-reminder", "milestone-overdue", "milestone-completed"}


def plan_again(milestone: Milestone, *, at: datetime) -> None:
    """Plan the reminders anew, as every action that moves a milestone does."""
    from django.db import transaction

    with transaction.atomic():
        reminders.plan_milestone(milestone, at=at)
