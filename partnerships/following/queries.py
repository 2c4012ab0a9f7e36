"""After the signature: milestones, late ones first, what was promised, and what will be reminded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F
from django.http import Http404
from django.utils import timezone

from outbox import queries as outbox
from partnerships import lifecycle, message_keys
from partnerships.models import Commitment, Evidence, Milestone, Partnership, Party


@dataclass(frozen=True, kw_only=True)
class Step:
    """One milestone. `status` is "late", "due" (within a month), "none" or "ok".

    `days`: until its day, negative when that is past; `reminded_at`: when its owner next hears of it.
    """

    milestone: Milestone
    status: str
    days: int
    evidence: Sequence[Evidence]
    reminded_at: datetime | None
    may_complete: bool


@dataclass(frozen=True, kw_only=True)
class Promises:
    """What one party will do, then what an amendment dropped; the broker has no party."""

    party: Party | None
    commitments: Sequence[Commitment]


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """The steps in the order in which they matter: late, then to come, then done, then cancelled."""

    steps: Sequence[Step]
    promises: Sequence[Promises]
    late: int
    done: int
    open_codes: Sequence[str]


SOON_DAYS = 30


def follow_up(partnership: Partnership, at: datetime, *, speaks_for: Party | None = None) -> FollowUp:
    """Return what is followed after the signature. 4 queries.

    `speaks_for`: the party for which the reader may bring evidence.
    """
    today = timezone.localdate(at)
    speaker = speaks_for if partnership.state == lifecycle.Case.ACTIVE else None
    milestones = list(partnership.milestones.select_related("owner__organisation").order_by("due_date", "pk"))
    given = _evidence(partnership)
    reminders = _reminders(partnership, at) if milestones else {}
    steps = [
        _step(milestone, today, given.get(milestone.pk, ()), reminders.get(milestone.pk), speaker)
        for milestone in milestones
    ]
    rank = {"late": 0, "due": 1, "none": 1, "ok": 2, "cancelled": 3}
    steps.sort(key=lambda step: (rank[step.status], step.milestone.due_date, step.milestone.pk))
    return FollowUp(
        steps=steps,
        promises=_promises(partnership),
        late=sum(step.status == "late" for step in steps),
        done=sum(step.status == "ok" for step in steps),
        open_codes=[step.milestone.code for step in steps if step.status in ("late", "due", "none")],
    )


def step_of(partnership: Partnership, milestone_id: int, at: datetime, *, speaks_for: Party | None) -> Step:
    """Return one milestone of the case. Raises Http404. 2 queries."""
    milestone = partnership.milestones.select_related("owner__organisation").filter(pk=milestone_id).first()
    if milestone is None:
        raise Http404
    given = _evidence(partnership).get(milestone.pk, ())
    speaker = speaks_for if partnership.state == lifecycle.Case.ACTIVE else None
    return _step(milestone, timezone.localdate(at), given, None, speaker)


def _step(
    milestone: Milestone,
    today: date,
    evidence: Sequence[Evidence],
    reminded_at: datetime | None,
    speaks_for: Party | None,
) -> Step:
    status = _status(milestone, today)
    is_open = status in ("late", "due", "none")
    is_theirs = speaks_for is not None and milestone.owner_id in (None, speaks_for.pk)
    return Step(
        milestone=milestone,
        status=status,
        days=(milestone.due_date - today).days,
        evidence=evidence,
        reminded_at=reminded_at if is_open else None,
        may_complete=is_open and is_theirs,
    )


def _status(milestone: Milestone, today: date) -> str:
    if milestone.cancelled_at:
        return "cancelled"
    if milestone.completed_at:
        return "ok"
    if milestone.due_date < today:
        return "late"
    return "due" if (milestone.due_date - today).days <= SOON_DAYS else "none"


def _evidence(partnership: Partnership) -> Mapping[int, list[Evidence]]:
    found: dict[int, list[Evidence]] = {}
    rows = Evidence.objects.filter(milestone__partnership=partnership)
    for row in rows.select_related("party__organisation", "given_by").order_by("given_at", "pk"):
        found.setdefault(row.milestone_id, []).append(row)
    return found


def _reminders(partnership: Partnership, at: datetime) -> Mapping[int, datetime]:
    """Return when each milestone is next spoken of, from what is planned and what waits to leave."""
    prefix = message_keys.milestones_prefix(partnership.pk)
    return {
        milestone_id: next_at
        for milestone_id, next_at in outbox.next_times(prefix=prefix, fact="milestone", at=at).items()
        if isinstance(milestone_id, int)
    }


def _promises(partnership: Partnership) -> list[Promises]:
    rows = partnership.commitments.select_related("party__organisation").order_by(
        "party__rank", F("cancelled_at").asc(nulls_first=True), "pk"
    )
    grouped: dict[int | None, list[Commitment]] = {}
    for row in rows:
        grouped.setdefault(row.party_id, []).append(row)
    return [Promises(party=found[0].party, commitments=found) for found in grouped.values()]
