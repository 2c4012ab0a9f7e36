"""What has had its time goes, what has not stays, and the dry run says the same numbers as the sweep."""

from __future__ import annotations

from datetime import timedelta

import pytest
from celery.schedules import crontab
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command

from accounts.models import Document, FormSubmission, Invitation, Organisation, Side, User
from accounts.people.actions import account, memberships
from accounts.privacy import actions as privacy
from accounts.processing import RULES, months_before
from accounts.registration import actions as registration
from ledger import queries as ledger_queries
from ledger import verify as ledger
from lucky_link import celery
from outbox.models import Delivery, Message
from outbox.sending import delivery
from partnerships.lifecycle import Case
from partnerships.privacy import actions
from tests import make
from tests.cast import SOUFFLE

pytestmark = pytest.mark.django_db

NOW = make.NOON
FREE = SOUFFLE._replace(rna="W000000002", siren="")


def counted(outcomes):
    return {outcome.rule.name: outcome.rows for outcome in outcomes if outcome.rows}


def due(at=NOW):
    return counted(actions.due_for_removal(at=at))


def apply(at=NOW):
    return counted(actions.apply_retention(at=at))


def ago(months, **more):
    return months_before(NOW, months) - timedelta(**more)


def record_visit(user, at):
    User.objects.filter(pk=user.pk).update(last_login=at)


@pytest.fixture
def cast(cast):
    """Everybody was here a moment ago."""
    User.objects.update(last_login=NOW)
    return cast


def draft(founder, *, at):
    return registration.start_registration(founder=founder, side=Side.ASSOCIATION, identity=FREE, at=at)


def document(organisation, by, *, at, replaced_at=None):
    name = default_storage.save("organisations/statuts.pdf", ContentFile(b"%PDF-"))
    return Document.objects.create(
        organisation=organisation,
        kind="statutes",
        name="statuts.pdf",
        content_type="application/pdf",
        size=5,
        sha256="0" * 64,
        file=name,
        brought_by=by,
        brought_at=at,
        replaced_at=replaced_at,
    )


def test_nothing_is_due_on_the_first_day(cast):
    assert due() == {}
    assert apply() == {}
    assert not Message.objects.filter(kind="account-idle").exists()


def test_an_unfinished_registration_is_removed_after_six_months(cast):
    draft_registration = draft(cast.root, at=ago(6, days=1))
    assert due() == {"draft-registrations": 1}
    registration.save_identity(
        organisation_id=draft_registration.pk, administrator=cast.root, identity=FREE, at=ago(5)
    )
    assert due() == {}
    later = NOW + timedelta(days=40)
    assert apply(later) == {"draft-registrations": 1}
    assert not Organisation.objects.filter(pk=draft_registration.pk).exists()
    assert ledger.verify() is None


def test_an_invitation_is_removed_a_year_after_it_was_used_or_ended(cast):
    assert Invitation.objects.exclude(accepted_at=None).count() == 2
    year = NOW + timedelta(days=366)
    User.objects.update(last_login=year)
    memberships.invite(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        guest=memberships.Guest("un@theatre.example"),
        roles=memberships.Roles(),
        at=year,
    )
    assert due(year)["invitations"] == 2
    assert apply(year)["invitations"] == 2
    assert [invitation.email for invitation in Invitation.objects.all()] == ["un@theatre.example"]


def test_the_text_of_a_mail_is_removed_after_a_year_and_its_delivery_stays(cast):
    mail = account.AccountMail("ada@theatre.example", "fr", "Votre code", "Le code est 123456.", "123456")
    account.post_account_mail(mail=mail, at=NOW)
    delivery.deliver_due(at=NOW, limit=1000)
    year = NOW + timedelta(days=366)
    User.objects.update(last_login=year)
    sent = Delivery.objects.exclude(text="").count()
    assert sent
    assert due(year)["mail-texts"] == sent
    assert apply(year)["mail-texts"] == sent
    assert not Delivery.objects.exclude(text="", html="").exists()
    assert Delivery.objects.filter(subject="Votre code").exists()
    assert not Message.objects.filter(facts__has_key="code").exists()


def test_an_undelivered_mail_keeps_its_text(cast):
    account.post_account_mail(
        mail=account.AccountMail("ada@theatre.example", "fr", "Votre code", "123456"), at=ago(13)
    )
    assert "mail-texts" not in apply()
    assert Message.objects.filter(facts__text="123456").exists()


def test_a_confirmation_of_erasure_loses_its_address_after_a_month(cast):
    privacy.erase_person(user_id=cast.ben.pk, at=NOW)
    delivery.deliver_due(at=NOW, limit=1000)
    assert "farewells" not in apply(NOW + timedelta(days=20))
    assert apply(NOW + timedelta(days=32))["farewells"] == 1
    assert not Delivery.objects.filter(address="ben@theatre.example").exists()
    assert not Message.objects.filter(facts__has_key="address", kind="account-erased").exists()


def test_an_expired_session_is_removed_and_an_active_one_stays(cast, enter):
    enter(cast.ada)
    enter(cast.ben)
    first = Session.objects.order_by("session_key")[:1].get()
    Session.objects.filter(pk=first.pk).update(expire_date=NOW - timedelta(seconds=1))
    Session.objects.exclude(pk=first.pk).update(expire_date=NOW + timedelta(days=1))
    assert due() == {"sessions": 1}
    assert apply() == {"sessions": 1}
    assert Session.objects.count() == 1


