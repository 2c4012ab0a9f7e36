"""What the cases add to the erasure of a person, and the retention sweep of accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import processing
from accounts.models import Organisation, User
from accounts.privacy import actions as privacy
from accounts.processing import RetentionRule
from accounts.refusals import Refusal
from ledger import record as ledger
from ledger.record import Subject
from partnerships.models import Brief, CalendarFeed, InterviewNote, Snooze, UnsavedWording
from partnerships.privacy.queries.obstacles import obstacles_to_erasure

# Sweeps belong to no case and to no organisation, so they have a ledger chain of their own.
RETENTION_CHAIN: Final = Subject("retention", UUID(int=0))
RETENTION_LOCK_ID: Final = 20_070_027


class StillNeeded(Refusal):
    """The person cannot be erased yet; the arguments are the obstacles, one sentence each."""

    sentence: str | Promise = _(
        "Rien n’est supprimé : il reste quelque chose à régler avant. Rechargez la page."
    )

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(*sentences)
        self.sentence = " ".join(sentences)


class RetentionOutcome(NamedTuple):
    """How many rows a retention rule removes."""

    rule: RetentionRule
    rows: int


def prepare_erasure(user: User, at: datetime) -> None:
    """Delete what is the own of a locked person whom no case needs any more: notes, wordings, calendar.

    Raises StillNeeded.
    """
    obstacles = obstacles_to_erasure(user, at=at)
    if obstacles:
        raise StillNeeded(obstacles)
    # Only their author may read them.
    InterviewNote.objects.filter(broker=user).delete()
    UnsavedWording.objects.filter(broker=user).delete()
    Snooze.objects.filter(user=user).delete()
    CalendarFeed.objects.filter(user=user).delete()


def due_for_removal(*, at: datetime) -> list[RetentionOutcome]:
    """Return how many rows each rule would remove at that moment, in the order of the register."""
    outcomes = [RetentionOutcome(sweep.rule, sweep.due(at)) for sweep in privacy.SWEEPS]
    return [RetentionOutcome(processing.IDLE_ACCOUNTS, len(_erasable_idle_users(at))), *outcomes]


def delete_briefs(organisation: Organisation) -> None:
    """Delete the drafts that an organisation wrote before it was submitted: nobody else ever read them."""
    Brief.objects.filter(organisation=organisation).delete()


@transaction.atomic
def apply_retention(*, at: datetime) -> list[RetentionOutcome]:
    """Apply every retention rule, record the numbers in the ledger, and warn those whose account is next.

    The ledger entry has no actor; a sweep that removes nothing writes none.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [RETENTION_LOCK_ID])
    # Idle users are found first and erased last, so that no rule removes rows that another has counted.
    idle_users = _erasable_idle_users(at)
    sweeps = [RetentionOutcome(sweep.rule, sweep.apply(at)) for sweep in privacy.SWEEPS]
    for user in idle_users:
        privacy.erase_person(user_id=user.pk, at=at)
    outcomes = [RetentionOutcome(processing.IDLE_ACCOUNTS, len(idle_users)), *sweeps]
    removed = {outcome.rule.name: outcome.rows for outcome in outcomes if outcome.rows}
    if removed:
        ledger.record(subject=RETENTION_CHAIN, kind="retention.applied", actor=None, at=at, facts=removed)
    privacy.warn_idle_accounts(at=at)
    return outcomes


def _erasable_idle_users(at: datetime) -> list[User]:
    """Return the warned idle users without obstacles; the others stay until somebody settles the obstacle."""
    return [user for user in privacy.warned_idle_accounts(at) if not obstacles_to_erasure(user, at=at)]
