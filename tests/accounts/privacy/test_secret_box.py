"""The secrets of second factors: never in clear in the database, still good after the key changed."""

import json

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.privacy import secret_box
from tests.cast import PASSWORD, authenticator_code, create_person

OTHER = "another key, which the installation had before the present one"
pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return create_person("Ada Vernet")


@pytest.fixture
def secret(ada):
    made = generate_totp_secret()
    TOTP.activate(ada, made)
    return made


def everything_in(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        return json.dumps(cursor.fetchall(), default=str)


def signs_in(person, code):
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    answer = client.post(reverse("mfa_authenticate"), {"code": code})
    return answer.status_code == 302, answer.content.decode()


def test_no_secret_is_in_clear_in_the_table(ada, secret, settings):
    codes = RecoveryCodes.activate(ada)
    shown = codes.generate_codes()
    stored = everything_in("mfa_authenticator")
    assert "secret" in stored
    assert "seed" in stored
    seed = secret_box.unseal(codes.instance.data["seed"], [settings.SECRET_KEY])
    assert len(seed) > 20
    for hidden in (secret, secret[:12], seed, seed[:12], *shown):
        assert hidden not in stored


def test_a_code_and_a_recovery_code_still_sign_in(ada, secret):
    recovery = RecoveryCodes.activate(ada).generate_codes()[0]
    assert signs_in(ada, authenticator_code(secret))[0]
    assert signs_in(ada, recovery)[0]
    assert not signs_in(ada, "000000")[0]


def test_a_secret_encrypted_under_an_older_key_still_signs_in(ada, secret, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = OTHER
    assert signs_in(ada, authenticator_code(secret))[0]


def test_without_the_older_key_the_person_sees_the_reason(ada, secret, settings):
    settings.SECRET_KEY = OTHER
    is_in, page = signs_in(ada, authenticator_code(secret))
    assert not is_in
    assert "la clé de ce site a changé" in page


def test_after_resealing_the_older_key_is_not_needed(ada, secret, settings, capsys):
    RecoveryCodes.activate(ada)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = OTHER
    call_command("reseal_factors")
    assert capsys.readouterr().out == "2 secrets are sealed under SECRET_KEY.\n"
    settings.SECRET_KEY_FALLBACKS = []
    cache.clear()
    assert signs_in(ada, authenticator_code(secret))[0]


def test_without_the_older_key_nothing_is_resealed(ada, secret, settings):
    before = everything_in("mfa_authenticator")
    settings.SECRET_KEY = OTHER
    with pytest.raises(CommandError, match="SECRET_KEY_FALLBACKS"):
        call_command("reseal_factors")
    assert everything_in("mfa_authenticator") == before


def test_two_seals_of_one_secret_differ_and_a_changed_one_is_refused():
    seals = {secret_box.seal("JBSWY3DP", [OTHER]) for _each in range(2)}
    assert len(seals) == 2
    seal = seals.pop()
    with pytest.raises(secret_box.CannotUnseal):
        secret_box.unseal(seal[:-6] + "AAAA==", [OTHER])
    with pytest.raises(secret_box.CannotUnseal):
        secret_box.unseal("JBSWY3DP", [OTHER])
