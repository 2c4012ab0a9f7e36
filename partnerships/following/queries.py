"""Follow-up of a signed charter: milestones, commitments, reminders, workload of an organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

from django.db.models import F, Sum
from django.http import Http404
from django.utils import timezone

from accounts.models import Organisation
from outbox import queries as outbox
from outbox.kinds import Recipient
from outbox.models import Message
from partnerships import lifecycle, message_keys
from partnerships.case.recipients import lead_broker, parties_of, reminded
from partnerships.charter import terms
from partnerships.charter.texts import Heading
from partnerships.lifecycle import Case, Edition
from partnerships.models import Clause, Commitment, Evidence, Milestone, Partnership, Party

# States of a text that the parties read and that is not signed yet.
DISCUSSED: Final = (Edition.NEGOTIATION, Edition.AGREED, Edition.SIGNING)
# The kind of the message to the broker about a late milestone; the others go to its owners.
OVERDUE: Final = "milestone-overdue"
COMMITMENT_HEADINGS: Final = (Heading.ASSOCIATION_COMMITMENTS, Heading.COMPANY_COMMITMENTS)


@dataclass(frozen=True, kw_only=True)
class FollowedMilestone:
    """One milestone. `status`: "late", "due" (within a month), "none", "ok" (completed) or "cancelled".

    `days`: from today to the due date, negative once it is past; `reminded_at`: time of the next reminder.
    """

    milestone: Milestone
    status: str
    days: int
    evidence: Sequence[Evidence]
    reminded_at: datetime | None
    may_complete: bool


@dataclass(frozen=True, kw_only=True)
class PartyCommitments:
    """The commitments of one party (None for the broker), those cancelled by an amendment last."""

    party: Party | None
    commitments: Sequence[Commitment]


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """Milestones in the order late, open, completed, cancelled; commitments by party.

    `late`, `done`: numbers of milestones; `open_codes`: codes of those neither completed nor cancelled.
    """

    milestones: Sequence[FollowedMilestone]
    commitments: Sequence[PartyCommitments]
    late: int
    done: int
    open_codes: Sequence[str]


DUE_SOON_DAYS: Final = 30
OPEN_STATUSES: Final = ("late", "due", "none")


def follow_up(partnership: Partnership, at: datetime, *, answering_party: Party | None = None) -> FollowUp:
    """Return the follow-up of a case. 4 queries.

    `answering_party`: the party for which the reader may give evidence.
    """
    today = timezone.localdate(at)
    answering_party = answering_party if partnership.state == lifecycle.Case.ACTIVE else None
    milestones = list(partnership.milestones.select_related("owner__organisation").order_by("due_date", "pk"))
    evidence = _evidence(partnership)
    reminders = _reminders(partnership, milestones, at)
    rows = [
        _milestone_row(
            milestone, today, evidence.get(milestone.pk, ()), reminders.get(milestone.pk), answering_party
        )
        for milestone in milestones
    ]
    rank = {"late": 0, "due": 1, "none": 1, "ok": 2, "cancelled": 3}
    rows.sort(key=lambda row: (rank[row.status], row.milestone.due_date, row.milestone.pk))
    return FollowUp(
        milestones=rows,
        commitments=_commitments(partnership),
        late=sum(row.status == "late" for row in rows),
        done=sum(row.status == "ok" for row in rows),
        open_codes=[row.milestone.code for row in rows if row.status in OPEN_STATUSES],
    )


def milestone_row(
    partnership: Partnership, milestone_id: int, at: datetime, *, answering_party: Party | None
) -> FollowedMilestone:
    """Return one milestone of the case. Raises Http404. 2 queries."""
    milestone = partnership.milestones.select_related("owner__organisation").filter(pk=milestone_id).first()
    if milestone is None:
        raise Http404
    evidence = _evidence(partnership).get(milestone.pk, ())
    answering_party = answering_party if partnership.state == lifecycle.Case.ACTIVE else None
    return _milestone_row(milestone, timezone.localdate(at), evidence, None, answering_party)


def _milestone_row(
    milestone: Milestone,
    today: date,
    evidence: Sequence[Evidence],
    reminded_at: datetime | None,
    answering_party: Party | None,
) -> FollowedMilestone:
    status = _status(milestone, today)
    is_open = status in OPEN_STATUSES
    is_owner = answering_party is not None and milestone.owner_id in (None, answering_party.pk)
    return FollowedMilestone(
        milestone=milestone,
        status=status,
        days=(milestone.due_date - today).days,
        evidence=evidence,
        reminded_at=reminded_at if is_open else None,
        may_complete=is_open and is_owner,
    )


def _status(milestone: Milestone, today: date) -> str:
    if milestone.cancelled_at:
        return "cancelled"
    if milestone.completed_at:
        return "ok"
    if milestone.due_date < today:
        return "late"
    return "due" if (milestone.due_date - today).days <= DUE_SOON_DAYS else "none"


def _evidence(partnership: Partnership) -> Mapping[int, list[Evidence]]:
    by_milestone: dict[int, list[Evidence]] = {}
    rows = Evidence.objects.filter(milestone__partnership=partnership)
    for row in rows.select_related("party__organisation", "given_by").order_by("given_at", "pk"):
        by_milestone.setdefault(row.milestone_id, []).append(row)
    return by_milestone


def _reminders(
    partnership: Partnership, milestones: Sequence[Milestone], at: datetime
) -> Mapping[int, datetime]:
    """Return milestone key -> when the next message about it leaves; none of a case not active.

    At most 6 queries.
    """
    if not milestones or partnership.state != Case.ACTIVE:
        return {}
    people = reminded(parties_of(partnership))
    owners = {milestone.pk: milestone.owner_id for milestone in milestones}
    broker = lead_broker(partnership)

    def recipients(message: Message) -> list[Recipient]:
        if message.kind == OVERDUE:
            return broker
        owner = owners.get(message.facts["milestone"])
        groups = people.values() if owner is None else [people.get(owner, [])]
        return [recipient for group in groups for recipient in group]

    prefix = message_keys.milestones_prefix(partnership.pk)
    times = outbox.next_times(prefix=prefix, fact="milestone", at=at, recipients=recipients)
    return {milestone: next_at for milestone, next_at in times.items() if isinstance(milestone, int)}


def _commitments(partnership: Partnership) -> list[PartyCommitments]:
    rows = partnership.commitments.select_related("party__organisation").order_by(
        "party__rank", F("cancelled_at").asc(nulls_first=True), "pk"
    )
    by_party: dict[int | None, list[Commitment]] = {}
    for row in rows:
        by_party.setdefault(row.party_id, []).append(row)
    return [PartyCommitments(party=group[0].party, commitments=group) for group in by_party.values()]


class Workload(NamedTuple):
    """Hours committed in active charters (`signed`), and in first texts not signed yet (`discussed`)."""

    signed: int
    discussed: int

    @property
    def all(self) -> int:
        return self.signed + self.discussed


def workload_of(organisation: Organisation) -> Workload:
    """Return the hours that an organisation commits in its cases. 2 queries.

    Drafts of amendments are left out: they repeat the commitments of the signed charter.
    """
    signed = Commitment.objects.filter(
        party__organisation=organisation, partnership__state=Case.ACTIVE, cancelled_at=None
    ).aggregate(hours=Sum("hours"))
    clauses = Clause.objects.filter(
        roadmap__partnership__parties__organisation=organisation,
        roadmap__state__in=DISCUSSED,
        roadmap__edition=1,
        heading__in=COMMITMENT_HEADINGS,
        position__isnull=False,
        current__isnull=False,
    ).annotate(code=F("roadmap__partnership__parties__code"))
    discussed = sum(
        commitment.hours or 0
        for code, stored in clauses.order_by("pk").values_list("code", "current__terms")
        for commitment in terms.read(stored).commitments
        if commitment.party_key == code
    )
    return Workload(signed["hours"] or 0, discussed)
