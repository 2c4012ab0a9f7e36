"""The mails about people and organisations, as they reach a mail server."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Decision, Invitation
from accounts.people.actions import account, memberships
from accounts.vetting import actions as vetting
from outbox.models import Delivery, Message
from outbox.sending import delivery, secrecy
from tests.cast import SOUFFLE, create_person, register_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiet(cast, at, smtp_sink):
    """Send what assembling the cast had to tell, and forget it."""
    delivery.deliver_due(at=at, limit=500)
    smtp_sink.mails.clear()
    return smtp_sink


def invite(cast, at, email="eve@theatre.example"):
    return memberships.invite(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        guest=memberships.Guest(email, "Eve Autre"),
        roles=memberships.Roles(is_referent=True),
        at=at,
    )


def decide(cast, decision, at, reason="Les statuts & le procès-verbal manquent."):
    vetting.decide(
        organisation_id=cast.association.pk, broker=cast.nora, decision=decision, reason=reason, at=at
    )


def test_an_invitation_reaches_its_address_with_its_link(quiet, cast, at):
    invitation = invite(cast, at)
    delivery.deliver_due(at=at)
    (mail,) = quiet.to("eve@theatre.example")
    assert mail["Subject"] == "Acceptez ou refusez l’invitation\u00a0: Souffle Imaginaire"
    for form in ("plain", "html"):
        assert f"/invitation/{invitation.token}/" in mail.get_body((form,)).get_content()
    assert "List-Unsubscribe" not in mail


def test_a_revoked_invitation_does_not_leave(quiet, cast, at):
    invitation = invite(cast, at)
    memberships.revoke_invitation(
        organisation_id=cast.association.pk, administrator=cast.ada, invitation_id=invitation.pk, at=at
    )
    delivery.deliver_due(at=at)
    assert quiet.mails == []


def test_an_invitation_that_waited_too_long_does_not_leave(quiet, cast, at):
    invite(cast, at)
    delivery.deliver_due(at=at + timedelta(days=15))
    assert Delivery.objects.latest("created_at").state == "skipped"
    assert quiet.mails == []


@pytest.fixture
def code(at):
    """Post a code that opens an account."""
    mail = account.AccountMail("eve@theatre.example", "fr", "Votre code", "Voici le code.", "K7QX2M")
    return account.post_account_mail(mail=mail, at=at)


def everything_stored(message):
    """Return everything that the database holds of a message and of its mail."""
    message.refresh_from_db()
    row = message.deliveries.get()
    return f"{message.facts} {row.subject} {row.text} {row.html} {row.last_error}"


def test_a_code_is_erased_once_its_mail_is_sent(quiet, code, at):
    delivery.deliver_due(at=at)
    (mail,) = quiet.to("eve@theatre.example")
    assert "K7QX2M" in mail.get_body(("plain",)).get_content()
    assert "K7QX2M" not in everything_stored(code)
    row = code.deliveries.get()
    assert (row.subject, row.state, row.sent_at) == ("Votre code", "sent", at)


def test_a_code_whose_mail_failed_is_erased_and_not_sent_again(quiet, code, at):
    quiet.refusal = "550 no such mailbox"
    delivery.deliver_due(at=at)
    assert "K7QX2M" not in everything_stored(code)
    with pytest.raises(delivery.SecretsErased):
        delivery.retry(delivery_id=code.deliveries.get().pk, at=at)


def test_a_code_waiting_for_a_retry_is_still_sent(quiet, code, at):
    quiet.refusal = "451 come back later"
    delivery.deliver_due(at=at)
    quiet.refusal = ""
    delivery.deliver_due(at=at + timedelta(minutes=2))
    (mail,) = quiet.to("eve@theatre.example")
    assert "K7QX2M" in mail.get_body(("html",)).get_content()


def test_without_a_mail_server_the_log_has_the_code(code, at, settings, tmp_path):
    settings.EMBEDDED = True
    settings.MAILERS = {
        "default": {"BACKEND": secrecy.LOCAL_MAILBOX, "OPTIONS": {"file_path": str(tmp_path)}}
    }
    delivery.deliver_due(at=at, limit=500)
    assert "K7QX2M" in code.deliveries.get().text
    assert "code" not in Message.objects.get(pk=code.pk).facts


def test_the_link_of_an_invitation_is_not_stored_with_its_mail(quiet, cast, at):
    invitation = invite(cast, at)
    delivery.deliver_due(at=at)
    row = Delivery.objects.get(address="eve@theatre.example")
    assert row.state == "sent"
    assert invitation.token not in row.text + row.html


@pytest.mark.parametrize(
    ("decision", "subject"),
    [
        (Decision.VERIFIED, "Inscription vérifiée\u00a0: Souffle Imaginaire"),
        (Decision.TO_COMPLETE, "Complétez l’inscription\u00a0: Souffle Imaginaire"),
        (Decision.SUSPENDED, "Inscription suspendue, lisez pourquoi\u00a0: Souffle Imaginaire"),
    ],
)
def test_a_decision_is_mailed_to_administrators_with_its_reason(quiet, cast, at, decision, subject):
    decide(cast, decision, at)
    delivery.deliver_due(at=at)
    (mail,) = quiet.mails
    assert mail["To"] == cast.ada.email
    assert mail["Subject"] == subject
    assert "Les statuts & le procès-verbal manquent." in mail.get_body(("plain",)).get_content()
    assert "statuts &amp; le" in mail.get_body(("html",)).get_content()


def test_a_superseded_decision_is_not_mailed(quiet, cast, at):
    decide(cast, Decision.SUSPENDED, at)
    decide(cast, Decision.REFUSED, at)
    delivery.deliver_due(at=at)
    assert [mail["Subject"] for mail in quiet.mails] == [
        "Inscription refusée, lisez pourquoi\u00a0: Souffle Imaginaire"
    ]


def test_a_submission_is_mailed_to_its_author_and_to_brokers(cast, at, smtp_sink):
    delivery.deliver_due(at=at, limit=500)
    mails = {(str(mail["To"]), str(mail["Subject"])) for mail in smtp_sink.mails}
    assert (cast.ada.email, "Inscription envoyée, la suite\u00a0: Souffle Imaginaire") in mails
    assert (cast.ada.email, "Inscription vérifiée\u00a0: Souffle Imaginaire") in mails


def test_brokers_get_a_mail_about_pending_organisations(quiet, cast, at):
    eve = create_person("Eve Autre")
    register_organisation(
        eve, "association", SOUFFLE._replace(name="Cœurs", rna="W000000002", siren=""), at=at
    )
    delivery.deliver_due(at=at)
    recipients = {
        str(mail["To"]) for mail in quiet.mails if mail["Subject"] == "Vérifiez l’inscription : Cœurs"
    }
    assert recipients == {cast.nora.email, cast.oscar.email}


def test_the_command_prints_the_link_of_a_new_broker(db):
    out = StringIO()
    call_command("create_broker", "Ines@passeur.example", "Inès Passerelle", stdout=out)
    invitation = Invitation.objects.get()
    assert out.getvalue().strip().endswith(f"/invitation/{invitation.token}/")
    assert (invitation.email, invitation.organisation) == ("ines@passeur.example", None)


@pytest.mark.parametrize("email", ["not an address", "ben@theatre.example"])
def test_the_command_fails_for_who_cannot_be_a_broker(cast, email):
    with pytest.raises(CommandError):
        call_command("create_broker", email, "Quelqu’un")