def submitted(*, at):
    return FormSubmission.objects.create(key=f"{at:%d%H}".rjust(64, "0"), digest="0" * 64, submitted_at=at)


def test_a_submitted_form_is_removed_after_a_day(cast):
    submitted(at=NOW - timedelta(hours=25))
    recent = submitted(at=NOW - timedelta(hours=23))
    assert due() == {"form-submissions": 1}
    assert apply() == {"form-submissions": 1}
    assert list(FormSubmission.objects.order_by("pk")) == [recent]


def test_a_document_is_removed_five_years_after_it_was_replaced(cast, django_capture_on_commit_callbacks):
    old = document(cast.association, cast.ada, at=ago(90), replaced_at=ago(60, days=1))
    document(cast.association, cast.ada, at=ago(90))
    document(cast.company, cast.carla, at=ago(90), replaced_at=ago(59))
    assert due() == {"vetting-files": 1}
    with django_capture_on_commit_callbacks(execute=True):
        assert apply() == {"vetting-files": 1}
    assert Document.objects.count() == 2
    assert not default_storage.exists(old.file.name)


def test_an_idle_person_is_warned_then_erased(cast):
    record_visit(cast.ben, ago(35, days=1))
    assert apply() == {}
    assert apply(NOW + timedelta(days=7)) == {}
    delivery.deliver_due(at=NOW, limit=1000)
    deliveries = Delivery.objects.filter(message__kind="account-idle")
    assert [mail.address for mail in deliveries] == ["ben@theatre.example"]
    assert "sans connexion pendant 3\N{NO-BREAK SPACE}ans" in deliveries.get().text
    later = NOW + timedelta(days=40)
    User.objects.exclude(pk=cast.ben.pk).update(last_login=later)
    assert due(later)["idle-accounts"] == 1
    assert apply(later)["idle-accounts"] == 1
    assert User.objects.get(pk=cast.ben.pk).erased_at == later


def test_a_person_who_signs_in_again_is_neither_warned_nor_erased(cast):
    record_visit(cast.ben, ago(35, days=1))
    apply()
    record_visit(cast.ben, NOW)
    delivery.deliver_due(at=NOW, limit=1000)
    assert not Delivery.objects.filter(message__kind="account-idle", state="sent").exists()
    assert "idle-accounts" not in apply(NOW + timedelta(days=40))


def test_nobody_is_erased_without_a_warning_or_with_an_obstacle(cast):
    record_visit(cast.ben, ago(50))
    record_visit(cast.ada, ago(50))
    assert due() == {}
    apply()
    later = NOW + timedelta(days=40)
    User.objects.exclude(pk__in=[cast.ben.pk, cast.ada.pk]).update(last_login=later)
    assert due(later)["idle-accounts"] == 1
    apply(later)
    assert User.objects.get(pk=cast.ada.pk).erased_at is None


def everything(cast):
    """Let something fall due under each rule, some of it touched by the erasure of the same person."""
    make.partnership(cast, until=Case.ACTIVE)
    delivery.deliver_due(at=NOW, limit=1000)
    privacy.erase_person(user_id=cast.dan.pk, at=NOW)
    delivery.deliver_due(at=NOW, limit=1000)
    draft(cast.ben, at=NOW)
    document(cast.association, cast.ben, at=NOW, replaced_at=NOW)
    account.request_address_change(user=cast.ada, new_email="ada@ailleurs.example", at=NOW)
    record_visit(cast.ben, NOW)
    submitted(at=NOW)
    privacy.warn_idle_accounts(at=NOW + timedelta(days=36 * 31))


def test_a_dry_run_writes_nothing_and_counts_what_the_sweep_removes(cast, enter):
    everything(cast)
    enter(cast.ada)
    later = NOW + timedelta(days=62 * 31)
    User.objects.exclude(pk=cast.ben.pk).update(last_login=later)
    before = (list(User.objects.order_by("pk").values_list("email")), Message.objects.count())
    counts = due(later)
    assert set(counts) == {rule.name for rule in RULES}
    assert (list(User.objects.order_by("pk").values_list("email")), Message.objects.count()) == before
    assert due(later) == counts
    assert apply(later) == counts
    assert set(due(later)) <= {"idle-accounts"}
    entry = ledger_queries.entries(subject=actions.RETENTION_CHAIN).get()
    assert (entry.kind, entry.facts, entry.actor) == ("retention.applied", counts, None)
    call_command("verify_ledger")


def test_the_command_only_counts_without_the_apply_option(cast, capsys):
    draft(cast.root, at=make.ago(days=400))
    call_command("retention")
    assert "1  draft-registrations: " in capsys.readouterr().out
    assert Organisation.objects.filter(state="draft").exists()
    call_command("retention", "--apply")
    assert "1  draft-registrations: " in capsys.readouterr().out
    assert not Organisation.objects.filter(state="draft").exists()


def test_the_worker_sweeps_once_a_week_by_the_calendar():
    entry = celery.app.conf.beat_schedule["partnerships.tasks.apply_retention"]
    assert entry["schedule"] == crontab(minute=30, hour=3, day_of_week="sun")
