"""Writes the entries of the ledger: the only module that does."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import rfc8785
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from ledger.models import Entry

type Fact = str | int | bool | Sequence[Fact] | Mapping[str, Fact] | None

NO_HASH = "0" * 64


class EntryOutsideTransaction(Exception):
    """An entry must be written in the transaction of the fact it records."""


class Subject(NamedTuple):
    """What a chain is about: `type` is "case" or "organisation"."""

    type: str
    id: UUID


def record(
    *,
    subject: Subject,
    kind: str,
    actor: AbstractBaseUser | None,
    at: datetime,
    facts: Mapping[str, Fact],
) -> Entry:
    """Write the next entry of the chain of `subject` and return it.

    The caller holds the lock of the subject; without it concurrent writers fail at the unique constraint.
    `facts`: JSON without floats and without names of people, which are read from `actor` at display.
    `actor` is None for a scheduled task. Raises EntryOutsideTransaction, and ValueError for a naive `at`
    or facts that have no canonical form.
    """
    if not transaction.get_connection().in_atomic_block:
        raise EntryOutsideTransaction(kind)
    if at.tzinfo is None:
        raise ValueError("An entry needs an aware date and time.")
    last = latest(subject)
    entry = Entry(
        subject_type=subject.type,
        subject_id=subject.id,
        sequence=last.sequence + 1 if last else 1,
        kind=kind,
        actor_id=actor.pk if actor else None,
        at=at,
        facts=dict(facts),
        previous_hash=last.hash if last else NO_HASH,
    )
    entry.hash = fingerprint(entry)
    entry.save(force_insert=True)
    return entry


def latest(subject: Subject) -> Entry | None:
    """Return the last entry of the chain of `subject`, or None."""
    chain = Entry.objects.filter(subject_type=subject.type, subject_id=subject.id)
    return chain.order_by("-sequence").first()


def fingerprint(entry: Entry) -> str:
    """Return the SHA-256 of the canonical JSON (RFC 8785) of `entry`, as 64 lower-case hex digits.

    `at`: in UTC, ISO 8601, with microseconds. Raises ValueError when the facts hold a value without an exact
    canonical form.
    """
    payload = {
        "subject_type": entry.subject_type,
        "subject_id": str(entry.subject_id),
        "sequence": entry.sequence,
        "kind": entry.kind,
        "actor": str(entry.actor_id) if entry.actor_id else None,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "facts": entry.facts,
        "previous_hash": entry.previous_hash,
    }
    return hashlib.sha256(rfc8785.dumps(payload)).hexdigest()
