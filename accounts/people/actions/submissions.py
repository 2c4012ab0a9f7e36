"""A form submitted twice is done once: the second submission gets the first result."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from accounts.models import FormSubmission

LIFETIME = timedelta(days=1)


class SubmissionResult(NamedTuple):
    """What answers a submission: a redirection and its messages.

    `messages`: level, text and tags of each.
    """

    status: int
    location: str
    messages: list[tuple[int, str, str]]


class StoredResult(NamedTuple):
    """The result of an earlier submission, and when it was stored."""

    result: SubmissionResult
    submitted_at: datetime


@transaction.atomic
def submit_once(
    *, key: str, digest: str, act: Callable[[], SubmissionResult | None], at: datetime
) -> StoredResult | None:
    """Run `act` and return None, or return the result of the same submission without running it.

    `act` returns the result to store, or None when nothing was done and the form may be sent again; its
    writes are in the same transaction as its result, so both are there or neither. An identical
    submission at the same moment waits for this one. 3 queries beside those of `act`, or 2.
    """
    new = FormSubmission(key=key, digest=digest, submitted_at=at)
    # Waits for a transaction that inserted the same key; if that one was rolled back, this row is inserted.
    FormSubmission.objects.bulk_create([new], ignore_conflicts=True)
    submission = FormSubmission.objects.select_for_update().get(key=key)
    if submission.result is not None and submission.digest == digest and at < expiry(submission):
        return StoredResult(SubmissionResult(**submission.result), submission.submitted_at)
    result = act()
    if result is not None:
        submission.digest, submission.result, submission.submitted_at = digest, result._asdict(), at
        submission.save(update_fields=["digest", "result", "submitted_at"])
    elif submission.result is None:
        submission.delete()
    return None


def expiry(submission: FormSubmission) -> datetime:
    """Return the moment from which the same form sent again is a new submission."""
    return submission.submitted_at + LIFETIME
