"""A mail about an organisation that leaves long after it was due speaks of the day on which it leaves."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from accounts import approval_dates
from accounts.models import ApprovalLevel, Organisation
from accounts.organisations.actions import approvals
from accounts.people.actions import account, mandates
from accounts.privacy import actions as privacy
from accounts.registration import actions as registration
from outbox.models import Message
from outbox.sending import delivery
from tests import files
from tests.database_owner import owner

pytestmark = pytest.mark.django_db
END = date(2026, 12, 31)
TERMS = mandates.MandateTerms("présidente", "Statuts, article 12", date(2026, 1, 1), END, 1_000_00)
# Decided on 10 January 2022, it ends on 10 January 2027; the renewal is asked for by 10 June 2026.
GRANTED = approvals.ApprovalDetails(ApprovalLevel.NATIONAL, number="N-1", decided_date=date(2022, 1, 10))


@pytest.fixture
def late(cast, at, smtp_sink):
    """Deliver at a moment what waits of one kind, and return what Ada reads then."""

    def read(kind, moment):
        Message.objects.exclude(kind=kind).update(cancelled_at=at)
        smtp_sink.mails.clear()
        delivery.deliver_due(at=moment, limit=500)
        return [(str(mail["Subject"]), mail.get_body(("plain",)).get_content()) for mail in smtp_sink.mails]

    return read


@pytest.fixture
def mandate(cast, at):
    return mandates.record_mandate(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        signatory_id=cast.ada.pk,
        terms=TERMS,
        at=at,
    )


def leave_only_the_first(kind, at):
    """Make the first reminder of a kind the only one of its series."""
    first = Message.objects.filter(kind=kind).order_by("due_at").first()
    Message.objects.filter(kind=kind).exclude(pk=first.pk).update(cancelled_at=at)
    first.facts["slot"]["later"] = []
    first.save(update_fields=["facts"])


@pytest.mark.parametrize(
    ("moment", "subject"),
    [
        # The reminder of thirty days before, four days later; and on the last day.
        (datetime(2026, 12, 7, 9, tzinfo=UTC), "Renouvelez un mandat d’ici 24 jours\u00a0: Ada Vernet"),
        (datetime(2026, 12, 30, 9, tzinfo=UTC), "Renouvelez un mandat d’ici 1 jour\u00a0: Ada Vernet"),
        (
            datetime(2026, 12, 31, 9, tzinfo=UTC),
            "Renouvelez un mandat, il finit aujourd’hui\u00a0: Ada Vernet",
        ),
    ],
)
def test_the_days_left_of_a_mandate_are_counted_from_the_delivery(late, mandate, moment, subject):
    assert [heading for heading, _text in late("mandate-expiry", moment)] == [subject]


def test_a_mandate_that_ended_meanwhile_is_mailed_as_ended(late, mandate, at):
    leave_only_the_first("mandate-expiry", at)
    [(subject, text)] = late("mandate-expiry", datetime(2027, 1, 5, 9, tzinfo=UTC))
    assert subject == "Renouvelez un mandat qui a pris fin\u00a0: Ada Vernet"
    assert "ne peut plus signer" in text


def record(cast, at):
    approvals.record_approval(
        organisation_id=cast.association.pk, administrator=cast.ada, details=GRANTED, at=at
    )


def test_the_months_left_of_an_approval_are_counted_from_the_delivery(late, cast, at):
    record(cast, at)
    # What was due in April and in May leaves as one.
    [(subject, text)] = late("approval-reminder", datetime(2026, 5, 29, 9, tzinfo=UTC))
    assert subject == "Agrément\u00a0: demande à déposer le 10 juin 2026 au plus tard"
    assert "dans 7 mois" in text


def test_a_reminder_after_the_deadline_says_that_it_has_passed(late, cast, at):
    record(cast, at)
    [(subject, text)] = late("approval-reminder", datetime(2026, 7, 1, 9, tzinfo=UTC))
    assert subject == "Agrément à renouveler, date passée le 10 juin 2026"
    assert "dans 6 mois" in text
    assert "était à déposer au plus tard le 10 juin 2026" in text


def test_a_reminder_in_the_last_month_names_no_number_of_months(late, cast, at):
    record(cast, at)
    [(_subject, text)] = late("approval-reminder", datetime(2026, 12, 21, 9, tzinfo=UTC))
    assert "Fin de l’agrément le 10 janvier 2027" in text
    assert "0 mois" not in text


def test_an_approval_that_has_ended_is_not_reminded(late, cast, at):
    record(cast, at)
    assert late("approval-reminder", datetime(2027, 1, 11, 9, tzinfo=UTC)) == []


@pytest.mark.parametrize("months", approval_dates.REMINDER_MONTHS)
def test_a_reminder_on_its_day_says_its_months(months):
    decided = date(2024, 2, 29)
    assert approval_dates.months_left(decided, approval_dates.reminder_days(decided)[months]) == months


def test_a_document_that_expired_meanwhile_is_mailed_as_expired(late, cast, at):
    files.paper(cast.association, cast.ada, expires_date=at.date() + timedelta(days=90), at=at)
    leave_only_the_first("document-expiring", at)
    [(subject, text)] = late("document-expiring", at + timedelta(days=99))
    assert subject.startswith("Remplacez une pièce expirée")
    assert "cette pièce était valable" in text


def test_the_age_of_a_registration_is_counted_until_the_delivery(late, cast, at):
    with owner():
        Message.objects.filter(kind="registration-resume").delete()
    Organisation.objects.filter(pk=cast.association.pk).update(state="draft", created_at=at)
    with transaction.atomic():
        registration.post_resume_mails(cast.association, cast.ada, at=at)
    [(subject, text)] = late("registration-resume", at + timedelta(days=17))
    assert subject.startswith("Terminez l’inscription")
    assert "commencée depuis 17 jours" in text


def test_the_first_mail_of_a_registration_stays_the_first_when_it_is_late(late, cast, at):
    with owner():
        Message.objects.filter(kind="registration-resume").delete()
    Organisation.objects.filter(pk=cast.association.pk).update(state="draft", created_at=at)
    with transaction.atomic():
        registration.post_resume_mails(cast.association, cast.ada, at=at)
    [(subject, text)] = late("registration-resume", at + timedelta(days=1))
    assert subject.startswith("Continuez l’inscription")
    assert "attend depuis" not in text


def test_a_recheck_names_the_day_of_the_verification(late, cast, at):
    moment = at + timedelta(days=400)
    texts = {text for _subject, text in late("organisation-recheck", moment)}
    assert texts
    assert all("Vérification faite le 2 mars 2026" in text for text in texts)


def test_a_change_of_address_names_the_end_of_the_time_to_answer(late, cast, at):
    account.request_address_change(user=cast.ada, new_email="ada@ailleurs.example", at=at)
    [(_subject, text)] = late("address-change", at + timedelta(days=1))
    assert "Sans réponse jusqu’au 5 mars 2026 à 13\u202fh\u202f00 (heure de Paris), rien ne change." in text


def test_the_warning_to_an_unused_account_names_the_day_of_its_end(late, cast, at):
    cast.ada.last_login = at
    cast.ada.save(update_fields=["last_login"])
    warned = datetime(2029, 2, 5, 12, tzinfo=UTC)
    privacy.warn_idle_accounts(at=warned)
    mails = late("account-idle", warned + timedelta(days=9))
    assert any("il sera supprimé après le 5 mars 2029" in text for _subject, text in mails)
