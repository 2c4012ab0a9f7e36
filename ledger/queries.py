"""Queries of the ledger."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Max, OuterRef, QuerySet, Subquery

from ledger.models import Entry
from ledger.record import NO_HASH, Subject, latest


def entries(*, subject: Subject) -> QuerySet[Entry]:
    """Return the chain of `subject`, latest first, each entry with its actor. 1 query."""
    chain = Entry.objects.filter(subject_type=subject.type, subject_id=subject.id)
    return chain.select_related("actor").order_by("-sequence")


def head(*, subject: Subject) -> str:
    """Return the hash of the last entry of `subject`; kept elsewhere, it proves that none was cut off."""
    last = latest(subject)
    return last.hash if last else NO_HASH


def last_written(*, subject_type: str, ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """Return the time of the last entry of each subject that has one. 1 query."""
    chains = Entry.objects.filter(subject_type=subject_type, subject_id__in=list(ids))
    return dict(chains.order_by("subject_id").values_list("subject_id").annotate(Max("at")))


def head_within(subject_type: str, subject_id: UUID) -> Subquery:
    """Return `head` as a subquery; NULL for an empty chain."""
    chain = Entry.objects.filter(subject_type=subject_type, subject_id=subject_id)
    return Subquery(chain.order_by("-sequence").values("hash")[:1])


def last_moment(*, subject_type: str) -> Subquery:
    """Return the time of the last entry of each row as a subquery of a query of subjects."""
    chain = Entry.objects.filter(subject_type=subject_type, subject_id=OuterRef("pk"))
    return Subquery(chain.order_by("-sequence").values("at")[:1])


def acts_of(user_id: UUID) -> QuerySet[Entry]:
    """Return the entries of a person in all chains, oldest first. 1 query."""
    return Entry.objects.filter(actor=user_id).order_by("at", "pk")
