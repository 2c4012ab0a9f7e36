"""All that was written and said openly of one text, read once for all who read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_language

from accounts.compiled import compiled
from ledger import queries as ledger
from partnerships.case.header import CaseHeader
from partnerships.models import Answer, Clause, ClauseRevision, Roadmap, Stance
from partnerships.text import agreement, overview, references
from partnerships.text.agreement import Place
from partnerships.text.risks import Kept, kept_in
from partnerships.text.tables import Named


class Voice(NamedTuple):
    """A party of the case by its name; `id`: its primary key."""

    id: int
    side: str
    name: str


class Asked(NamedTuple):
    """A round of criticism: when it was asked, and when it opened, if it did."""

    id: UUID
    number: int
    asked_at: datetime
    opened_at: datetime | None


class Spoke(NamedTuple):
    """One opened answer, without its words."""

    answer_id: int
    clause_id: int
    revision_id: int
    party_id: int
    stance: str
    asked: Asked
    outcome: str

    @property
    def is_unreplied(self) -> bool:
        return self.stance != Stance.AGREE and not self.outcome

    @property
    def word(self) -> str:
        return str(Stance(self.stance).label).lower()


class Written(NamedTuple):
    """One revision, without its words."""

    id: int
    clause_id: int
    written_at: datetime


class Standing(NamedTuple):
    """A standing clause with its current revision; `kept`: the risks kept on that one."""

    place: Place
    current: ClauseRevision
    kept: tuple[Kept, ...]

    @property
    def id(self) -> int:
        return self.current.clause_id

    @property
    def key(self) -> str:
        return self.place.key

    @property
    def position(self) -> int:
        return self.place.position


@dataclass(frozen=True, kw_only=True)
class Source:
    """All that `Told` follows from; nothing of its reader, nor of an envelope that is not open.

    The database seals the rest, which can only grow: what a revision says, the answers of an opened
    round, and the broker's replies to them, each of which the ledger tells (`head`: its last entry).
    """

    places: tuple[tuple[Place, tuple[Kept, ...]], ...]
    head: str
    rounds: tuple[Asked, ...]
    voices: tuple[Voice, ...]
    names: tuple[tuple[str, Named], ...]
    language: str | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Told:
    """What was written and said of one text, in outline, oldest first; told apart by identity."""

    voices: Sequence[Voice]
    names: tuple[tuple[str, Named], ...]
    called: Mapping[str, str]
    clauses: Sequence[Standing]
    written: Mapping[int, Sequence[Written]]
    spoke: Mapping[int, Sequence[Spoke]]
    rounds: Sequence[Asked]
    language: str | None


def told_of(roadmap: Roadmap, header: CaseHeader) -> Told:
    """Return what was written and said of a text. No query for a text read before, 3 else.

    `header`: asked along with `places_in`.
    """
    rows = [row for edition, *row in header.along[0] if edition == roadmap.edition]
    rounds = [
        Asked(each.pk, each.number, each.asked_at, each.opened_at)
        for each in header.case.rounds
        if each.asked_at >= roadmap.opened_at
    ]
    return _told(
        Source(
            places=tuple((Place(*place), kept_in(kept)) for *place, kept, _head in rows),
            head=rows[0][-1] if rows else "",
            rounds=tuple(sorted(rounds, key=lambda each: each.number)),
            voices=tuple(Voice(each.pk, each.side, each.organisation.name) for each in header.parties),
            names=tuple(overview.names_of(header.parties, header.broker).items()),
            language=get_language(),
        )
    )


@compiled
def places_in(case_id: UUID) -> QuerySet[Clause, tuple[Any, ...]]:
    """Return the edition of each standing clause, `PLACE`, and the head of the case's ledger. 1 query."""
    places = agreement.standing_places(case_id).annotate(head=ledger.head_within("case", case_id))
    return places.values_list("roadmap__edition", *agreement.PLACE, "head")


# Two sources that are equal tell the same: see `Source`.
@lru_cache(maxsize=64)
def _told(source: Source) -> Told:
    current = ClauseRevision.objects.in_bulk([place.revision_id for place, _kept in source.places])
    clauses = [Standing(place, current[place.revision_id], kept) for place, kept in source.places]
    clause_ids = [each.id for each in clauses]
    opened = {each.id: each for each in source.rounds if each.opened_at}
    written: dict[int, list[Written]] = defaultdict(list)
    revisions = ClauseRevision.objects.filter(clause__in=clause_ids).order_by("clause_id", "number")
    for row in revisions.values_list("pk", "clause_id", "written_at"):
        written[row[1]].append(Written(*row))
    spoke: dict[int, list[Spoke]] = defaultdict(list)
    answers = Answer.objects.filter(revision__clause__in=clause_ids, round__in=opened).order_by("pk")
    columns = ("pk", "revision__clause_id", "revision_id", "party_id", "stance", "round_id", "reply__outcome")
    for pk, clause_id, revision_id, party_id, stance, round_id, outcome in answers.values_list(*columns):
        said = Spoke(pk, clause_id, revision_id, party_id, stance, opened[round_id], outcome or "")
        spoke[clause_id].append(said)
    return Told(
        voices=source.voices,
        names=source.names,
        called=references.names_of(place for place, _kept in source.places),
        clauses=clauses,
        written={each: tuple(written[each]) for each in clause_ids},
        spoke={each: tuple(spoke[each]) for each in clause_ids},
        rounds=source.rounds,
        language=source.language,
    )


def in_force(written: Sequence[Written], at: datetime) -> int | None:
    """Return the revision of a clause that was current at a moment, None before its first one."""
    return next((each.id for each in reversed(written) if each.written_at <= at), None)
