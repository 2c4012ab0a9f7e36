"""The worker's door to the seals. Loading it loads the renderer, so a worker pays once, at its start."""

from uuid import UUID

from celery import shared_task
from django.utils.timezone import now

from partnerships.privacy.actions import retention
from partnerships.rounds.actions import opening
from partnerships.signing.actions import sealing

SWEEP_SECONDS = 10


@shared_task
def seal_signed_charters() -> None:
    """Hand out each signed charter that waits for its seal, so that one that fails holds up no other."""
    for charter_id in sealing.unsealed():
        seal_charter.apply_async([str(charter_id)], expires=SWEEP_SECONDS)


@shared_task
def seal_charter(charter_id: str) -> None:
    """Seal one charter; nothing happens when it is done, or in the hands of another worker."""
    sealing.seal(charter_id=UUID(charter_id), at=now())


@shared_task
def apply_retention() -> None:
    """Take away what has had its time; whatever runs twice finds nothing left."""
    retention.apply(at=now())


@shared_task
def settle_due_rounds() -> None:
    """Open, or extend once, each round whose time is up; one that fails holds up no other."""
    for round_id in opening.due(now()):
        settle_round.apply_async([str(round_id)], expires=SWEEP_SECONDS)


@shared_task
def settle_round(round_id: str) -> None:
    """Open or extend one round; nothing happens when another worker was faster."""
    opening.settle(round_id=UUID(round_id), at=now())
