"""The facts that decide whose turn it is, asked of many cases at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BooleanField, Exists, OuterRef, QuerySet, Value

from accounts.lifecycle import READ_ONLY
from accounts.models import Membership, User
from partnerships.lifecycle import Case, Edition
from partnerships.models import (
    Charter,
    Clause,
    Milestone,
    Partnership,
    Party,
    Question,
    Roadmap,
    Round,
)
from partnerships.queries.turn import Facts, NextMilestone, Turn, decide


class Seat(NamedTuple):
    """A party and what its organisation lets the reader do; all False for who is not of it."""

    party: Party
    is_own: bool
    may_answer: bool
    may_sign: bool


@dataclass(frozen=True, kw_only=True)
class CaseTurn:
    """Where a case stands: its parties in order, its last edition that is not void, its turn."""

    partnership: Partnership
    seats: Sequence[Seat]
    edition: Roadmap | None
    facts: Facts
    turn: Turn

    @property
    def parties(self) -> list[Party]:
        return [seat.party for seat in self.seats]

    @property
    def own(self) -> Seat | None:
        """The one party of the reader; None for who belongs to none, or to several."""
        own = [seat for seat in self.seats if seat.is_own]
        return own[0] if len(own) == 1 else None


class Signing(NamedTuple):
    party_ids: frozenset[int]
    is_sealed: bool


UNSIGNED = Signing(frozenset(), is_sealed=False)


class Talk(NamedTuple):
    """A text in negotiation: its clauses, on how many each party has spoken, until when it may."""

    clauses: int
    spoken: Mapping[int, int]
    deadline_at: datetime | None


def turns_of(
    partnerships: Iterable[Partnership], at: datetime, *, user: User | None = None
) -> dict[UUID, CaseTurn]:
    """Return where each case stands at that moment, by its key, in the order given.

    `user`: the reader, whose own party is marked. At most 6 queries, whatever the number of cases.
    """
    cases = {each.pk: each for each in partnerships}
    seats = _seats(cases, user)
    editions = _editions(cases)
    negotiated = [each for each in editions.values() if each.state == Edition.NEGOTIATION]
    frozen = [each for each in editions.values() if each.state in (Edition.SIGNING, Edition.SIGNED)]
    talks = _talks([each.partnership_id for each in negotiated])
    signings = _signings([each.pk for each in frozen])
    milestones = _next_milestones([each.pk for each in cases.values() if each.state == Case.ACTIVE])
    turns = {}
    for pk, partnership in cases.items():
        facts = _facts(
            partnership,
            [seat.party for seat in seats[pk]],
            editions.get(pk),
            talk=talks.get(pk) or Talk(0, {}, None),
            signing=signings.get(pk) or UNSIGNED,
            milestone=milestones.get(pk),
        )
        turns[pk] = CaseTurn(
            partnership=partnership,
            seats=seats[pk],
            edition=editions.get(pk),
            facts=facts,
            turn=decide(facts, at),
        )
    return turns


def _facts(
    partnership: Partnership,
    parties: list[Party],
    edition: Roadmap | None,
    *,
    talk: Talk,
    signing: Signing,
    milestone: NextMilestone | None,
) -> Facts:
    return Facts(
        case=Case(partnership.state),
        edition=Edition(edition.state) if edition else None,
        parties=tuple(party.code for party in parties),
        clauses=talk.clauses,
        left={party.code: talk.clauses - talk.spoken.get(party.pk, 0) for party in parties},
        deadline_at=talk.deadline_at,
        unsigned=tuple(party.code for party in parties if party.pk not in signing.party_ids),
        is_sealed=signing.is_sealed,
        milestone=milestone,
    )


def _seats(case_ids: Iterable[UUID], user: User | None) -> dict[UUID, list[Seat]]:
    parties = Party.objects.filter(partnership__in=list(case_ids)).select_related("organisation__approval")
    seats: dict[UUID, list[Seat]] = defaultdict(list)
    for party in _marked(parties, user).order_by("partnership_id", "rank", "pk"):
        seats[party.partnership_id].append(Seat(party, party.is_own, party.may_answer, party.may_sign))
    return seats


def _marked(parties: QuerySet[Party], user: User | None) -> QuerySet[Any]:
    if user is None or user.is_broker:
        nothing = Value(False, output_field=BooleanField())  # noqa: FBT003
        return parties.annotate(is_own=nothing, may_answer=nothing, may_sign=nothing)
    own = Membership.objects.present().filter(user=user, organisation=OuterRef("organisation"))
    acting = own.exclude(organisation__state__in=READ_ONLY)
    return parties.annotate(
        is_own=Exists(own),
        may_answer=Exists(acting.filter(is_referent=True) | acting.filter(is_signatory=True)),
        may_sign=Exists(acting.filter(is_signatory=True)),
    )


def _editions(case_ids: Iterable[UUID]) -> dict[UUID, Roadmap]:
    editions = (
        Roadmap.objects.filter(partnership__in=list(case_ids))
        .exclude(state=Edition.VOID)
        .order_by("partnership_id", "-edition")
        .distinct("partnership_id")
    )
    return {each.partnership_id: each for each in editions}


def _talks(case_ids: Sequence[UUID]) -> dict[UUID, Talk]:
    rounds = (
        Round.objects.filter(partnership__in=case_ids, question=Question.CRITICISM)
        .order_by("partnership_id", "-number")
        .distinct("partnership_id")
    )
    deadlines = dict(rounds.values_list("partnership_id", "deadline_at"))
    rows = Clause.objects.filter(
        roadmap__partnership__in=case_ids, roadmap__state=Edition.NEGOTIATION, position__isnull=False
    ).values_list("roadmap__partnership_id", "pk", "current__answers__party_id")
    clauses: dict[UUID, set[int]] = defaultdict(set)
    spoken: dict[UUID, set[tuple[int, int]]] = defaultdict(set)
    for case_id, clause_id, party_id in rows.order_by("pk"):
        clauses[case_id].add(clause_id)
        if party_id is not None:
            spoken[case_id].add((party_id, clause_id))
    return {
        case_id: Talk(
            len(found), Counter(party_id for party_id, _clause in spoken[case_id]), deadlines.get(case_id)
        )
        for case_id, found in clauses.items()
    }


def _signings(roadmap_ids: Sequence[UUID]) -> dict[UUID, Signing]:
    rows = Charter.objects.filter(roadmap__in=roadmap_ids, voided=None).values_list(
        "partnership_id", "signatures__party_id", "sealed__charter_id"
    )
    signed: dict[UUID, set[int]] = defaultdict(set)
    sealed = {}
    for case_id, party_id, sealed_id in rows.order_by("pk"):
        sealed[case_id] = sealed_id is not None
        if party_id is not None:
            signed[case_id].add(party_id)
    return {case_id: Signing(frozenset(signed[case_id]), is_sealed=held) for case_id, held in sealed.items()}


def _next_milestones(case_ids: Sequence[UUID]) -> dict[UUID, NextMilestone]:
    rows = (
        Milestone.objects.filter(partnership__in=case_ids, completed_at=None, cancelled_at=None)
        .order_by("partnership_id", "due_date", "pk")
        .distinct("partnership_id")
        .values_list("partnership_id", "pk", "code", "title", "owner__code", "due_date")
    )
    return {
        case_id: NextMilestone(id=pk, code=code, title=title, owner=owner, due_date=due_date)
        for case_id, pk, code, title, owner, due_date in rows
    }
