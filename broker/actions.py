"""What a broker does in the console: mails sent again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from outbox import delivery


class NothingToSend(Exception):
    """The mail did not fail, so there is nothing to send again."""


class TextIsGone(Exception):
    """The mail bore a secret that was not kept, so it cannot be written again."""


def send_again(*, delivery_id: UUID, at: datetime) -> None:
    """Send a failed mail again, now. Raises NothingToSend, TextIsGone."""
    try:
        delivery.retry(delivery_id=delivery_id, at=at)
    except delivery.NotFailed as error:
        raise NothingToSend from error
    except delivery.Forgotten as error:
        raise TextIsGone from error
