"""The follow-up of a signed charter: milestones and commitments, with their evidence and reminders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from django.db.models import F, Prefetch
from django.http import Http404
from django.utils import timezone

from outbox import queries as outbox
from outbox.kinds import Recipient
from outbox.models import Message
from partnerships import lifecycle, message_keys
from partnerships.case.clock import case_time
from partnerships.case.recipients import lead_broker, parties_of, reached, reminded
from partnerships.following.queries.evidence import GivenEvidence, evidence_of
from partnerships.following.queries.postponement import AskedPostponement, postponements_of
from partnerships.lifecycle import Case
from partnerships.models import Commitment, Milestone, Partnership, Party, PostponementDecision, Snooze
from partnerships.patient_surveys.queries import SurveyCounts, surveys_of

# The kind of the message to the broker about a late milestone; the others go to its owners.
OVERDUE: Final = "milestone-overdue"
DUE_SOON_DAYS: Final = 30


class Progress(StrEnum):
    """Where a milestone or a commitment stands."""

    LATE = "late"
    DUE = "due"  # within a month
    TO_COME = "to_come"
    CONTESTED = "contested"  # the broker is to settle
    TO_CONFIRM = "to_confirm"  # declared done, the other parties answer
    DONE = "done"
    CANCELLED = "cancelled"


OPEN: Final = (Progress.LATE, Progress.DUE, Progress.TO_COME)
UNSETTLED: Final = (Progress.CONTESTED, Progress.TO_CONFIRM)
# The colour of each; that of a late one is also that of a contested one.
COLOURS: Final = {
    Progress.LATE: "late",
    Progress.DUE: "due",
    Progress.TO_COME: "none",
    Progress.CONTESTED: "late",
    Progress.TO_CONFIRM: "due",
    Progress.DONE: "ok",
    Progress.CANCELLED: "none",
}
ORDER: Final = (
    Progress.LATE,
    Progress.CONTESTED,
    Progress.TO_CONFIRM,
    *OPEN[1:],
    Progress.DONE,
    Progress.CANCELLED,
)


@dataclass(frozen=True, kw_only=True)
class FollowedMilestone:
    """One milestone. `status`: its colour, a value of COLOURS.

    `days`: from today to the due date, negative once it is past; `reminded_at`: time of the next reminder;
    `postponed`: how often the parties agreed to postpone it; `may_postpone`: the reader may ask for it;
    `waits_on`: the late milestone of another owner on which it depends, which stops its reminders; `surveys`:
    what patients say of it.
    """

    milestone: Milestone
    progress: Progress
    days: int
    evidence: Sequence[GivenEvidence]
    reminded_at: datetime | None
    may_complete: bool
    postponements: Sequence[AskedPostponement] = ()
    waits_on: Milestone | None = None
    surveys: Sequence[SurveyCounts] = ()

    @property
    def status(self) -> str:
        return COLOURS[self.progress]

    @property
    def postponed(self) -> int:
        return sum(each.request.decision == PostponementDecision.ACCEPTED for each in self.postponements)

    @property
    def may_postpone(self) -> bool:
        return self.may_complete and all(each.request.decided_at for each in self.postponements)


@dataclass(frozen=True, kw_only=True)
class FollowedCommitment:
    """One commitment; `may_complete`: the reader may declare it kept."""

    commitment: Commitment
    progress: Progress
    evidence: Sequence[GivenEvidence]
    may_complete: bool

    @property
    def status(self) -> str:
        return COLOURS[self.progress]


@dataclass(frozen=True, kw_only=True)
class PartyCommitments:
    """The commitments of one party (None for the broker), those cancelled by an amendment last."""

    party: Party | None
    commitments: Sequence[FollowedCommitment]


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """Milestones in the order late, contested, to confirm, open, done, cancelled; commitments by party.

    `late`, `done`: numbers of milestones; `open_codes`: codes of those neither completed nor cancelled;
    `unsettled_codes`: codes of what is declared done and not yet accepted, commitments included;
    `surveys`: what patients say of the whole action.
    """

    milestones: Sequence[FollowedMilestone]
    commitments: Sequence[PartyCommitments]
    late: int
    done: int
    open_codes: Sequence[str]
    unsettled_codes: Sequence[str]
    surveys: Sequence[SurveyCounts] = ()

    @property
    def is_over(self) -> bool:
        """Whether nothing is open and nothing waits for an answer."""
        return not self.open_codes and not self.unsettled_codes


def follow_up(
    partnership: Partnership,
    at: datetime,
    *,
    answering_party: Party | None = None,
    is_broker: bool = False,
) -> FollowUp:
    """Return the follow-up of a case. 12 queries.

    `answering_party`: the party for which the reader may act; `is_broker`: the reader acts for the broker.
    In a suspended case nothing becomes late.
    """
    today = timezone.localdate(case_time(partnership, at))
    is_broker = is_broker and partnership.state == lifecycle.Case.ACTIVE
    answering_party = answering_party if partnership.state == lifecycle.Case.ACTIVE else None
    milestones = list(
        partnership.milestones.select_related("owner__organisation", "depends_on")
        .prefetch_related(Prefetch("snoozes", queryset=Snooze.objects.order_by("pk")))
        .order_by("due_date", "pk")
    )
    evidence = evidence_of(partnership, answering_party=answering_party)
    reminders = _reminders(partnership, milestones, at)
    requests = postponements_of(partnership, answering_party=answering_party)
    surveys = surveys_of(partnership)
    rows = [
        replace(
            _milestone_row(milestone, today, evidence[milestone], answering_party),
            reminded_at=None
            if milestone.completed_at or milestone.waits_on(today)
            else reminders.get(milestone.pk),
            waits_on=milestone.waits_on(today),
            postponements=requests.get(milestone.pk, ()),
            surveys=[each for each in surveys if each.survey.milestone_id == milestone.pk],
        )
        for milestone in milestones
    ]
    rows.sort(key=lambda row: (ORDER.index(row.progress), row.milestone.due_date, row.milestone.pk))
    commitments = _commitments(partnership, evidence, answering_party, is_broker=is_broker)
    followed = [
        *((row.milestone.code, row.progress) for row in rows),
        *((row.commitment.code, row.progress) for group in commitments for row in group.commitments),
    ]
    return FollowUp(
        milestones=rows,
        commitments=commitments,
        late=sum(row.progress == Progress.LATE for row in rows),
        done=sum(row.progress == Progress.DONE for row in rows),
        open_codes=[row.milestone.code for row in rows if row.progress in OPEN],
        unsettled_codes=[code for code, progress in followed if progress in UNSETTLED],
        surveys=[each for each in surveys if each.survey.milestone_id is None],
    )


def milestone_row(
    partnership: Partnership, milestone_id: int, at: datetime, *, answering_party: Party | None
) -> FollowedMilestone:
    """Return one milestone of the case. Raises Http404. 7 queries."""
    milestone = partnership.milestones.select_related("owner__organisation").filter(pk=milestone_id).first()
    if milestone is None:
        raise Http404
    answering_party = answering_party if partnership.state == lifecycle.Case.ACTIVE else None
    evidence = evidence_of(partnership, answering_party=answering_party)[milestone]
    today = timezone.localdate(case_time(partnership, at))
    row = _milestone_row(milestone, today, evidence, answering_party)
    requests = postponements_of(partnership, answering_party=answering_party)
    return replace(row, postponements=requests.get(milestone.pk, ()))


def commitment_row(
    partnership: Partnership,
    commitment_id: int,
    *,
    answering_party: Party | None,
    is_broker: bool = False,
) -> FollowedCommitment:
    """Return one commitment of the case. Raises Http404. 4 queries."""
    rows = partnership.commitments.select_related("party__organisation")
    commitment = rows.filter(pk=commitment_id).first()
    if commitment is None:
        raise Http404
    answering_party = answering_party if partnership.state == lifecycle.Case.ACTIVE else None
    evidence = evidence_of(partnership, answering_party=answering_party)[commitment]
    is_broker = is_broker and partnership.state == lifecycle.Case.ACTIVE
    return _commitment_row(commitment, evidence, answering_party, is_broker=is_broker)


def _milestone_row(
    milestone: Milestone,
    today: date,
    evidence: Sequence[GivenEvidence],
    answering_party: Party | None,
) -> FollowedMilestone:
    progress = _answered(milestone, evidence) or _awaited(milestone.due_date, today)
    is_owner = answering_party is not None and milestone.owner_id in (None, answering_party.pk)
    return FollowedMilestone(
        milestone=milestone,
        progress=progress,
        days=(milestone.due_date - today).days,
        evidence=evidence,
        reminded_at=None,
        may_complete=progress in OPEN and is_owner,
    )


def _commitment_row(
    commitment: Commitment,
    evidence: Sequence[GivenEvidence],
    answering_party: Party | None,
    *,
    is_broker: bool,
) -> FollowedCommitment:
    progress = _answered(commitment, evidence) or Progress.TO_COME
    if commitment.party_id is None:
        is_owner = is_broker
    else:
        is_owner = answering_party is not None and commitment.party_id == answering_party.pk
    return FollowedCommitment(
        commitment=commitment,
        progress=progress,
        evidence=evidence,
        may_complete=progress in OPEN and is_owner,
    )


def _answered(subject: Milestone | Commitment, evidence: Sequence[GivenEvidence]) -> Progress | None:
    """Return the progress of what is declared done or cancelled, None of what is open."""
    if subject.cancelled_at:
        return Progress.CANCELLED
    if subject.completed_at is None:
        return None
    last = evidence[-1] if evidence else None
    if last is None or not last.is_unsettled:
        return Progress.DONE
    return Progress.CONTESTED if last.is_contested else Progress.TO_CONFIRM


def _awaited(due_date: date, today: date) -> Progress:
    if due_date < today:
        return Progress.LATE
    return Progress.DUE if (due_date - today).days <= DUE_SOON_DAYS else Progress.TO_COME


def _reminders(
    partnership: Partnership, milestones: Sequence[Milestone], at: datetime
) -> Mapping[int, datetime]:
    """Return milestone key -> when the next message about it leaves; none of a case not active.

    At most 7 queries.
    """
    if not milestones or partnership.state != Case.ACTIVE:
        return {}
    people = reminded(parties_of(partnership))
    rows = {milestone.pk: milestone for milestone in milestones}
    broker = lead_broker(partnership)

    def recipients(message: Message) -> list[Recipient]:
        if message.kind == OVERDUE:
            return broker
        milestone = rows[message.facts["milestone"]]
        owner = milestone.owner_id
        groups = people.values() if owner is None else [people.get(owner, [])]
        everybody = [recipient for group in groups for recipient in group]
        return reached(message, milestone.snoozes.all(), everybody)

    prefix = message_keys.milestones_prefix(partnership.pk)
    times = outbox.next_times(prefix=prefix, fact="milestone", at=at, recipients=recipients)
    return {milestone: next_at for milestone, next_at in times.items() if isinstance(milestone, int)}


def _commitments(
    partnership: Partnership,
    evidence: Mapping[Milestone | Commitment, Sequence[GivenEvidence]],
    answering_party: Party | None,
    *,
    is_broker: bool,
) -> list[PartyCommitments]:
    rows = partnership.commitments.select_related("party__organisation").order_by(
        "party__rank", F("cancelled_at").asc(nulls_first=True), "pk"
    )
    by_party: dict[int | None, list[FollowedCommitment]] = defaultdict(list)
    for row in rows:
        followed = _commitment_row(row, evidence[row], answering_party, is_broker=is_broker)
        by_party[row.party_id].append(followed)
    return [
        PartyCommitments(party=group[0].commitment.party, commitments=group) for group in by_party.values()
    ]
