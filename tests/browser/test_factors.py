"""Passkeys, codes and recovery codes, in a browser with an authenticator of its own."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import pytest

from outbox.models import Message
from tests.browser.visit import PHONE, Visit
from tests.cast import PASSWORD, authenticator_code, create_person

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def ada(transactional_db):
    return create_person("Ada Vernet")


@pytest.fixture
def window(visit, ada, live_server, settings) -> Visit:
    """Return a telephone in which nobody is signed in, which makes passkeys, at a host that allows them."""
    # A browser gives no passkey to a bare IP address.
    home = live_server.url.replace("127.0.0.1", "localhost")
    settings.PUBLIC_URL = home
    settings.CSRF_TRUSTED_ORIGINS = [home]
    opened = visit(width=PHONE)
    opened.house = home
    session = opened.context.new_cdp_session(opened.page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return opened


def fill(window: Visit, **typed: str) -> None:
    for name, value in typed.items():
        window.page.locator(f"main [name={name}]").first.fill(value)


def sign_in(window: Visit, person, password=PASSWORD) -> None:
    window.open("/compte/login/")
    fill(window, login=person.email, password=password)
    window.press("Se connecter")


def sign_out(window: Visit) -> None:
    window.open("/compte/logout/")
    window.press("Se déconnecter")


def prove(window: Visit) -> None:
    assert "/compte/reauthenticate/" in window.page.url
    window.look()
    fill(window, password=PASSWORD)
    window.press("Confirmer")


def is_in(window: Visit) -> bool:
    return urlsplit(window.open("/compte/preferences/").url).path == "/compte/preferences/"


def next_code(secret: str, used: str) -> str:
    """Wait for the application to show a code that has not served yet."""
    while (code := authenticator_code(secret)) == used:
        time.sleep(1)
    return code


def press_passkey(window: Visit, words: str) -> None:
    """Press a button that asks the authenticator, and wait for the page that its answer leads to."""
    with window.page.expect_navigation():
        window.page.locator("main").get_by_role("button", name=words).click()
    window.page.wait_for_load_state()
    window.look()


@pytest.mark.queries_in_templates(reason="allauth asks for the keys as it lists them")
def test_a_passkey_is_made_and_signs_in_alone(window, ada):
    sign_in(window, ada)
    window.open("/compte/2fa/webauthn/add/")
    prove(window)
    fill(window, name="Téléphone")
    window.page.locator("[name=passwordless]").check()
    press_passkey(window, "Ajouter la clé")
    assert "Téléphone" in window.open("/compte/2fa/webauthn/").locator("main").inner_text()
    sign_out(window)
    assert not is_in(window)
    window.open("/compte/login/")
    press_passkey(window, "Se connecter avec une clé d’accès")
    assert is_in(window)
    messages = Message.objects.filter(kind="account-mail", facts__address=ada.email)
    assert messages.exists()  # a key was added


def test_a_passkey_of_nobody_signs_nobody_in(window, ada):
    window.open("/compte/login/")
    window.page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    window.page.get_by_text("La clé n’a pas répondu").wait_for(timeout=60_000)
    window.look()
    assert not is_in(window)


def enter_code(window: Visit, code: str) -> None:
    window.open("/compte/2fa/authenticate/")
    fill(window, code=code)
    window.press("Se connecter")


def recovery_codes(window: Visit) -> list[str]:
    page = window.open("/compte/2fa/recovery-codes/")
    if "/compte/reauthenticate/" in page.url:
        prove(window)
    return page.locator(".codes code").all_inner_texts()


def test_codes_sign_in_and_a_recovery_code_serves_once(window, ada):
    sign_in(window, ada)
    window.open("/compte/2fa/totp/activate/")
    prove(window)
    secret = window.page.locator("#authenticator_secret").input_value()
    used = authenticator_code(secret)
    fill(window, code=used)
    window.press("Ajouter l’application")
    codes = recovery_codes(window)
    assert len(codes) == 10

    sign_out(window)
    sign_in(window, ada)
    assert "/compte/2fa/authenticate/" in window.page.url
    assert not is_in(window)
    enter_code(window, codes[0])
    assert is_in(window)
    assert recovery_codes(window) == codes[1:]

    sign_out(window)
    sign_in(window, ada)
    enter_code(window, codes[0])
    assert not is_in(window)
    enter_code(window, next_code(secret, used))
    assert is_in(window)
