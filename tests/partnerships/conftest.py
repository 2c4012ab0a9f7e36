"""Fixtures of the tests on cases. Models are imported inside the fixtures, once Django is set up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

if TYPE_CHECKING:
    from accounts.models import User
    from outbox.models import Delivery
    from tests.cast import Cast


@pytest.fixture
def cast(db: Any) -> Cast:
    """Bring everybody in at `make.NOON`."""
    from tests.cast import assemble_cast
    from tests.make import NOON

    return assemble_cast(NOON)


@pytest.fixture
def enter() -> Callable[[User], Client]:
    """Return a way to open a browser in which a person is signed in."""

    def signed_in(person: User) -> Client:
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in


@pytest.fixture
def people(db: Any) -> Cast:
    """Return the cast after its own mails have been cancelled, so that only mails of the case are left."""
    from outbox.models import Message
    from tests import make
    from tests.cast import assemble_cast

    assembled = assemble_cast(make.NOON)
    Message.objects.update(cancelled_at=make.NOON)
    return assembled


@pytest.fixture
def sent(db: Any) -> Callable[[datetime], dict[tuple[str, str], Delivery]]:
    """Return a function that delivers what is due and returns it as (kind, first name) -> delivery."""
    from outbox.models import Delivery, DeliveryState
    from outbox.sending import delivery

    def deliver(at: datetime) -> dict[tuple[str, str], Delivery]:
        delivery.deliver_due(at=at, limit=1000)
        errors = Delivery.objects.exclude(last_error="").values_list("message__kind", "last_error")
        assert list(errors.order_by("pk")) == []
        deliveries = Delivery.objects.filter(state=DeliveryState.SENT, sent_at=at).select_related("message")
        return {(mail.message.kind, mail.name.partition(" ")[0]): mail for mail in deliveries.order_by("pk")}

    return deliver
