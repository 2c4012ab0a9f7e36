"""The clauses of a discussed text as one side reads them: who stands where, what changed, what is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.case.header import CaseHeader
from partnerships.models import (
    Answer,
    Clause,
    ClausePosition,
    ClauseRevision,
    ClauseStanding,
    Party,
    Roadmap,
    Stance,
)
from partnerships.negotiation.queries.own_answer import OwnAnswer, Saved
from partnerships.text import agreement, changes, overview, references
from partnerships.text.cache import SECONDS, text_key
from partnerships.text.changes import Changes
from partnerships.text.clause_positions import agrees
from partnerships.text.overview import Badge
from partnerships.text.view import ClauseShown, clause_shown

TAKEN = ("taken", "partly")
STATUSES = {
    Stance.AGREE: "ok",
    Stance.QUESTION: "doubt",
    Stance.RESERVATION: "due",
    Stance.OBJECTION: "late",
}


class StanceShown(NamedTuple):
    """One row of the `stances` component; `stance` is "waiting" for a party that has not spoken."""

    side: str
    name: str
    stance: str
    word: str


class LastAnswer(NamedTuple):
    """The last opened answer of a party on a clause."""

    answer_id: int
    revision_id: int
    stance: str


class Asker(NamedTuple):
    """Whose remark a change takes up; `answer_id`: the answer in which it was made."""

    side: str
    name: str
    about: str
    answer_id: int


class ClauseSummary(NamedTuple):
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

    `changes`: since the reader's party last answered on the clause, None when it says the same.
    `why`: the reason of the change; `asked_by`: the remarks that the broker took up in it.
    `moved`: numbers of the clauses that it cites and that took the reader's agreement back.
    """

    shown: ClauseShown
    changes: Changes | None
    why: str
    asked_by: Sequence[Asker]
    moved: Sequence[int]


@dataclass(frozen=True, kw_only=True, eq=False)
class DiscussedClause:
    """What one side of the case reads of a clause and answers to it; told apart by identity.

    `is_asked`: the running round asks the reader's party; `saved`: what that party has drafted.
    `drafted_on`: the same without the draft, None when there is none.
    `own_rank`: place of the reader's party among the stances; `last`: its last opened answer.
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
    last: LastAnswer | None
    remarks: int
    unreplied: int
    drafted_on: DiscussedClause | None = None

    @property
    def line(self) -> ClauseSummary:
        """What a list of clauses says of it."""
        return ClauseSummary(str(self.shown.number), self.shown.title, self.badge.status, self.badge.label)

    @property
    def shown(self) -> ClauseShown:
        return self.reading.shown

    @property
    def changes(self) -> Changes | None:
        return self.reading.changes

    @property
    def is_left(self) -> bool:
        """Say whether the reader's party still has to answer on the clause before it seals."""
        return not self.saved.said.is_complete if self.saved else self.is_asked

    @property
    def is_answered(self) -> bool:
        """Say whether the reader's party has drafted all it needs to say, so that the text may fold."""
        return self.saved is not None and not self.is_left

    @property
    def is_settled(self) -> bool:
        """Say whether all agree to the clause as it stands, so that nobody needs to read it again."""
        agreed = all(stance.stance == Stance.AGREE for stance in self.stances)
        return agreed and not (self.is_left or self.changes or self.unreplied)

    @property
    def undrafted(self) -> DiscussedClause:
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


def discussed_clauses(
    roadmap: Roadmap, header: CaseHeader, own: OwnAnswer | None, sealed: frozenset[int] | None, *, key: str
) -> list[DiscussedClause]:
    """Return each clause with where everybody stands on it, in printed order.

    `own`: what the reader's party has drafted; `sealed`: parties that have sealed the running round, None
    when none runs; `key`: the `discussion_key` of these. No query for a text in the cache, at most 5 else.
    """
    party = header.reader.party
    clauses: list[DiscussedClause] | None = cache.get(key)
    if clauses is None:
        text = _read(roadmap, header, party)
        clauses = [_discussed(clause, text, party, sealed) for clause in text.clauses]
        cache.set(key, clauses, SECONDS)
    if own is None or party is None:
        return clauses
    is_sealed = party.pk in (sealed or ())
    return [
        _drafted(clause, saved, is_sealed=is_sealed)
        if (saved := own.saved.get(clause.revision_id))
        else clause
        for clause in clauses
    ]


