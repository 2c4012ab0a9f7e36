"""The bytes that leave: headers as the standards write them, whatever the names and addresses are."""

import email.policy
import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from django.core.mail import EmailMultiAlternatives

from outbox.kinds import Attachment
from outbox.models import Delivery
from outbox.sending import delivery, mail, rendering
from tests.guards import wire
from tests.outbox.days import NOON

pytestmark = pytest.mark.django_db
URL = "https://lucky-link.example/desabonnement/" + "eyJ1c2VyIjoiZjU" * 12 + ":1wABCD:" + "x" * 43 + "/"


def outgoing(**changes):
    values = {
        "mail_id": "<0198f0aa-7c1e-7cc3-9b36-0f6d6a2d7f10@lucky-link.example>",
        "at": datetime(2026, 12, 1, 8, 5, tzinfo=UTC),
        "address": "ada@example.org",
        "language": "fr",
        "subject": "Déposez la preuve",
        "text": "Été\n" + "x" * 2000 + "\n.\n",
        "html": "<p>" + "é" * 2000 + "</p>\n",
        "unsubscribe_url": URL,
    }
    return mail.OutgoingMail(**{**values, **changes})


def raw(**changes):
    return mail.written(outgoing(**changes)).message().as_bytes()


@pytest.fixture
def sent(smtp_sink):
    """Send one mail to the server and return the bytes that it received."""

    def send(**changes):
        with mail.open_mailer() as mailer:
            mail.send(mail.written(outgoing(**changes)), mailer=mailer)
        return smtp_sink.received[-1]

    return send


def test_every_header_leaves_as_it_must_be(sent):
    assert wire.defects(sent()) == []
    fields = wire.headers(sent())
    assert fields["list-unsubscribe"] == f"<{URL}>".encode()
    assert fields["list-unsubscribe-post"] == b"List-Unsubscribe=One-Click"
    assert fields["message-id"] == b"<0198f0aa-7c1e-7cc3-9b36-0f6d6a2d7f10@lucky-link.example>"
    assert fields["date"] == b"Tue, 01 Dec 2026 08:05:00 +0000"
    assert fields["to"] == b"ada@example.org"


def test_the_check_sees_what_pythons_own_policy_does_to_a_long_address():
    """The way mails were written before: the header leaves as encoded words, which no mail program follows."""
    message = EmailMultiAlternatives("Objet", "Texte", headers={"List-Unsubscribe": f"<{URL}>"})
    seen = wire.defects(message.message(policy=email.policy.SMTP).as_bytes())
    assert any(defect.startswith("list-unsubscribe is encoded or folded") for defect in seen)


def test_a_mail_with_a_file_is_as_clean(sent):
    received = sent(attachments=[Attachment("Charte signée.pdf", "application/pdf", b"%PDF" + bytes(3000))])
    assert wire.defects(received) == []
    (joined,) = message_from_bytes(received, policy=email.policy.default).iter_attachments()
    assert (joined.get_filename(), joined.get_content()) == ("Charte signée.pdf", b"%PDF" + bytes(3000))


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("Nora Passerelle", "Nora Passerelle"),
        ("Élodie Çağlar-Müller, passeuse (« la maison »)", "Élodie Çağlar-Müller, passeuse (« la maison »)"),
        ('Nora "la\\passeuse" O’Neil', 'Nora "la\\passeuse" O’Neil'),
        ('Nora "la\\passeuse" <x@y.org>, O\'Neil', 'Nora "la\\passeuse" <x@y.org>, O\'Neil'),
        ("Nora\r\nBcc: tous@example.org", "Nora Bcc: tous@example.org"),
        ("Łucja " * 30, ("Łucja " * 30).strip()),
    ],
)
def test_a_person_reads_the_answers_whatever_their_name(sent, name, seen):
    received = sent(reply_to=(name, "nora@passeur.example"))
    written = wire.headers(received)["reply-to"].decode("ascii").replace("\r\n", "")
    shown, address = parseaddr(written)
    # Encoded words are joined without the space between them (RFC 2047, 6.2).
    words = written.rpartition(" <")[0]
    assert (str(make_header(decode_header(words))) if "=?" in words else shown) == seen
    assert address == "nora@passeur.example"
    assert written.endswith(" <nora@passeur.example>")
    assert "bcc" not in wire.headers(received)


