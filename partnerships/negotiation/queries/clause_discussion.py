"""What was said of each clause, in outline: who stands where, what changed, what is asked of the reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from partnerships.case.header import CaseHeader
from partnerships.models import ClauseRevision, Stance
from partnerships.negotiation.queries.own_answer import OwnAnswer, Saved
from partnerships.negotiation.queries.stances import (
    Place,
    StanceShown,
    badge_of_all,
    draft_badge,
    drafted,
    own_badge,
    stance_of,
)
from partnerships.negotiation.queries.text_history import Spoke, Standing, Told, Voice, in_force
from partnerships.text import changes
from partnerships.text.changes import Changes
from partnerships.text.overview import Badge
from partnerships.text.view import ClauseShown, clause_shown

TAKEN = ("taken", "partly")


class Asker(NamedTuple):
    """Whose remark a change takes up; `answer_id`: the answer in which it was made."""

    side: str
    name: str
    about: str
    answer_id: int


class Line(NamedTuple):
    """A clause in a list of them; `status` and `label`: of its badge.

    `number` in figures: a page takes its time to write a number.
    """

    number: str
    title: str
    status: str
    label: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Reading:
    """A clause as one side of the case reads it; told apart by identity.

    `changes`: since the reader's party last spoke of the clause, None when it says the same.
    `why`: the reason of the change; `asked_by`: the remarks that the broker took up in it.
    `moved`: numbers of the clauses that it cites and that took the reader's agreement back.
    """

    shown: ClauseShown
    changes: Changes | None
    why: str
    asked_by: Sequence[Asker]
    moved: Sequence[int]


@dataclass(frozen=True, kw_only=True, eq=False)
class ClauseTalk:
    """What one side of the case reads of a clause and says of it; told apart by identity.

    `is_asked`: the running round asks the reader's party; `saved`: what that party has drafted.
    `drafted_on`: the same without the draft, None when there is none.
    `own_rank`: place of the reader's party among the stances.
    `remarks`: how many answers ask something of the clause; `unreplied`: of how many the broker owes one.
    """

    clause_id: int
    revision_id: int
    reading: Reading
    stances: tuple[StanceShown, ...]
    own_rank: int
    badge: Badge
    is_asked: bool
    saved: Saved | None
    last: Spoke | None
    remarks: int
    unreplied: int
    drafted_on: ClauseTalk | None = None

    @property
    def line(self) -> Line:
        """What a list of clauses says of it."""
        return Line(str(self.shown.number), self.shown.title, self.badge.status, self.badge.label)

    @property
    def shown(self) -> ClauseShown:
        return self.reading.shown

    @property
    def changes(self) -> Changes | None:
        return self.reading.changes

    @property
    def is_left(self) -> bool:
        """Say whether the reader's party still has to speak of the clause before it seals."""
        return not self.saved.said.is_complete if self.saved else self.is_asked

    @property
    def is_answered(self) -> bool:
        """Say whether the reader's party has drafted all it needs to say, so that the text may fold."""
        return self.saved is not None and not self.is_left

    @property
    def is_settled(self) -> bool:
        """Say whether all agree to the clause as it stands, so that nobody needs to read it again."""
        agreed = all(each.stance == Stance.AGREE for each in self.stances)
        return agreed and not (self.is_left or self.changes or self.unreplied)

    @property
    def undrafted(self) -> ClauseTalk:
        return self.drafted_on or self

    @property
    def own_stance(self) -> str:
        """The stance drafted, empty without one."""
        return self.stances[self.own_rank].stance if self.saved else ""

    @property
    def own_word(self) -> str:
        return self.stances[self.own_rank].word if self.saved else ""

    @property
    def link_class(self) -> str:
        return "second" if self.is_left else "quiet"

    @property
    def link_words(self) -> str:
        """Return what the link to the form says to who may answer."""
        if self.is_left:
            return _("Répondre à la clause %(number)s") % {"number": self.shown.number}
        return _("Changer ma réponse à la clause %(number)s") % {"number": self.shown.number}


