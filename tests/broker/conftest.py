"""Fixtures of the broker tests. Apps are imported late: this file loads before Django does."""

from __future__ import annotations

import pytest


@pytest.fixture
def people(db):
    from tests import make
    from tests.cast import assemble_cast

    return assemble_cast(make.NOON)


@pytest.fixture
def log_in(client):
    """Return a function that signs a person in and returns the client."""

    def sign_in(person):
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def broker_client(people, log_in):
    """The client of Nora, a broker."""
    return log_in(people.nora)
