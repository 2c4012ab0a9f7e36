"""The post of a case: what is due is delivered, and read as it left. Rooms are imported late."""

from __future__ import annotations

import pytest


@pytest.fixture
def people(db):
    """The cast, whose own mails have already left."""
    from outbox.models import Message
    from tests import cast, make

    found = cast.assemble(make.NOON)
    Message.objects.update(cancelled_at=make.NOON)
    return found


@pytest.fixture
def sent(db):
    """Deliver what is due at a moment, and return what left then, as (kind, first name) -> mail."""
    from outbox import delivery
    from outbox.models import Delivery, DeliveryState

    def work(at):
        delivery.deliver_due(at=at, limit=1000)
        broken = Delivery.objects.exclude(last_error="").values_list("message__kind", "last_error")
        assert list(broken.order_by("pk")) == []
        left = Delivery.objects.filter(state=DeliveryState.SENT, sent_at=at).select_related("message")
        return {(mail.message.kind, mail.name.partition(" ")[0]): mail for mail in left.order_by("pk")}

    return work
