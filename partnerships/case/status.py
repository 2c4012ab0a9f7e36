"""The status of cases, read from the status rows that actions write, with what the reader may do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, FilteredRelation, Q, QuerySet

from accounts.approval_dates import months_after
from accounts.lifecycle import READ_ONLY
from accounts.models import User
from partnerships.case.next_step import (
    OF_AWAITED,
    AwaitedAnswer,
    NextStep,
    OpenMilestone,
    Step,
    delivery_of,
    step_for,
)
from partnerships.lifecycle import Case
from partnerships.models import Partnership, PartnershipStatus, Party, Roadmap


class PartyAccess(NamedTuple):
    """A party and what the reader may do for it; all False when the reader is no member."""

    party: Party
    is_own: bool
    may_answer: bool
    may_sign: bool


@dataclass(frozen=True, kw_only=True)
class CaseStatus:
    """The status of a case at one moment.

    `accesses`: its parties in printed order; `milestones`: the open ones of the signed text, next one first;
    `awaited`: the answers that its follow-up waits for; `next_step`: as its reader is concerned.
    """

    partnership: Partnership
    accesses: Sequence[PartyAccess]
    row: PartnershipStatus
    milestones: Sequence[OpenMilestone]
    awaited: Sequence[AwaitedAnswer]
    next_step: NextStep

    @property
    def parties(self) -> list[Party]:
        return [access.party for access in self.accesses]

    @property
    def next_milestone(self) -> OpenMilestone | None:
        """The next open milestone of an active case."""
        return self.milestones[0] if self.milestones and self.partnership.state == Case.ACTIVE else None

    @property
    def raised(self) -> list[AwaitedAnswer]:
        """The alerts and mediations that nobody has answered yet."""
        return [
            each
            for each in self.awaited
            if each.step == Step.ANSWER_ALERT or (each.step == Step.MEDIATE and each.until is not None)
        ]

    @property
    def edition(self) -> Roadmap | None:
        """The last edition that is not void."""
        return self.row.roadmap

    def charter_ends_in(self, today: date) -> int | None:
        """Return the days until the charter in force ends, from three months before; None otherwise."""
        ends_on = self.row.ends_on
        if self.partnership.state != Case.ACTIVE or ends_on is None or today < months_after(ends_on, -3):
            return None
        return (ends_on - today).days

    @property
    def is_discussed(self) -> bool:
        """Say whether a round of criticism is running; the text cannot change meanwhile."""
        return self.row.is_discussed

    @property
    def own(self) -> PartyAccess | None:
        """The party of the reader; None when they belong to none or to several."""
        own = [access for access in self.accesses if access.is_own]
        return own[0] if len(own) == 1 else None


def statuses_of(
    partnerships: Iterable[Partnership],
    at: datetime,
    *,
    user: User | None = None,
    approvals: bool = False,
) -> dict[UUID, CaseStatus]:
    """Return the status of each case at `at`, by its key, in the order given. 2 queries.

    `user`: the reader; `approvals`: load the official approval of each party too. Raises KeyError for a case
    without status row, which `manage rebuild_status` writes.
    """
    cases = {partnership.pk: partnership for partnership in partnerships}
    rows = PartnershipStatus.objects.select_related("roadmap").in_bulk(list(cases))
    reader = user if user and user.is_active and not user.is_broker else None
    accesses = _accesses(list(cases), reader, "organisation__approval" if approvals else "organisation")
    statuses = {}
    for pk, partnership in cases.items():
        milestones = [open_milestone(values) for values in rows[pk].milestones]
        awaited = [awaited_answer(values) for values in rows[pk].awaited]
        case = CaseStatus(
            partnership=partnership,
            accesses=accesses[pk],
            row=rows[pk],
            milestones=milestones,
            awaited=awaited,
            next_step=stored_step(rows[pk], milestones, awaited).at(at),
        )
        statuses[pk] = replace(case, next_step=_step_of_reader(case, user)) if user else case
    return statuses


def stored_step(
    row: PartnershipStatus, milestones: Sequence[OpenMilestone], awaited: Sequence[AwaitedAnswer]
) -> NextStep:
    """Return the next step of a status row, which applies until its deadline."""
    step = Step(row.step)
    if step in OF_AWAITED:
        return awaited[0].next_step
    return NextStep(
        step=step,
        parties=tuple(row.party_codes),
        deadline=row.deadline_at or row.due_date,
        milestone=milestones[0] if step == Step.DELIVER else None,
    )


def _step_of_reader(case: CaseStatus, user: User) -> NextStep:
    """Return the next step of a case as it concerns `user`: of several answers awaited, their own first."""
    others = [each.next_step for each in case.awaited]
    if case.next_milestone and case.next_step.step in OF_AWAITED:
        codes = tuple(party.code for party in case.parties)
        others.append(delivery_of(case.next_milestone, codes))
    own_code = case.own.party.code if case.own else None
    return step_for(case.next_step, others, own_code=own_code, is_broker=user.is_broker)


def open_milestone(values: dict[str, Any]) -> OpenMilestone:
    """Return a milestone from the JSON of a status row."""
    return OpenMilestone(**{**values, "due_date": date.fromisoformat(values["due_date"])})


def awaited_answer(values: dict[str, Any]) -> AwaitedAnswer:
    """Return an awaited answer from the JSON of a status row."""
    until = values["until"]
    return AwaitedAnswer(
        **{
            **values,
            "step": Step(values["step"]),
            "unanswered": tuple(values["unanswered"]),
            "until": datetime.fromisoformat(until) if until else None,
        }
    )


def _accesses(case_ids: Sequence[UUID], reader: User | None, related: str) -> dict[UUID, list[PartyAccess]]:
    """Return the parties of each case in order, with what the reader may do for them. 1 query."""
    parties: QuerySet[Any] = Party.objects.filter(partnership__in=case_ids)
    if reader:
        present = Q(organisation__memberships__user=reader, organisation__memberships__left_at=None)
        own = FilteredRelation("organisation__memberships", condition=present)
        roles = {"is_referent": F("own__is_referent"), "is_signatory": F("own__is_signatory")}
        parties = parties.alias(own=own).annotate(**roles)
    accesses: dict[UUID, list[PartyAccess]] = defaultdict(list)
    for party in parties.select_related(related).order_by("partnership_id", "rank", "pk"):
        is_signatory = getattr(party, "is_signatory", None)
        acts = party.organisation.state not in READ_ONLY
        may_answer = acts and bool(is_signatory or getattr(party, "is_referent", False))
        access = PartyAccess(party, is_signatory is not None, may_answer, acts and bool(is_signatory))
        accesses[party.partnership_id].append(access)
    return accesses
