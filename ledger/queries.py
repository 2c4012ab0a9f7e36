"""What can be asked of the ledger."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Max, QuerySet

from ledger.models import Entry
from ledger.record import NO_HASH, Subject, latest


def entries(*, subject: Subject) -> QuerySet[Entry]:
    """Return the chain of `subject`, latest first, each entry with its actor. 1 query."""
    chain = Entry.objects.filter(subject_type=subject.type, subject_id=subject.id)
    return chain.select_related("actor").order_by("-sequence")


def head(*, subject: Subject) -> str:
    """Return the hash of the last entry of `subject`: whoever keeps it can prove that none was cut off."""
    last = latest(subject)
    return last.hash if last else NO_HASH


def last_written(*, subject_type: str, ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """Return when each subject was last written about; those without an entry are left out. 1 query."""
    chains = Entry.objects.filter(subject_type=subject_type, subject_id__in=list(ids))
    return dict(chains.order_by("subject_id").values_list("subject_id").annotate(Max("at")))


def acts_of(user_id: UUID) -> QuerySet[Entry]:
    """Return what a person did, in every chain, oldest first. 1 query."""
    return Entry.objects.filter(actor=user_id).order_by("at", "pk")
