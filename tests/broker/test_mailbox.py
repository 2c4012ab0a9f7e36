"""The delivery log: states, isolated HTML, hidden secrets, another attempt."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.people.actions import account
from outbox.models import Delivery, DeliveryState
from outbox.sending import delivery, secrecy
from partnerships.lifecycle import Case
from tests import make
from tests.cast import add_member
from tests.make import NOON


@pytest.fixture
def posted(people):
    """The mails announcing a case to its four people, sent."""
    make.partnership(people, until=Case.SCOPING)
    delivery.deliver_due(at=NOON, limit=1000)
    return Delivery.objects.filter(message__kind="case-opened").order_by("address")


def mail_url(name, mail):
    return reverse(f"broker:{name}", args=[mail.pk])


def test_the_log_shows_every_mail_with_its_state(broker_client, posted):
    page = broker_client.get(reverse("broker:mailbox")).text
    assert page.count("Lisez le dossier ouvert pour vous") == 4
    assert "Envoyé" in page


def test_the_log_is_searched_and_filtered(broker_client, posted):
    mail = posted[0]
    Delivery.objects.filter(pk=mail.pk).update(state=DeliveryState.FAILED, last_error="550 inconnu")
    failed = broker_client.get(reverse("broker:mailbox"), {"state": "failed"}).text
    assert mail.name in failed
    assert posted[1].name not in failed
    assert (
        "Aucun courriel ne correspond"
        in broker_client.get(reverse("broker:mailbox"), {"q": "introuvable"}).text
    )


def test_a_mail_page_shows_headers_and_text(broker_client, posted):
    page = broker_client.get(mail_url("mail", posted[0])).text
    assert posted[0].mail_id.strip("<>") in page
    assert posted[0].address in page
    assert "Rien ne vous engage à ce stade" in page
    assert f'src="{mail_url("mail_html", posted[0])}"' in page


def test_its_html_is_shown_alone_behind_its_own_policy(broker_client, posted):
    answer = broker_client.get(mail_url("mail_html", posted[0]))
    policy = answer["Content-Security-Policy"]
    assert "<style>" in answer.text
    assert "Rien ne vous engage" in answer.text
    assert policy.split("; ") == [
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "sandbox",
    ]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_the_page_around_it_keeps_the_strict_policy(broker_client, posted):
    policy = broker_client.get(mail_url("mail", posted[0]))["Content-Security-Policy"]
    assert "frame-src 'self'" in policy
    assert "unsafe-inline" not in policy


def test_a_failed_mail_is_sent_again(broker_client, posted):
    mail = posted[0]
    Delivery.objects.filter(pk=mail.pk).update(state=DeliveryState.FAILED, last_error="451 plus tard")
    assert "Renvoyer ce courriel" in broker_client.get(mail_url("mail", mail)).text
    assert broker_client.post(mail_url("send_again", mail)).status_code == 303
    mail.refresh_from_db()
    assert mail.state == DeliveryState.PENDING
    delivery.deliver_due(at=mail.next_attempt_at + timedelta(seconds=1), limit=10)
    mail.refresh_from_db()
    assert mail.state == DeliveryState.SENT


def test_a_mail_that_left_is_not_sent_twice(broker_client, posted):
    answer = broker_client.post(mail_url("send_again", posted[0]), follow=True)
    posted[0].refresh_from_db()
    assert posted[0].state == DeliveryState.SENT
    assert "n’est pas en échec" in answer.text


def test_sending_again_is_asked_by_post(broker_client, posted):
    assert broker_client.get(mail_url("send_again", posted[0])).status_code == 302


def test_the_token_of_the_preferences_link_is_removed(broker_client, posted):
    assert "/desabonnement/ey" in posted[0].text
    pages = (
        broker_client.get(mail_url("mail", posted[0])).text
        + broker_client.get(mail_url("mail_html", posted[0])).text
    )
    assert "/desabonnement/ey" not in pages
    assert pages.count("/desabonnement/…/") == 2


def test_an_unknown_mail_is_not_found(broker_client, people):
    unknown_id = people.company.pk
    assert broker_client.get(reverse("broker:mail", args=[unknown_id])).status_code == 404
    assert broker_client.get(reverse("broker:mail_html", args=[unknown_id])).status_code == 404
    assert broker_client.post(reverse("broker:send_again", args=[unknown_id])).status_code == 404


@pytest.fixture
def invitation_mail(people):
    """A sent invitation, whose link gives access."""
    add_member(people.association, people.ada, "Zoé Nouvelle", at=NOON)
    delivery.deliver_due(at=NOON, limit=1000)
    mail = Delivery.objects.filter(message__kind="invitation").order_by("-created_at", "-pk").first()
    Delivery.objects.filter(pk=mail.pk).update(
        subject="Rejoignez-nous", text="SECRET-TOKEN", html="<p>SECRET-TOKEN</p>"
    )
    return mail


def test_a_broker_never_reads_a_mail_that_gives_access(broker_client, invitation_mail):
    pages = (
        broker_client.get(mail_url("mail", invitation_mail)).text
        + broker_client.get(reverse("broker:mailbox")).text
    )
    assert "SECRET-TOKEN" not in pages
    assert "Rejoignez-nous" not in pages
    assert "Seul son destinataire peut le lire" in pages
    assert broker_client.get(mail_url("mail_html", invitation_mail)).status_code == 404


@pytest.mark.parametrize(("state", "again"), [(DeliveryState.SENT, False), (DeliveryState.FAILED, True)])
def test_the_log_says_that_the_text_of_a_secret_mail_was_not_stored(
    broker_client, invitation_mail, state, again
):
    Delivery.objects.filter(pk=invitation_mail.pk).update(state=state, sent_at=NOON, text="", html="")
    page = broker_client.get(mail_url("mail", invitation_mail)).text
    assert "Son texte n’est pas conservé" in page
    assert ("Renvoyer ce courriel" in page) is again


def test_an_erased_code_is_not_sent_again(broker_client, people):
    mail = account.AccountMail("eve@theatre.example", "fr", "Votre code", "Voici le code.", "K7QX2M")
    posted = account.post_account_mail(mail=mail, at=NOON)
    delivery.deliver_due(at=NOON, limit=1000)
    failed = posted.deliveries.get()
    Delivery.objects.filter(pk=failed.pk).update(state=DeliveryState.FAILED)
    page = broker_client.get(mail_url("mail", failed)).text
    assert "Il ne peut pas être renvoyé" in page
    assert "Renvoyer ce courriel" not in page
    assert "n’est pas conservé" in broker_client.post(mail_url("send_again", failed), follow=True).text


def test_where_no_mail_leaves_the_machine_the_log_is_the_mailbox(
    broker_client, invitation_mail, settings, tmp_path
):
    settings.EMBEDDED = True
    settings.MAILERS = {
        "default": {"BACKEND": secrecy.LOCAL_MAILBOX, "OPTIONS": {"file_path": str(tmp_path)}}
    }
    assert "SECRET-TOKEN" in broker_client.get(mail_url("mail", invitation_mail)).text


def test_a_mail_of_an_unknown_kind_stays_hidden(broker_client, posted):
    mail = posted[0]
    mail.message.kind = "deleted after"
    mail.message.save(update_fields=["kind"])
    assert "Rien ne vous engage" not in broker_client.get(mail_url("mail", mail)).text


def test_a_message_without_recipients_is_shown_on_top(broker_client, posted):
    mail = posted[0]
    type(mail.message).objects.filter(pk=mail.message_id).update(
        fanned_out_at=None, last_error="LookupError: perdu"
    )
    assert "LookupError: perdu" in broker_client.get(reverse("broker:mailbox")).text


def test_a_mail_that_is_not_written_yet_says_so(broker_client, posted):
    Delivery.objects.filter(pk=posted[0].pk).update(
        state=DeliveryState.PENDING, sent_at=None, subject="", text="", html=""
    )
    assert "pas encore écrit" in broker_client.get(mail_url("mail", posted[0])).text


@pytest.mark.parametrize("many", [1, 20])
def test_the_log_costs_the_same(people, broker_client, many, django_assert_num_queries):
    for number in range(many):
        make.partnership(people, until=Case.SCOPING, title=f"Dossier {number}")
    delivery.deliver_due(at=NOON, limit=1000)
    with django_assert_num_queries(7):
        broker_client.get(reverse("broker:mailbox"))