def test_without_a_broker_the_contact_address_reads_the_answers(sent, settings):
    settings.CONTACT_ADDRESS = "contact@passeur.example"
    settings.BROKER_NAME = "L’Entremise"
    header = message_from_bytes(sent(), policy=email.policy.default)["Reply-To"]
    assert str(header) == "L’Entremise <contact@passeur.example>"
    settings.CONTACT_ADDRESS = ""
    assert "reply-to" not in wire.headers(sent())


def test_the_sender_keeps_its_name_and_its_address(sent, settings):
    settings.DEFAULT_FROM_EMAIL = "Le Passeur Éthique <ne-pas-repondre@lucky-link.example>"
    received = sent()
    assert wire.headers(received)["from"].endswith(b" <ne-pas-repondre@lucky-link.example>")
    (mailbox,) = message_from_bytes(received, policy=email.policy.default)["From"].addresses
    assert mailbox.display_name == "Le Passeur Éthique"


def test_a_domain_with_accents_is_written_in_punycode(sent):
    assert wire.headers(sent(address="ada@santé.example"))["to"] == b"ada@xn--sant-epa.example"


@pytest.mark.parametrize(
    "address",
    [
        "not an address",
        "ada@example.org\r\nBcc: x@example.org",
        "élodie@example.org",
        "@example.org",
        "ada@",
        "",
    ],
)
def test_an_address_that_cannot_be_written_to_is_refused_for_good(address):
    with pytest.raises(mail.MailRefused) as refusal:
        raw(address=address)
    assert refusal.value.is_permanent


def test_a_line_break_in_a_subject_is_refused():
    with pytest.raises(mail.MailRefused):
        raw(subject="Bonjour\r\nBcc: x@example.org")


def test_a_long_subject_is_folded_into_short_encoded_words(sent):
    subject = "Répondez avant ven. 4 déc., 18\u202fh\u00a0: Relecture citoyenne d’ét…"
    received = sent(subject=subject)
    assert wire.defects(received) == []
    assert message_from_bytes(received, policy=email.policy.default)["Subject"] == subject


def test_the_same_mail_again_has_the_same_bytes():
    assert raw() == raw()


def test_the_answer_of_the_server_is_recorded_with_its_number(note, sweep, smtp_sink):
    note()
    sweep()
    assert Delivery.objects.get().server_answer == "250 2.0.0 queued as 1"


@pytest.mark.parametrize(
    ("heading", "subject"),
    [
        ("Signez la charte\u00a0: Voyager", "Signez la charte\u00a0: Voyager"),
        ("x" * 60, "x" * 60),
        ("Lisez\u00a0: " + "mot " * 30, ("Lisez\u00a0: " + "mot " * 30)[:59].rstrip() + "…"),
        ("Signez la charte\u00a0: " + "a" * 40 + " « bc", "Signez la charte\u00a0: " + "a" * 40 + "…"),
    ],
)
def test_a_subject_is_cut_at_its_end_and_says_so(heading, subject):
    assert rendering.shortened(heading) == subject
    assert len(subject) <= rendering.MAX_SUBJECT


def test_a_name_is_cut_in_the_subject_and_whole_in_the_mail(note, sweep, smtp_sink):
    number = "9" * 90
    note(number=number)
    sweep()
    got = smtp_sink.mails[0]
    assert len(got["Subject"]) == 60
    assert re.search(rf"<h1>[^<]*{number}", got.get_body(("html",)).get_content())
    assert Delivery.objects.get().subject == got["Subject"]
    assert Delivery.objects.get().sent_at == NOON


def test_a_row_left_by_a_dead_worker_is_claimed_again_after_its_lease(note, sweep, smtp_sink):
    from outbox.sending import fan_out

    note()
    fan_out.fan_out_next(at=NOON)
    (claimed,) = delivery.claim_due(at=NOON, limit=10)
    row = Delivery.objects.get()
    assert (row.state, row.claimed_at) == ("sending", NOON)
    assert sweep(NOON + delivery.LEASE / 2) == [("ada@example.org", "sending")]
    assert smtp_sink.mails == []
    assert sweep(NOON + delivery.LEASE) == [("ada@example.org", "sent")]
    assert [got["Message-ID"] for got in smtp_sink.mails] == [claimed.mail_id]
