"""The cast of the tests on cases; models are imported late, when Django is set up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

if TYPE_CHECKING:
    from accounts.models import User
    from tests.cast import Cast


@pytest.fixture
def cast(db: Any) -> Cast:
    """Bring everybody in at `make.NOON`."""
    from tests import cast as theatre
    from tests.make import NOON

    return theatre.assemble(NOON)


@pytest.fixture
def enter() -> Callable[[User], Client]:
    """Return a way to open a browser in which a person is signed in."""

    def signed_in(person: User) -> Client:
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in
