"""What an account keeps to itself, and what its owner is told."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import ClassVar

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache, caches
from django.test import Client
from django.urls import NoReverseMatch, reverse

from lucky_link import settings as product
from outbox.models import Message
from outbox.sending import delivery
from tests.cast import (
    PASSWORD,
    TOTP,
    authenticator_code,
    create_person,
    generate_totp_secret,
    reauthenticate,
)

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "ada@theatre.example", "personne@theatre.example"
# What is different in every page, whoever asks.
TOKENS = re.compile(r'name="csrfmiddlewaretoken"\s+value="[^"]+"')


@pytest.fixture
def ada(db):
    return create_person("Ada Vernet")


def sign_in(client, person, password=PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": person.email, "password": password}, **extra)


def shown(answer, address):
    """Return what the page says with the address and what changes each time taken out."""
    return TOKENS.sub("", answer.content.decode()).replace(address, "…")


class Counting(MD5PasswordHasher):
    """Hashes as every other test does, and remembers how often."""

    done: ClassVar[list[str]] = []

    def encode(self, password: str, salt: str) -> str:
        self.done.append(password)
        return super().encode(password, salt)


@pytest.fixture
def hashes(settings, ada):
    """Return what was hashed since the cast came in."""
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    Counting.done.clear()
    return Counting.done


@pytest.mark.parametrize(
    ("name", "typed", "work"),
    [
        ("account_login", {"login": "{}", "password": "un mauvais mot de passe"}, 1),
        ("account_reset_password", {"email": "{}"}, 0),
        (
            "account_signup",
            {"full_name": "X", "email": "{}", "password1": "une longue phrase", "language": "fr"},
            1,
        ),
    ],
)
def test_a_known_address_and_an_unknown_one_look_the_same(hashes, name, typed, work):
    seen = []
    for address in (KNOWN, UNKNOWN):
        hashes.clear()
        client = Client()
        client.get(reverse("register_company"))
        data = {field: value.format(address) for field, value in typed.items()}
        answer = client.post(reverse(name), data)
        follow = client.get(answer.url) if answer.status_code == 302 else answer
        seen.append((answer.status_code, answer.headers.get("Location"), shown(follow, address)))
        # As much is hashed for both, so that the time of the answer tells nothing.
        assert len(hashes) == work, address
    assert seen[0] == seen[1]


def test_rate_limits_are_in_the_shared_cache(ada, settings):
    settings.CACHES = product.CACHES
    assert settings.CACHES["default"]["BACKEND"].endswith("RedisCache")
    cache.clear()
    for _try in range(11):
        answer = sign_in(Client(), ada, password="faux et encore faux")
    assert "Trop d’essais de connexion" in answer.content.decode()
    # Another process has another connection and nothing else.
    caches.close_all()
    assert sign_in(Client(), ada).status_code == 200
    cache.clear()


def test_a_request_for_a_password_code_looks_the_same(ada):
    answers = []
    for address in (KNOWN, UNKNOWN):
        client = Client()
        answer = client.post(reverse("account_reset_password"), {"email": address})
        answers.append(shown(client.post(answer.url, {"code": "FAUXFAUX"}), address))
    assert answers[0] == answers[1]
    assert Message.objects.filter(kind="account-mail").count() == 2  # the unknown one is written to too


def test_there_is_no_sign_in_by_a_code_to_try_addresses_at():
    with pytest.raises(NoReverseMatch):
        reverse("account_request_login_code")


def test_an_unknown_invitation_looks_like_a_used_one(ada):
    pages = [
        shown(Client().get(reverse("invitation", args=[token])), token) for token in ("f" * 64, "0" * 64)
    ]
    assert pages[0] == pages[1]


def wrong_passwords(person, count, first=1):
    """Try wrong passwords for one account, each from an address of its own."""
    for number in range(first, first + count):
        sign_in(Client(REMOTE_ADDR=f"198.51.100.{number}"), person, password="faux et encore faux")


def test_wrong_passwords_close_the_door_to_their_address_whatever_the_account(ada):
    last = None
    for number in range(11):
        last = Client().post(
            reverse("account_login"), {"login": f"x{number}@theatre.example", "password": "faux et faux"}
        )
    assert "Trop d’essais de connexion" in last.content.decode()
    assert sign_in(Client(), ada).status_code == 200
    assert sign_in(Client(REMOTE_ADDR="198.51.100.7"), ada).status_code == 302


def test_nobody_locks_another_person_out(ada, smtp_sink):
    home = Client(REMOTE_ADDR="192.0.2.1")
    assert sign_in(home, ada).status_code == 302
    home.post(reverse("account_logout"))
    wrong_passwords(ada, 12)
    # From a browser that the person signed in from, the right password is enough.
    answer = sign_in(home, ada)
    assert (answer.status_code, answer.url) == (302, reverse("home"))
    # From elsewhere it takes a code by mail as well.
    elsewhere = Client(REMOTE_ADDR="192.0.2.2")
    answer = sign_in(elsewhere, ada)
    assert answer.url == reverse("account_confirm_login_code")
    assert elsewhere.get(reverse("account_email")).status_code == 302
    # The code leaves the row once the mail has left.
    code = Message.objects.filter(kind="account-mail").latest("created_at").facts["code"]
    delivery.deliver_due(at=datetime.now(UTC))
    assert "Votre code de connexion" in [mail["Subject"] for mail in smtp_sink.to(ada.email)]
    assert sign_in(Client(REMOTE_ADDR="192.0.2.3"), ada, password="faux et encore faux").status_code == 200
    assert elsewhere.post(answer.url, {"code": code}).status_code == 302
    assert elsewhere.get(reverse("account_email")).status_code == 200


def test_a_second_factor_stands_for_the_code_by_mail(ada):
    TOTP.activate(ada, generate_totp_secret())
    wrong_passwords(ada, 12)
    answer = sign_in(Client(REMOTE_ADDR="192.0.2.2"), ada)
    assert answer.url == reverse("mfa_authenticate")


def test_the_code_that_activated_an_application_opens_nothing_more(ada, django_capture_on_commit_callbacks):
    client = Client()
    sign_in(client, ada)
    reauthenticate(client)
    page = client.get(reverse("mfa_activate_totp"))
    code = authenticator_code(page.context["form"].secret)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    again = Client(REMOTE_ADDR="192.0.2.2")
    assert sign_in(again, ada).url == reverse("mfa_authenticate")
    answer = again.post(reverse("mfa_authenticate"), {"code": code})
    assert answer.status_code == 200
    assert again.get(reverse("account_email")).status_code == 302


@pytest.mark.parametrize(("proxies", "limited"), [(0, True), (1, False)])
def test_limits_count_who_is_beyond_our_proxies_and_nobody_else(ada, settings, proxies, limited):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    statuses = []
    for number in range(21):
        # What the client wrote itself stands on the left and is never believed.
        chain = f"203.0.113.{number}" if proxies == 0 else f"10.0.0.1, 203.0.113.{number}"
        answer = Client().post(
            reverse("account_reset_password"),
            {"email": f"x{number}@theatre.example"},
            headers={"x-forwarded-for": chain},
        )
        statuses.append(answer.status_code)
    assert (429 in statuses) is limited


def test_a_forged_chain_does_not_escape_the_limit(ada, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    statuses = [
        Client()
        .post(
            reverse("account_reset_password"),
            {"email": f"x{number}@theatre.example"},
            headers={"x-forwarded-for": f"203.0.113.{number}, 198.51.100.7"},
        )
        .status_code
        for number in range(21)
    ]
    assert statuses[-1] == 429


def test_a_new_browser_is_notified_once(ada, smtp_sink):
    client = Client(headers={"user-agent": "Théâtre/2.0"})
    assert sign_in(client, ada).status_code == 302
    client.post(reverse("account_logout"))
    assert sign_in(client, ada).status_code == 302
    assert Message.objects.filter(kind="new-device").count() == 1
    sign_in(Client(), ada)
    assert Message.objects.filter(kind="new-device").count() == 2
    delivery.deliver_due(at=datetime.now(UTC))
    first = smtp_sink.to(ada.email)[0]
    assert first["Subject"] == "Connexion depuis un nouvel appareil"
    assert "Théâtre/2.0" in "".join(mail.get_body(("plain",)).get_content() for mail in smtp_sink.mails)


def test_the_mark_of_a_browser_is_signed_and_reveals_nothing(ada):
    client = Client()
    cookie = sign_in(client, ada).cookies["known_device"]
    assert cookie["httponly"]
    assert str(ada.pk) not in cookie.value
    forged = Client()
    forged.cookies["known_device"] = cookie.value[:-2] + "xx"
    sign_in(forged, ada)
    assert Message.objects.filter(kind="new-device").count() == 2


def test_a_second_person_of_the_same_browser_is_notified_too(ada):
    client = Client()
    sign_in(client, ada)
    client.post(reverse("account_logout"))
    sign_in(client, create_person("Eve Autre"))
    assert Message.objects.filter(kind="new-device").count() == 2


def test_a_wrong_password_notifies_nobody(ada):
    sign_in(Client(), ada, password="un autre mot de passe")
    assert not Message.objects.filter(kind="new-device").exists()


def test_the_owner_is_notified_of_changes_of_password_and_factors(ada, django_capture_on_commit_callbacks):
    client = Client()
    client.force_login(ada)
    reauthenticate(client)
    new = "une phrase nouvelle et longue"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post(reverse("account_change_password"), data).status_code == 302
    assert Message.objects.filter(kind="account-mail", facts__address=ada.email).count() == 1
    client.post(reverse("account_reauthenticate"), {"password": new})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    code = authenticator_code(secret)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    assert Authenticator.objects.filter(user=ada, type="totp").exists()
    before = Message.objects.filter(kind="account-mail").count()
    assert before == 2
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert Message.objects.filter(kind="account-mail").count() == before + 1


def test_sessions_are_listed_and_the_others_ended(ada):
    here, there = Client(), Client(headers={"user-agent": "Ailleurs/1.0"})
    sign_in(here, ada)
    sign_in(there, ada)
    page = here.get(reverse("usersessions_list")).content.decode()
    assert "Ailleurs/1.0" in page
    here.post(reverse("usersessions_list"))
    assert there.get(reverse("preferences")).status_code == 302
    assert here.get(reverse("preferences")).status_code == 200
