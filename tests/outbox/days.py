"""A moment, and what the mails became."""

from datetime import UTC, datetime

from outbox.models import Delivery

# A Wednesday, 10:00 in Paris: a working day, working hours.
NOON = datetime(2026, 9, 9, 8, 0, tzinfo=UTC)


def states():
    """Return (address, state) of every mail, oldest first."""
    return list(Delivery.objects.order_by("created_at", "address").values_list("address", "state"))
