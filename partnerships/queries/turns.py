"""The facts that decide whose turn it is, asked of many cases at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, FilteredRelation, Q

from accounts.lifecycle import READ_ONLY
from accounts.models import User
from partnerships.lifecycle import Case, Edition
from partnerships.models import (
    Answer,
    Charter,
    Milestone,
    Partnership,
    Party,
    Question,
    Roadmap,
    Round,
    Stance,
)
from partnerships.queries.turn import Facts, OpenMilestone, Running, Turn, decide


class Seat(NamedTuple):
    """A party and what its organisation lets the reader do; all False for who is not of it."""

    party: Party
    is_own: bool
    may_answer: bool
    may_sign: bool


@dataclass(frozen=True, kw_only=True)
class CaseTurn:
    """Where a case stands: its parties in order, its turn, and what that follows from.

    `editions` and `rounds` (of criticism): all of them, latest first; `milestones`: the open ones of a
    signed text, the next one first.
    """

    partnership: Partnership
    seats: Sequence[Seat]
    editions: Sequence[Roadmap]
    rounds: Sequence[Round]
    milestones: Sequence[OpenMilestone]
    facts: Facts
    turn: Turn

    @property
    def parties(self) -> list[Party]:
        return [seat.party for seat in self.seats]

    @property
    def edition(self) -> Roadmap | None:
        """The last edition that is not void."""
        return _standing(self.editions)

    @property
    def own(self) -> Seat | None:
        """The one party of the reader; None for who belongs to none, or to several."""
        own = [seat for seat in self.seats if seat.is_own]
        return own[0] if len(own) == 1 else None


class Signing(NamedTuple):
    party_ids: frozenset[int]
    is_sealed: bool


UNSIGNED = Signing(frozenset(), is_sealed=False)


def turns_of(
    partnerships: Iterable[Partnership], at: datetime, *, user: User | None = None
) -> dict[UUID, CaseTurn]:
    """Return where each case stands at that moment, by its key, in the order given.

    `user`: the reader, whose own party is marked. At most 7 queries, whatever the number of cases.
    """
    cases = {each.pk: each for each in partnerships}
    seats = _seats(cases, user)
    editions = _by_case(Roadmap.objects.filter(partnership__in=list(cases)).order_by("-edition"))
    standing = [found for each in editions.values() if (found := _standing(each))]
    rounds = _rounds(list(cases))
    remarks = _remarks([each for each in standing if each.state == Edition.NEGOTIATION])
    frozen = [each.pk for each in standing if each.state in (Edition.SIGNING, Edition.SIGNED)]
    signings = _signings(frozen) if frozen else {}
    milestones = _milestones([pk for pk, each in cases.items() if each.activated_at])
    turns = {}
    for pk, partnership in cases.items():
        facts = _facts(
            partnership,
            [seat.party for seat in seats[pk]],
            _standing(editions[pk]),
            signing=signings.get(pk, UNSIGNED),
            milestone=next(iter(milestones[pk]), None),
        )
        facts = replace(facts, running=_running(rounds[pk], seats[pk]), remarks=remarks.get(pk, 0))
        turns[pk] = CaseTurn(
            partnership=partnership,
            seats=seats[pk],
            editions=editions[pk],
            rounds=[each for each in rounds[pk] if each.question == Question.CRITICISM],
            milestones=milestones[pk],
            facts=facts,
            turn=decide(facts, at),
        )
    return turns


def _standing(editions: Iterable[Roadmap]) -> Roadmap | None:
    return next((each for each in editions if each.state != Edition.VOID), None)


def _facts(
    partnership: Partnership,
    parties: list[Party],
    edition: Roadmap | None,
    *,
    signing: Signing,
    milestone: OpenMilestone | None,
) -> Facts:
    return Facts(
        case=Case(partnership.state),
        edition=Edition(edition.state) if edition else None,
        parties=tuple(party.code for party in parties),
        unsigned=tuple(party.code for party in parties if party.pk not in signing.party_ids),
        is_sealed=signing.is_sealed,
        milestone=milestone if partnership.state == Case.ACTIVE else None,
    )


def _seats(case_ids: Iterable[UUID], user: User | None) -> dict[UUID, list[Seat]]:
    reader = user if user and user.is_active and not user.is_broker else None
    present = Q(organisation__memberships__user=reader, organisation__memberships__left_at=None)
    parties = (
        Party.objects.filter(partnership__in=list(case_ids))
        .select_related("organisation__approval")
        .alias(own=FilteredRelation("organisation__memberships", condition=present))
        .annotate(is_referent=F("own__is_referent"), is_signatory=F("own__is_signatory"))
    )
    seats: dict[UUID, list[Seat]] = defaultdict(list)
    for party in parties.order_by("partnership_id", "rank", "pk"):
        is_own = party.is_signatory is not None
        acts = party.organisation.state not in READ_ONLY
        may_answer = acts and bool(party.is_referent or party.is_signatory)
        may_sign = acts and bool(party.is_signatory)
        seats[party.partnership_id].append(Seat(party, is_own, may_answer, may_sign))
    return seats


def _by_case[T: (Roadmap, Round)](rows: Iterable[T]) -> dict[UUID, list[T]]:
    found: dict[UUID, list[T]] = defaultdict(list)
    for each in rows:
        found[each.partnership_id].append(each)
    return found


def _rounds(case_ids: Sequence[UUID]) -> dict[UUID, list[Round]]:
    unsealed = ArrayAgg("envelopes__party_id", filter=Q(envelopes__sealed_at=None), default=[])
    # The key of a round is for who opens an envelope, not for who reads a case.
    asked = Round.objects.filter(partnership__in=case_ids).defer("key").annotate(unsealed=unsealed)
    return _by_case(asked.order_by("-asked_at", "-number", "pk"))


def _running(rounds: Sequence[Round], seats: Sequence[Seat]) -> Running | None:
    """Return the round that ends first of those that have not opened."""
    closed = [each for each in rounds if each.opened_at is None and each.cancelled_at is None]
    asked = min(closed, key=lambda each: each.deadline_at, default=None)
    if asked is None:
        return None
    silent: list[int] = asked.unsealed  # type: ignore[attr-defined]
    codes = tuple(seat.party.code for seat in seats if seat.party.pk in silent)
    return Running(asked.question, codes, asked.deadline_at)


def _remarks(editions: Sequence[Roadmap]) -> dict[UUID, int]:
    """Return how many remarks wait for a reply in each text, by the key of its case. 1 query at most."""
    if not editions:
        return {}
    cases = {each.pk: each.partnership_id for each in editions}
    asked = Answer.objects.filter(
        revision__clause__roadmap__in=list(cases), revision__clause__position__isnull=False, reply=None
    ).exclude(stance=Stance.AGREE)
    rows = asked.order_by().values_list("revision__clause__roadmap_id").annotate(many=Count("pk"))
    return {cases[roadmap_id]: many for roadmap_id, many in rows}


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


def _milestones(case_ids: Sequence[UUID]) -> dict[UUID, list[OpenMilestone]]:
    found: dict[UUID, list[OpenMilestone]] = defaultdict(list)
    if not case_ids:
        return found
    rows = (
        Milestone.objects.filter(partnership__in=case_ids, completed_at=None, cancelled_at=None)
        .order_by("due_date", "pk")
        .values_list("partnership_id", "pk", "code", "title", "owner__code", "due_date")
    )
    for case_id, pk, code, title, owner, due_date in rows:
        found[case_id].append(OpenMilestone(id=pk, code=code, title=title, owner=owner, due_date=due_date))
    return found
