"""The weekly sweep: every rule of the register, those of accounts and the erasure of idle people."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from accounts import processing
from accounts.models import User
from accounts.privacy import actions as privacy
from accounts.processing import RetentionRule
from ledger import record as ledger
from ledger.record import Subject
from partnerships.privacy.queries.erasure import hindrances

# Sweeps belong to no case and to no organisation: they have a chain of their own.
SWEPT: Final = Subject("retention", UUID(int=0))
ONE_AT_A_TIME: Final = 20_070_027


class Outcome(NamedTuple):
    """How many rows a rule takes."""

    rule: RetentionRule
    rows: int


def due(*, at: datetime) -> list[Outcome]:
    """Return what would go at that moment, by rule, in the order of the register; nothing is written."""
    swept = [Outcome(sweep.rule, sweep.due(at)) for sweep in privacy.SWEEPS]
    return [Outcome(processing.IDLE_ACCOUNTS, len(_idle(at))), *swept]


@transaction.atomic
def apply(*, at: datetime) -> list[Outcome]:
    """Take away what has had its time, write the numbers in the ledger, then warn who will be next.

    The clock acts, so the entry has no actor; a sweep that takes nothing writes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    # Found first and erased last, so that no rule takes what another has counted.
    idle = _idle(at)
    swept = [Outcome(sweep.rule, sweep.apply(at)) for sweep in privacy.SWEEPS]
    for user in idle:
        privacy.erase_person(user_id=user.pk, at=at)
    outcomes = [Outcome(processing.IDLE_ACCOUNTS, len(idle)), *swept]
    taken = {outcome.rule.name: outcome.rows for outcome in outcomes if outcome.rows}
    if taken:
        ledger.record(subject=SWEPT, kind="retention.applied", actor=None, at=at, facts=taken)
    privacy.warn_idle_accounts(at=at)
    return outcomes


def _idle(at: datetime) -> list[User]:
    """Return the idle people whom nothing holds; the others wait until somebody settles it."""
    return [user for user in privacy.warned_idle_accounts(at) if not hindrances(user, at=at)]