def talks_of(
    told: Told, header: CaseHeader, own: OwnAnswer | None, sealed: frozenset[int] | None
) -> list[ClauseTalk]:
    """Return each clause with where everybody stands on it, in printed order. At most 1 query.

    `own`: what the reader's party has drafted; `sealed`: parties that have sealed the running round, None
    when none runs.
    """
    party = header.reader.party
    talks = _talks(told, party.pk if party else None, sealed)
    if own is None or party is None:
        return [*talks]
    is_sealed = party.pk in (sealed or ())
    return [
        _drafted(talk, saved, is_sealed=is_sealed) if (saved := own.saved.get(talk.revision_id)) else talk
        for talk in talks
    ]


def _drafted(talk: ClauseTalk, saved: Saved, *, is_sealed: bool) -> ClauseTalk:
    """Return what is the reader's party's alone: no cache ever holds it."""
    own = drafted(talk.stances[talk.own_rank].side, saved, is_sealed=is_sealed)
    return replace(
        talk,
        saved=saved,
        drafted_on=talk,
        stances=tuple(own if rank == talk.own_rank else each for rank, each in enumerate(talk.stances)),
        badge=draft_badge(saved),
    )


# What was told is of one language, and never changes: see `told.Source`.
@lru_cache(maxsize=128)
def _talks(told: Told, reader_id: int | None, sealed: frozenset[int] | None) -> tuple[ClauseTalk, ...]:
    wanted = {each.id: found for each in told.clauses if (found := _before(each, told, reader_id))}
    before = ClauseRevision.objects.in_bulk([*wanted.values()]) if wanted else {}
    return tuple(
        _talk(each, told, reader_id, sealed, before.get(wanted.get(each.id, 0))) for each in told.clauses
    )


def _before(clause: Standing, told: Told, reader_id: int | None) -> int | None:
    """Return the revision with which the current one is compared for a reader, if there is one.

    That on which the reader's party last spoke; for who never spoke, the one that the last rounds showed.
    """
    own = [each.revision_id for each in told.spoke[clause.id] if each.party_id == reader_id]
    if own:
        return own[-1] if own[-1] != clause.current.pk else None
    shown = [in_force(told.written[clause.id], asked.asked_at) for asked in told.rounds]
    return next((each for each in reversed(shown) if each not in (None, clause.current.pk)), None)


def _talk(
    clause: Standing,
    told: Told,
    reader_id: int | None,
    sealed: frozenset[int] | None,
    before: ClauseRevision | None,
) -> ClauseTalk:
    current, spoke = clause.current, told.spoke[clause.id]
    last = {each.party_id: each for each in spoke}
    places = {each.id: Place.of(clause, last.get(each.id), told.clauses) for each in told.voices}
    own = places.get(reader_id) if reader_id else None
    heard = [each for each in spoke if each.outcome in TAKEN and before and each.revision_id >= before.pk]
    shown = clause_shown(clause.place, current, told.names, told.called, told.language)
    return ClauseTalk(
        clause_id=clause.id,
        revision_id=current.pk,
        reading=Reading(
            shown=replace(shown, kept=clause.kept) if clause.kept else shown,
            changes=changes.between(before, current, dict(told.names), told.called) if before else None,
            why=current.reason if before else "",
            asked_by=[_asker(each, told.voices) for each in heard],
            moved=own.moved if own else (),
        ),
        stances=tuple(
            stance_of(each, places[each.id], sealed, is_own=each.id == reader_id) for each in told.voices
        ),
        own_rank=next((rank for rank, each in enumerate(told.voices) if each.id == reader_id), 0),
        badge=own_badge(own) if own else badge_of_all(list(places.values())),
        is_asked=own is not None and sealed is not None and not own.agrees,
        saved=None,
        last=last.get(reader_id) if reader_id else None,
        remarks=sum(each.stance != Stance.AGREE for each in spoke),
        unreplied=sum(each.is_unreplied for each in spoke),
    )


def _asker(spoke: Spoke, voices: Sequence[Voice]) -> Asker:
    voice = next(each for each in voices if each.id == spoke.party_id)
    words = _("%(stance)s du tour %(number)s") % {"stance": spoke.word, "number": spoke.asked.number}
    return Asker(voice.side, voice.name, words, spoke.answer_id)