def discussion_key(roadmap: Roadmap, header: CaseHeader, sealed: frozenset[int] | None) -> str:
    """Return the key under which what one side reads openly of a text is cached; no draft is in it.

    1 query.
    """
    party = header.reader.party
    running = sorted(sealed) if sealed is not None else None
    return text_key("discussed-clauses", roadmap, header, party.code if party else "", running)


class _Text(NamedTuple):
    """What the database holds of a text for one reader.

    `before`: by clause, the revision with which the current one is compared; `taken`: by clause, the
    answers that the broker took up.
    """

    parties: Sequence[Party]
    names: Mapping[str, Any]
    reference_names: Mapping[str, str]
    clauses: Sequence[Clause]
    standings: Mapping[int, ClauseStanding]
    positions: Mapping[tuple[int, int], ClausePosition]
    before: Mapping[int, ClauseRevision]
    taken: Mapping[int, Sequence[Answer]]


def _read(roadmap: Roadmap, header: CaseHeader, party: Party | None) -> _Text:
    clauses = agreement.clauses_of(roadmap)
    standings = ClauseStanding.objects.filter(clause__roadmap=roadmap).order_by("pk")
    found = ClausePosition.objects.filter(clause__roadmap=roadmap).order_by("clause_id", "party__rank")
    by_clause = {standing.clause_id: standing for standing in standings}
    positions = {(position.clause_id, position.party_id): position for position in found}
    wanted = {}
    for clause in clauses:
        own = positions.get((clause.pk, party.pk)) if party else None
        source = own if own and own.answer_id else by_clause.get(clause.pk)
        if source and source.compared_with_id:
            wanted[clause.pk] = source.compared_with_id
    revisions = ClauseRevision.objects.in_bulk(list(wanted.values())) if wanted else {}
    return _Text(
        parties=header.parties,
        names=overview.names_of(header.parties, header.broker),
        reference_names=references.names_of(clauses),
        clauses=clauses,
        standings=by_clause,
        positions=positions,
        before={clause_id: revisions[pk] for clause_id, pk in wanted.items()},
        taken=_taken(list(wanted)) if wanted else {},
    )


def _taken(clause_ids: Sequence[int]) -> dict[int, list[Answer]]:
    """Return the answers on these clauses that the broker took up, by clause, oldest first. 1 query."""
    answers = Answer.objects.filter(revision__clause__in=clause_ids, reply__outcome__in=TAKEN)
    related = answers.select_related("revision", "round").defer("round__key", "revision__body")
    taken: dict[int, list[Answer]] = {clause_id: [] for clause_id in clause_ids}
    for answer in related.order_by("pk"):
        taken[answer.revision.clause_id].append(answer)
    return taken


def _discussed(
    clause: Clause, text: _Text, party: Party | None, sealed: frozenset[int] | None
) -> DiscussedClause:
    current, before = clause.current, text.before.get(clause.pk)
    if current is None:
        raise AssertionError(clause.pk)
    positions = [_position(text, clause, each) for each in text.parties]
    rank = next((rank for rank, each in enumerate(text.parties) if each == party), None)
    own = positions[rank] if rank is not None else None
    standing = text.standings.get(clause.pk) or ClauseStanding(clause=clause)
    taken = [answer for answer in text.taken.get(clause.pk, ()) if before and answer.revision_id >= before.pk]
    return DiscussedClause(
        clause_id=clause.pk,
        revision_id=current.pk,
        reading=Reading(
            shown=clause_shown(clause, text.names, text.reference_names),
            changes=changes.between(before, current, text.names, text.reference_names) if before else None,
            why=current.reason if before else "",
            asked_by=[_asker(answer, text.parties) for answer in taken],
            moved=own.moved if own else (),
        ),
        stances=tuple(
            _stance(each, position, sealed, is_own=each == party)
            for each, position in zip(text.parties, positions, strict=True)
        ),
        own_rank=rank or 0,
        badge=_own_badge(own) if own else _badge_of_all(positions),
        is_asked=own is not None and sealed is not None and not agrees(own),
        saved=None,
        last=_last(own) if own else None,
        remarks=standing.remarks,
        unreplied=standing.unreplied,
    )


