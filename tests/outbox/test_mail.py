"""What a mail looks like when it arrives."""

import re
from email import policy

import pytest

from outbox.kinds import Recipient, kind_named
from outbox.models import Message
from outbox.sending import mail, rendering
from tests.outbox.days import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def arrived(note, sweep, smtp_sink):
    def send(**facts):
        note(**facts)
        sweep()
        return smtp_sink.mails[-1]

    return send


def test_a_mail_has_plain_text_and_html_of_the_same_words(arrived):
    got = arrived(title="L’île d’Oléron")
    plain = got.get_body(("plain",)).get_content()
    html = got.get_body(("html",)).get_content()
    for words in (
        "L’île d’Oléron",
        "Déposer la preuve",
        "/accueil/",
        "Souffle Imaginaire",
        "responsable de cet",
    ):
        assert words in plain
        assert words in html


def test_plain_text_and_subject_keep_their_apostrophes(arrived):
    got = arrived(title="<Respirer> & co")
    assert "l'élément" in got["Subject"]
    assert "L'atelier « <Respirer> & co »" in got.get_body(("plain",)).get_content()
    assert "&lt;Respirer&gt; &amp; co" in got.get_body(("html",)).get_content()


def test_there_is_one_button_to_the_public_address(arrived, settings):
    settings.PUBLIC_URL = "https://lucky-link.example"
    html = arrived().get_body(("html",)).get_content()
    assert re.findall(r'class="button" href="([^"]+)"', html) == ["https://lucky-link.example/accueil/"]


def test_nothing_is_fetched_from_elsewhere(arrived):
    html = arrived().get_body(("html",)).get_content()
    assert not re.search(r"<(img|link|script|iframe)|url\(|@import|@font-face| style=", html)


@pytest.mark.parametrize(
    ("side", "accent"), [("association", "#7f2557"), ("company", "#025875"), ("", "#2b2520")]
)
def test_the_accent_is_that_of_the_reader(arrived, side, accent):
    assert f"4px solid {accent}" in arrived(side=side).get_body(("html",)).get_content()


def test_a_mail_that_may_be_switched_off_says_how(arrived, ada):
    got = arrived()
    link = got["List-Unsubscribe"]
    assert link.startswith("<http://localhost:8000/desabonnement/")
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link.strip("<>") in got.get_body(("plain",)).get_content()
    assert link.strip("<>") in got.get_body(("html",)).get_content()


@pytest.mark.parametrize("kind", ["test-legal", "test-note"])
def test_what_cannot_be_switched_off_offers_no_switch(arrived, kind, request):
    if kind == "test-legal":
        request.getfixturevalue("ada")
    got = arrived(kind=kind)
    assert got["List-Unsubscribe"] is None
    assert "desabonnement" not in got.get_body(("html",)).get_content()


def test_an_automatic_mail_says_so(arrived):
    got = arrived()
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["Content-Language"] == "fr"


def test_attachments_are_joined_unchanged(arrived):
    joined = list(arrived(kind="test-legal").iter_attachments())
    assert [(part.get_filename(), part.get_content_type()) for part in joined] == [
        ("charte.pdf", "application/pdf")
    ]
    assert joined[0].get_content() == b"%PDF-1.7 test"


def test_the_mail_is_in_the_language_of_its_reader(note, sweep, smtp_sink, ada, django_user_model):
    django_user_model.objects.create_user("ben@example.org", full_name="Ben Hale", language="en")
    note(to=["ada@example.org", "ben@example.org"])
    sweep()
    assert smtp_sink.to("ada@example.org")[0]["Subject"].startswith("Déposez")
    to_ben = smtp_sink.to("ben@example.org")[0]
    assert to_ben["Subject"] == "Hand in no. 1"
    assert '<html lang="en">' in to_ben.get_body(("html",)).get_content()


def test_one_connection_serves_a_whole_sweep(note, sweep, smtp_sink, monkeypatch):
    opened = []
    backend_open = mail.mailers.default.__class__.open

    def count(mailer):
        is_new = backend_open(mailer)
        opened.append(is_new)
        return is_new

    monkeypatch.setattr(mail.mailers.default.__class__, "open", count)
    note(to=[f"person{number}@example.org" for number in range(5)])
    sweep()
    assert len(smtp_sink.mails) == 5
    assert opened.count(True) == 1


def test_a_subject_of_several_lines_becomes_one(ada):
    message = Message(kind="test-note", key="k", facts={"number": "1\r\nBcc: x@example.org"}, due_at=NOON)
    recipient = Recipient(user=None, address="ada@example.org")
    words = rendering.render(kind=kind_named("test-note"), message=message, recipient=recipient, at=NOON)
    assert "\n" not in words.subject
    assert policy.SMTP.header_store_parse("Subject", words.subject)[1] == words.subject


def test_everybody_has_a_fitting_message_id(settings):
    settings.DEFAULT_FROM_EMAIL = "Lucky Link <bonjour@lucky-link.example>"
    assert mail.mail_id_for("abc") == "<abc@lucky-link.example>"
