"""The ground of each module of the hostile walk. Apps are imported late: this file loads before Django does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="module")
def ground(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Any]:
    """Play the cases once for a module; each request is taken back."""
    from django.db import transaction

    from tests.hostile.ground import Ground

    with django_db_blocker.unblock(), transaction.atomic():
        yield Ground()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def no_limits(settings: Any) -> None:
    """Rate limits have tests of their own; here each request is answered."""
    settings.ACCOUNT_RATE_LIMITS = {}
