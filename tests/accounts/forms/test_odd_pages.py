"""Odd words through the pages themselves: said again with what is wrong, or taken, and never a failure."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.accounts.forms import odd_inputs
from tests.accounts.forms.all_rows import ROWS
from tests.cast import assemble_cast, reauthenticate

pytestmark = pytest.mark.django_db
# What allauth and the pages without a form of ours read from what is sent.
OTHERS = [
    "login",
    "password",
    "email",
    "password1",
    "password2",
    "oldpassword",
    "code",
    "codes",
    "action",
    "organisation",
    "q",
    "state",
    "side",
    "understands",
    "secret",
    "method",
    "full_name",
    "language",
    "file",
    "kind",
    "annee",
    "page",
    "version",
    "accepted",
    "next",
    "join",
    "later",
]
NAMES = sorted({name for form in ROWS for name in getattr(form, "base_fields", {})} | {*OTHERS})
FOUNDER, BROKER, NOBODY = "ada", "nora", "nobody"
PAGES = [
    (NOBODY, "account_login", ()),
    (NOBODY, "account_reset_password", ()),
    (FOUNDER, "account_reauthenticate", ()),
    (FOUNDER, "account_change_password", ()),
    (FOUNDER, "account_email", ()),
    (FOUNDER, "mfa_activate_totp", ()),
    (FOUNDER, "preferences", ()),
    (FOUNDER, "switch_organisation", ()),
    (FOUNDER, "partnerships:erase", ()),
    (FOUNDER, "invite", ("{association}",)),
    (FOUNDER, "member", ("{association}", "{ben}")),
    (FOUNDER, "mandate", ("{association}", "{ada}")),
    (FOUNDER, "interests", ("{association}",)),
    (FOUNDER, "documents", ("{association}",)),
    (FOUNDER, "leave", ("{association}",)),
    (FOUNDER, "associations:profile", ()),
    (FOUNDER, "associations:identity", ()),
    (FOUNDER, "associations:approval", ()),
    (FOUNDER, "associations:finances", ()),
    (FOUNDER, "associations:year", (2025,)),
    ("carla", "companies:profile", ()),
    ("carla", "companies:identity", ()),
    (BROKER, "broker:vet", ("{association}",)),
    (BROKER, "broker:open_case", ()),
    (BROKER, "broker:interests", ()),
    (BROKER, "broker:thresholds", ()),
]
ASKED = ["broker:pipeline", "broker:vetting", "broker:organisations", "broker:mailbox"]


VALUES = [*odd_inputs.ODD, "\u202e\u2066 " * 40]
A_PAGE = 6  # values, each in every field at once; the next page takes the next ones


@pytest.fixture(scope="module")
def cast(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield assemble_cast(datetime.now(UTC))
        transaction.set_rollback(True)


@pytest.fixture
def visitor(cast):
    def signed_in(who):
        client = Client()
        if who != NOBODY:
            client.force_login(
                getattr(cast, who), backend="allauth.account.auth_backends.AuthenticationBackend"
            )
            reauthenticate(client)
        return client

    return signed_in


def place(cast, name, args):
    return reverse(
        name,
        args=[getattr(cast, each.strip("{}")).pk if str(each).startswith("{") else each for each in args],
    )


@pytest.mark.parametrize(
    ("number", "page"), list(enumerate(PAGES)), ids=[name for _who, name, _args in PAGES]
)
def test_a_page_handles_odd_inputs(cast, visitor, number, page):
    who, name, args = page
    client, address = visitor(who), place(cast, name, args)
    chosen = [VALUES[(number * A_PAGE + step) % len(VALUES)] for step in range(A_PAGE)]
    for value in chosen:
        answer = client.post(address, dict.fromkeys(NAMES, value))
        # 400: a key that is no key, or more text than the server reads, said on a page of its own.
        assert answer.status_code in (200, 302, 303, 400, 404, 422, 429), (value, answer.status_code)
    assert client.post(address, {NAMES[0]: odd_inputs.HUGE}).status_code in (400, 413, 422, 429)


@pytest.mark.parametrize("name", ASKED)
def test_a_search_handles_odd_inputs(visitor, name):
    client = visitor(BROKER)
    for value in VALUES:
        assert client.get(reverse(name), dict.fromkeys(NAMES, value)).status_code == 200