def _last(own: ClausePosition) -> LastAnswer | None:
    if own.answer_id is None or own.revision_id is None:
        return None
    return LastAnswer(own.answer_id, own.revision_id, own.stance)


def _position(text: _Text, clause: Clause, party: Party) -> ClausePosition:
    return text.positions.get((clause.pk, party.pk)) or ClausePosition(clause=clause, party=party)


def _asker(answer: Answer, parties: Sequence[Party]) -> Asker:
    party = next(each for each in parties if each.pk == answer.party_id)
    words = {"stance": _word(answer.stance), "number": answer.round.number}
    about = _("%(stance)s du tour %(number)s") % words
    return Asker(party.side, party.organisation.name, about, answer.pk)


def _word(stance: str) -> str:
    return str(Stance(stance).label).lower()


def _holds(position: ClausePosition) -> bool:
    """Say whether what a party answered last still counts."""
    return position.is_current and not position.moved


def _stance(
    party: Party, position: ClausePosition, sealed: frozenset[int] | None, *, is_own: bool
) -> StanceShown:
    """Return the row of one party: while a round runs, of the others at most that they have sealed.

    `sealed`: parties that have sealed the running round, None when none runs.
    """
    name = _("Vous") if is_own else party.organisation.name
    if position.stance and (agrees(position) or (sealed is None and _holds(position))):
        return StanceShown(party.side, name, position.stance, _word(position.stance))
    if sealed is not None and party.pk in sealed:
        return StanceShown(party.side, name, "waiting", _("réponse scellée"))
    return StanceShown(party.side, name, "waiting", _waiting(position))


def _waiting(position: ClausePosition) -> str:
    if not position.stance:
        return _("pas encore répondu")
    if position.moved:
        words = {"numbers": ", ".join(map(str, position.moved))}
        return (
            ngettext(
                "à redire, car la clause %(numbers)s, citée ici, a changé",
                "à redire, car les clauses %(numbers)s, citées ici, ont changé",
                len(position.moved),
            )
            % words
        )
    words = {"stance": _word(position.stance), "number": str(position.round_number)}
    if position.is_current:
        return _("attendue, %(stance)s au tour %(number)s") % words
    return _("à redire, %(stance)s au tour %(number)s sur le texte d’avant") % words


def _drafted(clause: DiscussedClause, saved: Saved, *, is_sealed: bool) -> DiscussedClause:
    """Return a clause with what the reader's party alone has drafted on it."""
    words = _("%(stance)s, scellé") if is_sealed else _("%(stance)s, pas encore scellé")
    stance = saved.said.stance
    side = clause.stances[clause.own_rank].side
    own = StanceShown(side, _("Vous"), stance.value, words % {"stance": _word(stance)})
    missing = "" if saved.said.is_complete else _(", sans raison")
    return replace(
        clause,
        saved=saved,
        drafted_on=clause,
        stances=tuple(own if rank == clause.own_rank else each for rank, each in enumerate(clause.stances)),
        badge=Badge(STATUSES[stance], _word(stance) + missing),
    )


def _own_badge(position: ClausePosition) -> Badge:
    """Return where the reader's own party stands by what was opened."""
    if not position.stance or not _holds(position):
        return Badge("none", _("à répondre"))
    return Badge(STATUSES[Stance(position.stance)], _word(position.stance))


def _badge_of_all(positions: Sequence[ClausePosition]) -> Badge:
    """Return the gravest stance taken; agreement only when all agree."""
    held = [position.stance for position in positions if position.stance and _holds(position)]
    gravest = max(held, key=lambda stance: list(STATUSES).index(Stance(stance)), default=None)
    if gravest is None or (gravest == Stance.AGREE and len(held) < len(positions)):
        return Badge("none", _("en attente"))
    return Badge(STATUSES[Stance(gravest)], _word(gravest))
