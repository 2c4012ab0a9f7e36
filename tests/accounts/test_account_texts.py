"""The pages, messages and mails that allauth starts speak our words, in both languages."""

from pathlib import Path

import allauth
import pytest
from allauth.mfa.totp.internal import auth
from django.conf import settings
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse
from django.utils import translation

from outbox.models import Message
from tests.cast import PASSWORD, create_person

FOLDERS = ("account", "mfa", "usersessions")
THEIRS = Path(allauth.__file__).parent / "templates"
# What no address, mail or message of this house reaches, and what holds no words.
UNREACHED = {
    "no telephone": (
        "account/phone_change.html",
        "account/confirm_phone_verification_code.html",
        "account/messages/phone_verification_sent.txt",
        "account/messages/phone_verified.txt",
    ),
    "codes instead of links": (
        "account/email/password_reset_key_subject.txt",
        "account/email/password_reset_key_message.txt",
        "account/email_confirm.html",
        "account/password_reset_done.html",
        "account/verification_sent.html",
    ),
    "no sign-in by code": (
        "account/email/login_code_subject.txt",
        "account/email/login_code_message.txt",
        "account/messages/login_code_sent.txt",
    ),
    "one address an account": ("account/email.html", "account/snippets/warn_no_email.html"),
    "no sign-up by passkey": ("account/signup_by_passkey.html", "mfa/webauthn/signup_form.html"),
    "no trusted browser": ("mfa/trust.html",),
    "used by none of our pages": (
        "account/verified_email_required.html",
        "account/snippets/already_logged_in.html",
    ),
    "no words": ("mfa/recovery_codes/download.txt",),
}
SILENT = {each for several in UNREACHED.values() for each in several}


def said_by_allauth():
    pages = [path for folder in FOLDERS for path in sorted((THEIRS / folder).rglob("*.*"))]
    names = [path.relative_to(THEIRS).as_posix() for path in pages if not path.name.startswith("base")]
    return [name for name in names if name not in SILENT]


@pytest.mark.parametrize("name", said_by_allauth())
def test_messages_of_allauth_are_replaced_by_our_texts(name):
    assert Path(get_template(name).origin.name).is_relative_to(settings.BASE_DIR / "templates")


@pytest.mark.parametrize(
    ("language", "subject", "text", "message"),
    [
        (
            "fr",
            "Une application d’authentification est ajoutée",
            (
                "Une application d’authentification est ajoutée\u00a0: ses codes servent à se "
                "connecter et à signer."
            ),
            "L’application d’authentification est ajoutée.",
        ),
        (
            "en",
            "An authenticator app has been added",
            "An authenticator app has been added: its codes are used to sign in and to sign.",
            "The authenticator app has been added.",
        ),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_messages_about_second_factors_are_our_texts(language, subject, text, message):
    ada = create_person("Ada Vernet")
    client = Client()
    client.post(reverse("account_login"), {"login": ada.email, "password": PASSWORD})
    client.cookies["django_language"] = language
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    code = auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))
    answer = client.post(reverse("mfa_activate_totp"), {"code": code}, follow=True)
    assert message in answer.content.decode()
    mail = Message.objects.filter(kind="account-mail").latest("created_at")
    assert mail.facts["subject"] == subject
    assert text in mail.facts["text"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "L’adresse ou le mot de passe ne convient pas."), ("en", "not correct")],
)
def test_a_refused_sign_in_shows_our_text(client, language, words):
    client.cookies["django_language"] = language
    answer = client.post(reverse("account_login"), {"login": "ada@theatre.example", "password": "autre"})
    assert words in answer.content.decode()


def test_french_texts_of_allauth_have_typographic_apostrophes():
    with translation.override("fr"):
        for english in ("Use a security key", "Incorrect code.", "Email"):
            assert "'" not in translation.gettext(english)
            assert translation.gettext(english) != english
