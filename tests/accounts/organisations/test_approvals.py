from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction

from accounts.models import ApprovalLevel, OfficialApproval
from accounts.organisations.actions import approvals
from accounts.organisations.transitions import NotAnAdministrator
from ledger.models import Entry
from outbox.models import Message
from outbox.sending import delivery
from outbox.slots import slot_in

pytestmark = pytest.mark.django_db
NATIONAL = approvals.ApprovalDetails(ApprovalLevel.NATIONAL, number="N-1", decided_date=date(2022, 1, 10))
KIND = "approval-reminder"


def record(cast, granted, *, at, by=None, organisation=None):
    return approvals.record_approval(
        organisation_id=(organisation or cast.association).pk,
        administrator=by or cast.ada,
        details=granted,
        at=at,
    )


def planned():
    waiting = Message.objects.filter(kind=KIND, cancelled_at=None, fanned_out_at=None)
    return [(each.facts["months"], slot_in(each.facts).target) for each in waiting.order_by("due_at")]


def test_a_granted_approval_plans_its_future_reminders(cast, at):
    record(cast, NATIONAL, at=at)
    # It ends on 10 January 2027; the reminder twelve months before has passed on 2 March 2026.
    assert planned() == [(9, date(2026, 4, 10)), (8, date(2026, 5, 10)), (7, date(2026, 6, 10))]
    entry = Entry.objects.get(kind="organisation.approval")
    assert entry.subject_id == cast.association.pk
    assert (entry.facts["level"], entry.facts["decided_date"]) == ("national", "2022-01-10")


def test_a_changed_date_replaces_the_reminders_in_the_same_transaction(cast, at):
    record(cast, NATIONAL, at=at)
    record(cast, NATIONAL._replace(decided_date=date(2022, 6, 10)), at=at)
    assert planned() == [
        (12, date(2026, 6, 10)),
        (9, date(2026, 9, 10)),
        (8, date(2026, 10, 10)),
        (7, date(2026, 11, 10)),
    ]


@pytest.mark.parametrize("level", [ApprovalLevel.NONE, ApprovalLevel.REQUESTED])
def test_a_removed_approval_has_no_reminder_and_no_date(cast, at, level):
    record(cast, NATIONAL, at=at)
    approval = record(cast, NATIONAL._replace(level=level), at=at)
    assert planned() == []
    assert (approval.decided_date, approval.number, approval.expiry_date) == (None, "", None)


def test_only_administrators_get_the_reminder_with_the_deadline(cast, at, smtp_sink):
    record(cast, NATIONAL, at=at)
    delivery.deliver_due(at=at, limit=500)
    smtp_sink.mails.clear()
    delivery.deliver_due(at=datetime(2026, 4, 10, 10, tzinfo=at.tzinfo))
    (mail,) = smtp_sink.mails
    assert mail["To"] == cast.ada.email
    assert "10 juin 2026" in mail["Subject"]
    text = mail.get_body(("plain",)).get_content()
    assert "Fin de l’agrément le 10 janvier 2027, dans 9 mois" in text
    assert "n’est pas nécessaire pour un partenariat" in text


@pytest.mark.parametrize(
    ("granted", "refusal"),
    [
        (NATIONAL._replace(decided_date=None), approvals.DecisionIsMissing),
        (NATIONAL._replace(level=ApprovalLevel.REGIONAL), approvals.DecisionIsMissing),
        (NATIONAL._replace(decided_date=date(2026, 3, 3)), approvals.DecidedInTheFuture),
    ],
)
def test_an_inconsistent_approval_is_refused(cast, at, granted, refusal):
    with pytest.raises(refusal):
        record(cast, granted, at=at)
    assert not OfficialApproval.objects.exists()


def test_a_company_is_not_approved(cast, at):
    with pytest.raises(approvals.NotAnAssociation):
        record(cast, NATIONAL, at=at, by=cast.carla, organisation=cast.company)


@pytest.mark.parametrize("name", ["ben", "carla", "nora", "root"])
def test_only_an_administrator_records_an_approval(cast, at, name):
    with pytest.raises(NotAnAdministrator):
        record(cast, NATIONAL, at=at, by=getattr(cast, name))


@pytest.mark.parametrize("level", ["regional", "national"])
def test_the_table_refuses_a_granted_approval_without_a_day(cast, level):
    with pytest.raises(IntegrityError), transaction.atomic():
        OfficialApproval.objects.create(organisation=cast.association, level=level, region="Corse")
