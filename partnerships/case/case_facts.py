"""The facts that decide whose turn it is, asked of many cases at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case as Choice
from django.db.models import Count, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, When

from accounts.compiled import Among, Asked, compiled
from accounts.lifecycle import READ_ONLY
from accounts.models import User
from accounts.together import together
from partnerships.case.next_step import Facts, OpenMilestone, Running, Turn, decide
from partnerships.case.signatures import UNSIGNED, Signing, signings_of
from partnerships.lifecycle import Case, Edition
from partnerships.models import (
    Answer,
    Milestone,
    Partnership,
    Party,
    Question,
    Roadmap,
    Round,
    Stance,
)


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
    def is_discussed(self) -> bool:
        """Say whether the parties are answering on the text, which stands still until then."""
        return any(each.opened_at is None and each.cancelled_at is None for each in self.rounds)

    @property
    def own(self) -> Seat | None:
        """The one party of the reader; None for who belongs to none, or to several."""
        own = [seat for seat in self.seats if seat.is_own]
        return own[0] if len(own) == 1 else None


def turns_of(
    partnerships: Iterable[Partnership], at: datetime, *, user: User | None = None
) -> dict[UUID, CaseTurn]:
    """Return where each case stands at that moment, by its key, in the order given.

    `user`: the reader, whose own party is marked. At most 3 queries, whatever the number of cases.
    """
    return turns_along(partnerships, at, user=user)[0]


def turns_along(
    partnerships: Iterable[Partnership],
    at: datetime,
    *,
    user: User | None = None,
    along: Sequence[Asked[Any]] = (),
) -> tuple[dict[UUID, CaseTurn], Sequence[list[Any]]]:
    """Return the same, then what was found of the questions `along`, asked at the same time."""
    cases = {each.pk: each for each in partnerships}
    ids = list(cases)
    reader = user if user and user.is_active and not user.is_broker else None
    own = (_parties.asked(ids, reader.pk if reader else None), _editions.asked(ids), _rounds.asked(ids))
    parties, written, asked, *found = together(*own, *along)
    seats, editions, rounds = _seats(parties), _by_case(written), _by_case(asked)
    standing = [last for each in editions.values() if (last := _standing(each))]
    remarks: dict[UUID, int | None] = {each.partnership_id: each.unreplied for each in standing}  # type: ignore[attr-defined]
    frozen = [each.pk for each in standing if each.state in (Edition.SIGNING, Edition.SIGNED)]
    signings = signings_of(frozen)
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
        facts = replace(facts, running=_running(rounds[pk], seats[pk]), remarks=remarks.get(pk) or 0)
        turns[pk] = CaseTurn(
            partnership=partnership,
            seats=seats[pk],
            editions=editions[pk],
            rounds=[each for each in rounds[pk] if each.question == Question.CRITICISM],
            milestones=milestones[pk],
            facts=facts,
            turn=decide(facts, at),
        )
    return turns, found


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
        has_evidence=bool(partnership.evidence_of_need.strip()),
        milestone=milestone if partnership.state == Case.ACTIVE else None,
    )


def _seats(parties: Iterable[Any]) -> dict[UUID, list[Seat]]:
    seats: dict[UUID, list[Seat]] = defaultdict(list)
    for party in parties:
        is_own = party.is_signatory is not None
        acts = party.organisation.state not in READ_ONLY
        may_answer = acts and bool(party.is_referent or party.is_signatory)
        may_sign = acts and bool(party.is_signatory)
        seats[party.partnership_id].append(Seat(party, is_own, may_answer, may_sign))
    return seats


@compiled
def _parties(case_ids: list[UUID], reader_id: UUID | None) -> QuerySet[Any]:
    """Return the parties of the cases; the reader's own say what the reader is there. 1 query."""
    present = Q(organisation__memberships__user=reader_id, organisation__memberships__left_at=None)
    parties = Party.objects.filter(Among("partnership", case_ids)).select_related("organisation__approval")
    own = FilteredRelation("organisation__memberships", condition=present)
    told = {"is_referent": F("own__is_referent"), "is_signatory": F("own__is_signatory")}
    return parties.alias(own=own).annotate(**told).order_by("partnership_id", "rank", "pk")


@compiled
def _editions(case_ids: list[UUID]) -> QuerySet[Any]:
    """Return the editions of the cases, the last first; one in negotiation says what is `unreplied`. 1 query.

    That is how many remarks on its standing clauses wait for a reply of the broker.
    """
    asked = Answer.objects.filter(
        revision__clause__roadmap=OuterRef("pk"), revision__clause__position__isnull=False, reply=None
    ).exclude(stance=Stance.AGREE)
    many = asked.order_by().values("revision__clause__roadmap").values(many=Count("pk"))
    unreplied = When(state=Edition.NEGOTIATION, then=Subquery(many))
    editions = Roadmap.objects.filter(Among("partnership", case_ids))
    return editions.annotate(unreplied=Choice(unreplied)).order_by("-edition")


def _by_case[T: (Roadmap, Round)](rows: Iterable[T]) -> dict[UUID, list[T]]:
    found: dict[UUID, list[T]] = defaultdict(list)
    for each in rows:
        found[each.partnership_id].append(each)
    return found


@compiled
def _rounds(case_ids: list[UUID]) -> QuerySet[Round]:
    """Return the rounds of the cases, each with the parties that have not sealed, latest first. 1 query."""
    unsealed = ArrayAgg("envelopes__party_id", filter=Q(envelopes__sealed_at=None), default=[])
    # The key of a round is for who opens an envelope, not for who reads a case.
    asked = Round.objects.filter(Among("partnership", case_ids)).defer("key").annotate(unsealed=unsealed)
    return asked.order_by("-asked_at", "-number", "pk")


def _running(rounds: Sequence[Round], seats: Sequence[Seat]) -> Running | None:
    """Return the round that ends first of those that have not opened."""
    closed = [each for each in rounds if each.opened_at is None and each.cancelled_at is None]
    asked = min(closed, key=lambda each: each.deadline_at, default=None)
    if asked is None:
        return None
    silent: list[int] = asked.unsealed  # type: ignore[attr-defined]
    codes = tuple(seat.party.code for seat in seats if seat.party.pk in silent)
    return Running(asked.question, codes, asked.deadline_at)


def _milestones(case_ids: Sequence[UUID]) -> dict[UUID, list[OpenMilestone]]:
    found: dict[UUID, list[OpenMilestone]] = defaultdict(list)
    for case_id, pk, code, title, owner, due_date in _open(list(case_ids)) if case_ids else []:
        found[case_id].append(OpenMilestone(id=pk, code=code, title=title, owner=owner, due_date=due_date))
    return found


@compiled
def _open(case_ids: list[UUID]) -> QuerySet[Milestone, tuple[Any, ...]]:
    """Return the case of each open milestone, then the fields of `OpenMilestone`. 1 query."""
    living = Milestone.objects.filter(completed_at=None, cancelled_at=None)
    milestones = living.filter(Among("partnership", case_ids))
    told = ("pk", "code", "title", "owner__code", "due_date")
    return milestones.order_by("due_date", "pk").values_list("partnership_id", *told)
