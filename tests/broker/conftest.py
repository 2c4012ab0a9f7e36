"""Who opens the console in the tests. Rooms are imported late: this file loads before Django does."""

from __future__ import annotations

import pytest


@pytest.fixture
def people(db):
    from tests import cast, make

    return cast.assemble(make.NOON)


@pytest.fixture
def enter(client):
    """Sign somebody in."""

    def sign_in(person):
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def desk(people, enter):
    """Nora at her console."""
    return enter(people.nora)
