"""Verification of the ledger: recomputes the hash chains."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from ledger.models import Entry
from ledger.record import NO_HASH, Subject, fingerprint


class Fault(models.TextChoices):
    """Kinds of faults of an entry."""

    MISSING = "missing", _("une entrée manque à cette place")
    CUT = "cut", _("elle ne suit pas l’entrée précédente")
    CHANGED = "changed", _("son contenu a changé depuis son écriture")


@dataclass(frozen=True, kw_only=True)
class BadEntry:
    """The first invalid entry of a chain: its `sequence` (from 1) and its fault."""

    subject: Subject
    sequence: int
    fault: Fault


def verify(*, subject: Subject | None = None) -> BadEntry | None:
    """Recompute the chain of `subject`, or every chain, and return the first invalid entry, or None.

    Entries cut off the end of a chain are not detected: compare `queries.head` with a hash kept
    elsewhere, such as the one in a charter.
    """
    chain = Entry.objects.order_by("subject_type", "subject_id", "sequence")
    if subject:
        chain = chain.filter(subject_type=subject.type, subject_id=subject.id)
    return next(_bad_entries(chain.iterator(chunk_size=500)), None)


def _bad_entries(entries: Iterator[Entry]) -> Iterator[BadEntry]:
    subject, sequence, previous_hash = None, 0, NO_HASH
    for entry in entries:
        current = Subject(entry.subject_type, entry.subject_id)
        if current != subject:
            subject, sequence, previous_hash = current, 0, NO_HASH
        sequence += 1
        fault = _fault(entry, sequence, previous_hash)
        if fault:
            yield BadEntry(subject=current, sequence=sequence, fault=fault)
        previous_hash = entry.hash


def _fault(entry: Entry, sequence: int, previous_hash: str) -> Fault | None:
    if entry.sequence != sequence:
        return Fault.MISSING
    if entry.previous_hash != previous_hash:
        return Fault.CUT
    return None if entry.hash == fingerprint(entry) else Fault.CHANGED
