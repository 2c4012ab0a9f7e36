"""Celery task of the outbox."""

from celery import shared_task
from django.utils.timezone import now

from outbox.sending import delivery
from outbox.wake import wake

BATCH = 50
# A task stays short, so that the broker does not redeliver it to a second worker.
BATCHES = 10


# Acknowledged early: what must be sent is in the database, and a worker that owes the queue an
# acknowledgement dies when the queue does (kombu 5.7).
@shared_task(acks_late=False)
def deliver_due() -> None:
    """Deliver what is due in small batches; leave a long queue to the next task."""
    for _batch in range(BATCHES):
        sweep = delivery.deliver_due(at=now(), limit=BATCH)
        if sweep.server_is_away or sweep.handled < BATCH:
            return
    wake()
