"""What was said of each clause, in outline: who stands where, what changed, what is asked of the reader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import FETCH_RAISE
from django.utils.translation import gettext as _

from partnerships.models import Answer, Clause, ClauseRevision, Party, Roadmap, Round, Stance
from partnerships.queries import agreement, changes, citing, overview
from partnerships.queries.case import CaseHeader
from partnerships.queries.changes import Changes
from partnerships.queries.overview import Badge, Names
from partnerships.queries.own_answer import OwnAnswer, Saved
from partnerships.queries.stances import Place, Spoke, StanceShown, badge_of_all, own_badge, stance_of
from partnerships.queries.text import ClauseShown, clause_shown

TAKEN = ("taken", "partly")


class Asker(NamedTuple):
    """Whose remark a change takes up; `answer_id`: the answer in which it was made."""

    side: str
    name: str
    about: str
    answer_id: int


class Written(NamedTuple):
    """One revision, without its words."""

    id: int
    clause_id: int
    written_at: datetime


@dataclass(frozen=True, kw_only=True)
class Told:
    """All that was written and said of one text, in outline, oldest first."""

    names: Names
    called: Mapping[str, str]
    clauses: Sequence[Clause]
    written: Mapping[int, Sequence[Written]]
    spoke: Mapping[int, Sequence[Spoke]]
    rounds: Sequence[Round]
    before: Mapping[int, ClauseRevision] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ClauseTalk:
    """`changes`: since the reader's party last spoke of the clause, None when it says the same.

    `why`: the reason of the change; `asked_by`: the remarks that the broker took up in it.
    `moved`: numbers of the clauses that it cites and that took the reader's agreement back.
    `is_asked`: the running round asks the reader's party; `saved`: what that party has drafted.
    `remarks`: how many answers ask something of the clause; `unreplied`: of how many the broker owes one.
    """

    clause_id: int
    revision_id: int
    shown: ClauseShown
    changes: Changes | None
    why: str
    asked_by: Sequence[Asker]
    moved: Sequence[int]
    stances: Sequence[StanceShown]
    badge: Badge
    is_asked: bool
    saved: Saved | None
    last: Spoke | None
    remarks: int
    unreplied: int

    @property
    def is_left(self) -> bool:
        """Say whether the reader's party still has to speak of the clause before it seals."""
        return not self.saved.said.is_complete if self.saved else self.is_asked

    @property
    def is_settled(self) -> bool:
        """Say whether all agree to the clause as it stands, so that nobody needs to read it again."""
        agreed = all(each.stance == Stance.AGREE for each in self.stances)
        return agreed and not (self.is_left or self.changes or self.unreplied)


def told_of(roadmap: Roadmap, header: CaseHeader) -> Told:
    """Return what was written and said of a text. 4 queries, whatever its length."""
    clauses = agreement.clauses_of(roadmap)
    rounds = {each.pk: each for each in header.case.rounds if each.asked_at >= roadmap.opened_at}
    written: dict[int, list[Written]] = defaultdict(list)
    rows = ClauseRevision.objects.filter(clause__roadmap=roadmap, clause__position__isnull=False)
    for row in rows.order_by("clause_id", "number").values_list("pk", "clause_id", "written_at"):
        written[row[1]].append(Written(*row))
    spoke: dict[int, list[Spoke]] = defaultdict(list)
    for said in _answers(roadmap, rounds):
        spoke[said.clause_id].append(said)
    told = Told(
        names=overview.names_of(header.parties, header.broker),
        called=citing.names_of(clauses),
        clauses=clauses,
        written=written,
        spoke=spoke,
        rounds=sorted(rounds.values(), key=lambda each: each.number),
    )
    wanted = [found for clause in clauses if (found := _before(clause, told, header.reader.party))]
    before = ClauseRevision.objects.filter(pk__in=wanted).fetch_mode(FETCH_RAISE).order_by("pk")
    return Told(**{**vars(told), "before": {each.clause_id: each for each in before}})


def _answers(roadmap: Roadmap, rounds: Mapping[UUID, Round]) -> Iterator[Spoke]:
    rows = Answer.objects.filter(
        revision__clause__roadmap=roadmap, revision__clause__position__isnull=False
    ).order_by("pk")
    told = rows.values_list(
        "pk", "revision__clause_id", "revision_id", "party_id", "stance", "round_id", "reply__outcome"
    )
    for answer_id, clause_id, revision_id, party_id, stance, round_id, outcome in told:
        yield Spoke(answer_id, clause_id, revision_id, party_id, stance, rounds[round_id], outcome or "")


def _before(clause: Clause, told: Told, party: Party | None) -> int | None:
    """Return the revision with which the current one is compared for a reader, if there is one.

    That on which the reader's party last spoke; for who never spoke, the one that the last rounds showed.
    """
    own = [each.revision_id for each in told.spoke[clause.pk] if party and each.party_id == party.pk]
    if own:
        return own[-1] if own[-1] != clause.current_id else None
    shown = [in_force(told.written[clause.pk], asked.asked_at) for asked in told.rounds]
    return next((each for each in reversed(shown) if each not in (None, clause.current_id)), None)


def in_force(written: Sequence[Written], at: datetime) -> int | None:
    """Return the revision of a clause that was current at a moment, None before its first one."""
    return next((each.id for each in reversed(written) if each.written_at <= at), None)


def talks_of(
    told: Told, header: CaseHeader, own: OwnAnswer | None, sealed: frozenset[int] | None
) -> list[ClauseTalk]:
    """Return each clause with where everybody stands on it, in printed order. No query.

    `own`: what the reader's party has drafted; `sealed`: parties that have sealed the running round, None
    when none runs.
    """
    return [_talk(clause, told, header, own, sealed) for clause in told.clauses]


def _talk(
    clause: Clause, told: Told, header: CaseHeader, own: OwnAnswer | None, sealed: frozenset[int] | None
) -> ClauseTalk:
    current = clause.current
    if current is None:
        raise AssertionError(clause.pk)
    spoke, reader = told.spoke[clause.pk], header.reader.party
    last = {each.party_id: each for each in spoke}
    places = {party.pk: Place.of(clause, last.get(party.pk), told.clauses) for party in header.parties}
    before = told.before.get(clause.pk)
    saved = own.saved.get(current.pk) if own else None
    heard = [each for each in spoke if each.outcome in TAKEN and before and each.revision_id >= before.pk]
    return ClauseTalk(
        clause_id=clause.pk,
        revision_id=current.pk,
        shown=clause_shown(clause, told.names, told.called),
        changes=changes.between(before, current, told.names, told.called) if before else None,
        why=current.reason if before else "",
        asked_by=[_asker(each, header.parties) for each in heard],
        moved=places[reader.pk].moved if reader else (),
        stances=[
            stance_of(
                party, places[party.pk], sealed, saved if party == reader else None, is_own=party == reader
            )
            for party in header.parties
        ],
        badge=own_badge(places[reader.pk], saved) if reader else badge_of_all(list(places.values())),
        is_asked=own is not None and reader is not None and not places[reader.pk].agrees,
        saved=saved,
        last=last.get(reader.pk) if reader else None,
        remarks=sum(each.stance != Stance.AGREE for each in spoke),
        unreplied=sum(each.is_unreplied for each in spoke),
    )


def _asker(spoke: Spoke, parties: Sequence[Party]) -> Asker:
    party = next(each for each in parties if each.pk == spoke.party_id)
    words = _("%(stance)s du tour %(number)s") % {"stance": spoke.word, "number": spoke.asked.number}
    return Asker(party.side, party.organisation.name, words, spoke.answer_id)
