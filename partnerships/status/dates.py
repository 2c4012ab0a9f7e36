"""The dates of a case as calendars show them, written with its status."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from partnerships.lifecycle import FINAL
from partnerships.models import CaseDate, DateKind, Milestone, Partnership
from partnerships.status.facts import CaseFacts

PARIS: Final = ZoneInfo("Europe/Paris")
# What a calendar shows of a date: a change of one of them is a new version of the event.
SHOWN: Final = ("label", "party_name", "day", "moment", "is_done", "is_cancelled")
LABEL_LENGTH: Final = 300


def write_dates(partnership: Partnership, facts: CaseFacts, *, at: datetime) -> None:
    """Write the dates of a locked case that changed. At most 4 queries.

    A date that the case no longer has is cancelled, and none is deleted: calendars are told.
    """
    known = {(row.kind, row.subject): row for row in partnership.dates.order_by("pk")}
    current = {(kind.value, str(subject)): shown for kind, subject, shown in _dates(partnership, facts)}
    if partnership.state in FINAL:
        current = {key: {**shown, "is_cancelled": not shown["is_done"]} for key, shown in current.items()}
    written = []
    for key, row in known.items():
        before = {name: getattr(row, name) for name in SHOWN}
        shown = current.pop(key, None) or {**before, "is_cancelled": True}
        if shown != before:
            for name, value in shown.items():
                setattr(row, name, value)
            row.sequence += 1
            row.changed_at = at
            written.append(row)
    written += [
        CaseDate(partnership=partnership, kind=kind, subject=subject, changed_at=at, **shown)
        for (kind, subject), shown in current.items()
    ]
    if written:
        CaseDate.objects.bulk_create(
            written,
            update_conflicts=True,
            unique_fields=["partnership", "kind", "subject"],
            update_fields=[*SHOWN, "sequence", "changed_at"],
        )


def _dates(partnership: Partnership, facts: CaseFacts) -> Iterator[tuple[DateKind, object, dict[str, Any]]]:
    """Yield kind, key and what is shown of each date of a case. 2 queries of a signed case, else none."""
    for round_ in facts.rounds:
        yield (
            DateKind.ROUND,
            round_.pk,
            _shown(
                label=round_.question,
                moment=round_.deadline_at,
                is_done=round_.opened_at is not None,
                is_cancelled=round_.cancelled_at is not None,
            ),
        )
    if partnership.activated_at is None:
        return
    for milestone in partnership.milestones.select_related("owner__organisation").order_by("pk"):
        yield DateKind.MILESTONE, milestone.pk, _milestone(milestone)
    for payment in partnership.payments.select_related("payer__organisation", "milestone").order_by("pk"):
        signed_on = partnership.activated_at.astimezone(PARIS).date()
        yield (
            DateKind.PAYMENT,
            payment.pk,
            _shown(
                label=payment.label,
                party_name=payment.payer.organisation.name,
                day=payment.milestone.due_date if payment.milestone else signed_on,
                is_done=payment.received_at is not None,
                is_cancelled=payment.cancelled_at is not None,
            ),
        )
    if facts.ends_on:
        yield DateKind.END, "end", _shown(label=partnership.title, day=facts.ends_on)


def _milestone(milestone: Milestone) -> dict[str, Any]:
    return _shown(
        label=f"{milestone.code} {milestone.title}",
        party_name=milestone.owner.organisation.name if milestone.owner else "",
        day=milestone.due_date,
        is_done=milestone.completed_at is not None,
        is_cancelled=milestone.cancelled_at is not None,
    )


def _shown(**shown: Any) -> dict[str, Any]:
    default = {"party_name": "", "day": None, "moment": None, "is_done": False, "is_cancelled": False}
    return {**default, **shown, "label": shown["label"][:LABEL_LENGTH]}
