"""The clauses of a discussed text for one side: positions of the parties, changes, remarks."""

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
from partnerships.negotiation.queries.positions import (
    DraftAnswer,
    DraftPosition,
    Remark,
    remarks_by_clause,
)
from partnerships.text import agreement, overview, references
from partnerships.text.cache import SECONDS, text_key
from partnerships.text.clause_positions import agrees, is_agreement
from partnerships.text.differences import changes
from partnerships.text.differences.amended import amended_by
from partnerships.text.differences.changes import Changes
from partnerships.text.overview import Badge
from partnerships.text.view import ClauseShown, clause_shown

ADOPTED_OUTCOMES = ("taken", "partly")
STATUSES = {
    Stance.AGREE: "ok",
    Stance.QUESTION: "doubt",
    Stance.RESERVATION: "due",
    Stance.OBJECTION: "late",
}


class StanceRow(NamedTuple):
    """One row of the `stances` component; `stance` is "waiting" for a party without answer."""

    side: str
    name: str
    stance: str
    label: str


class LastAnswer(NamedTuple):
    """The last opened answer of a party on a clause."""

    answer_id: int
    revision_id: int
    stance: str


class RemarkAuthor(NamedTuple):
    """The author of a remark adopted in a revision; `answer_id`: the answer with the remark."""

    side: str
    name: str
    about: str
    answer_id: int


class ClauseSummary(NamedTuple):
    """A clause in a list of them, with its badges; `is_focus`: it is the displayed one."""

    number: str
    title: str
    badges: tuple[Badge, ...]
    is_focus: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class ClauseReading:
    """A clause as displayed to one side of the case; compared by identity.

    `changes`: since the last answer of the reader's party, None without any. `reason`: of the change;
    `remark_authors`: of the remarks adopted in it. `moved`: numbers of the cited clauses whose revision
    invalidated the agreement of the reader's party. `change`: "added" or "changed" by an amendment,
    "removed", or ""; `signed_number`: the number of the clause in the signed text, "" without any.
    """

    shown: ClauseShown
    changes: Changes | None
    reason: str
    remark_authors: Sequence[RemarkAuthor]
    moved: Sequence[str]
    change: str = ""
    signed_number: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class DiscussedClause:
    """A clause under discussion as displayed to one side of the case; compared by identity.

    `is_awaited`: the running round needs an answer of the reader's party; `draft`: its drafted position.
    `revision_number`, `body`, `plain_words`: of the current revision, as stored.
    `own_rank`: index of the reader's party in `stances`, None without any; `last`: its last opened answer.
    `badge`: of the reader's party, of all parties without any; `against`: badges of the other parties that
    have a question, a reservation or an objection about the current revision.
    `remarks`: the opened remarks of all parties with their replies, oldest first; `unreplied`: the number of
    those without reply.
    """

    clause_id: int
    revision_id: int
    revision_number: int
    body: str
    plain_words: str
    reading: ClauseReading
    stances: tuple[StanceRow, ...]
    own_rank: int | None
    badge: Badge
    against: tuple[Badge, ...]
    is_awaited: bool
    draft: DraftPosition | None
    last: LastAnswer | None
    remarks: tuple[Remark, ...]
    unreplied: int

    def summary(self, focus: DiscussedClause | None) -> ClauseSummary:
        """Return the entry of the clause in a list; a remark of another party is never left out."""
        badges = (
            (self.badge, *self.against) if self.own_rank is not None or not self.against else self.against
        )
        return ClauseSummary(self.shown.number, self.shown.title, badges, self is focus)

    @property
    def shown(self) -> ClauseShown:
        return self.reading.shown

    @property
    def changes(self) -> Changes | None:
        return self.reading.changes

    @property
    def is_unanswered(self) -> bool:
        """Say whether the reader's party must still complete its position before sealing."""
        return not self.draft.position.is_complete if self.draft else self.is_awaited

    @property
    def is_settled(self) -> bool:
        """Say whether all parties agree to the current revision and nothing is pending."""
        agreed = all(stance.stance == Stance.AGREE for stance in self.stances)
        return agreed and not (self.is_unanswered or self.changes or self.unreplied)

    @property
    def latest_remarks(self) -> list[Remark]:
        """The last remark of each party, unless it has agreed since."""
        return [remark for remark in self.remarks if remark.is_last]

    @property
    def earlier_remarks(self) -> list[Remark]:
        """The remarks of earlier rounds and the reasons of the revisions before the current one."""
        return [
            remark
            for remark in self.remarks
            if not remark.is_last and not (remark.answer_id is None and remark.is_on_current)
        ]


def discussed_clauses(
    roadmap: Roadmap, header: CaseHeader, own: DraftAnswer | None, sealed: frozenset[int] | None, *, key: str
) -> list[DiscussedClause]:
    """Return each clause with the positions of the parties, in printed order.

    `own`: the drafted answer of the reader's party; `sealed`: parties that have sealed the running round,
    None when none runs; `key`: the `discussion_key`. No query when cached, else at most 7.
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
        _drafted(clause, draft, is_sealed=is_sealed)
        if (draft := own.positions.get(clause.revision_id))
        else clause
        for clause in clauses
    ]


def discussion_key(roadmap: Roadmap, header: CaseHeader, sealed: frozenset[int] | None) -> str:
    """Return the cache key of the clauses for one side, without drafts. 1 query."""
    party = header.reader.party
    running = sorted(sealed) if sealed is not None else None
    return text_key("discussed-clauses", roadmap, header, party.code if party else "", running)


class _Text(NamedTuple):
    """The rows of a text for one reader, by primary key of the clause.

    `numbers`: from `references.numbers_of`; `signed`: of an amendment, the signed numbers by key.
    `compared`: the revision with which the current one is compared; `adopted`: the answers whose remarks
    the broker adopted.
    """

    parties: Sequence[Party]
    names: Mapping[str, Any]
    reference_names: Mapping[str, str]
    numbers: Mapping[int, str]
    clauses: Sequence[Clause]
    signed: Mapping[str, str] | None
    standings: Mapping[int, ClauseStanding]
    positions: Mapping[tuple[int, int], ClausePosition]
    compared: Mapping[int, ClauseRevision]
    adopted: Mapping[int, Sequence[Answer]]
    remarks: Mapping[int, Sequence[Remark]]

    def numbers_at(self, positions: Sequence[int]) -> list[str]:
        """Return the numbers of the clauses at these positions."""
        return [self.numbers[clause.pk] for clause in self.clauses if clause.position in positions]


def _read(roadmap: Roadmap, header: CaseHeader, party: Party | None) -> _Text:
    clauses = agreement.asked_of(roadmap)
    standings = ClauseStanding.objects.filter(clause__roadmap=roadmap).order_by("pk")
    position_rows = ClausePosition.objects.filter(clause__roadmap=roadmap).order_by(
        "clause_id", "party__rank"
    )
    by_clause = {standing.clause_id: standing for standing in standings}
    positions = {(position.clause_id, position.party_id): position for position in position_rows}
    compared_ids = {}
    for clause in clauses:
        own = positions.get((clause.pk, party.pk)) if party else None
        source = own if own and own.answer_id else by_clause.get(clause.pk)
        if source and source.compared_with_id:
            compared_ids[clause.pk] = source.compared_with_id
    revisions = ClauseRevision.objects.in_bulk(list(compared_ids.values())) if compared_ids else {}
    return _Text(
        parties=header.parties,
        names=overview.names_of(header.parties, header.broker),
        reference_names=references.names_of(clauses),
        numbers=references.numbers_of(clauses),
        clauses=clauses,
        signed=_signed(roadmap, clauses),
        standings=by_clause,
        positions=positions,
        compared={clause_id: revisions[pk] for clause_id, pk in compared_ids.items()},
        adopted=_adopted_answers(list(compared_ids)) if compared_ids else {},
        remarks=remarks_by_clause(roadmap, str(header.broker)),
    )


def _adopted_answers(clause_ids: Sequence[int]) -> dict[int, list[Answer]]:
    """Return the answers whose remarks the broker adopted, by clause, oldest first. 1 query."""
    answers = Answer.objects.filter(revision__clause__in=clause_ids, reply__outcome__in=ADOPTED_OUTCOMES)
    related = answers.select_related("revision", "round").defer("round__key", "revision__body")
    adopted: dict[int, list[Answer]] = {clause_id: [] for clause_id in clause_ids}
    for answer in related.order_by("pk"):
        adopted[answer.revision.clause_id].append(answer)
    return adopted


def _discussed(
    clause: Clause, text: _Text, party: Party | None, sealed: frozenset[int] | None
) -> DiscussedClause:
    current, compared = clause.current, text.compared.get(clause.pk)
    if current is None:
        raise AssertionError(clause.pk)
    positions = [_position(text, clause, each) for each in text.parties]
    rank = next((rank for rank, each in enumerate(text.parties) if each == party), None)
    own = positions[rank] if rank is not None else None
    standing = text.standings.get(clause.pk) or ClauseStanding(clause=clause)
    adopted = [
        answer for answer in text.adopted.get(clause.pk, ()) if compared and answer.revision_id >= compared.pk
    ]
    return DiscussedClause(
        clause_id=clause.pk,
        revision_id=current.pk,
        revision_number=current.number,
        body=current.body,
        plain_words=current.plain_words,
        reading=ClauseReading(
            shown=clause_shown(clause, text.numbers[clause.pk], text.names, text.reference_names),
            changes=_changes(current, compared, text),
            change=_change(clause, text),
            signed_number=(text.signed or {}).get(clause.key, ""),
            reason=current.reason if compared or current.is_removal else "",
            remark_authors=[_remark_author(answer, text.parties) for answer in adopted],
            moved=text.numbers_at(own.moved) if own else (),
        ),
        stances=tuple(
            _stance(other, position, text, sealed, is_own=other == party)
            for other, position in zip(text.parties, positions, strict=True)
        ),
        own_rank=rank,
        badge=_own_badge(own) if own else _badge_of_all(positions),
        against=tuple(
            _badge_against(other, position)
            for other, position in zip(text.parties, positions, strict=True)
            if other != party and position.is_current and position.stance not in ("", Stance.AGREE)
        ),
        is_awaited=own is not None and sealed is not None and not agrees(own),
        draft=None,
        last=_last(own) if own else None,
        remarks=tuple(text.remarks.get(clause.pk, ())),
        unreplied=standing.unreplied,
    )


def _changes(current: ClauseRevision, compared: ClauseRevision | None, text: _Text) -> Changes | None:
    if current.is_removal:
        return changes.removal_of(current, text.names, text.reference_names)
    return changes.between(compared, current, text.names, text.reference_names) if compared else None


def _change(clause: Clause, text: _Text) -> str:
    """Return what is asked about a clause: "added" or "changed" by an amendment, "removed", or ""."""
    if clause.current and clause.current.is_removal:
        return "removed"
    if text.signed is None:
        return ""
    if clause.key not in text.signed:
        return "added"
    return "changed" if clause.pk in text.compared else ""


def _signed(roadmap: Roadmap, clauses: Sequence[Clause]) -> dict[str, str] | None:
    """Return the number of each signed clause by key, None for the charter. At most 2 queries."""
    amended = amended_by(roadmap, [clause for clause in clauses if clause.position])
    if amended is None:
        return None
    numbers = references.numbers_of(amended.clauses)
    return {clause.key: numbers[clause.pk] for clause in amended.clauses}


def _last(own: ClausePosition) -> LastAnswer | None:
    if own.answer_id is None or own.revision_id is None:
        return None
    return LastAnswer(own.answer_id, own.revision_id, own.stance)


def _position(text: _Text, clause: Clause, party: Party) -> ClausePosition:
    return text.positions.get((clause.pk, party.pk)) or ClausePosition(clause=clause, party=party)


def _remark_author(answer: Answer, parties: Sequence[Party]) -> RemarkAuthor:
    party = next(each for each in parties if each.pk == answer.party_id)
    words = {"stance": _stance_label(answer.stance), "number": answer.round.number}
    about = _("%(stance)s du tour %(number)s") % words
    return RemarkAuthor(party.side, party.organisation.name, about, answer.pk)


def _stance_label(stance: str) -> str:
    return str(Stance(stance).label).lower()


def _is_valid(position: ClausePosition) -> bool:
    """Say whether the last answer of a party is valid."""
    return position.is_current and not position.moved


def _stance(
    party: Party, position: ClausePosition, text: _Text, sealed: frozenset[int] | None, *, is_own: bool
) -> StanceRow:
    """Return the row of one party; while a round runs, it tells of others only whether they have sealed.

    `sealed`: parties that have sealed the running round, None when none runs.
    """
    name = _("Vous") if is_own else party.organisation.name
    if position.is_signed and not is_agreement(position):
        is_corrected = position.compared_with_id is not None
        label = _("correction confirmée") if is_corrected else _("accord de la charte signée")
        return StanceRow(party.side, name, Stance.AGREE.value, label)
    if position.stance and (agrees(position) or (sealed is None and _is_valid(position))):
        return StanceRow(party.side, name, position.stance, _stance_label(position.stance))
    if sealed is not None and party.pk in sealed:
        return StanceRow(party.side, name, "waiting", _("réponse scellée"))
    return StanceRow(party.side, name, "waiting", _waiting(position, text))


def _waiting(position: ClausePosition, text: _Text) -> str:
    if not position.stance:
        return _("pas encore répondu")
    if position.moved:
        words = {"numbers": ", ".join(text.numbers_at(position.moved))}
        return (
            ngettext(
                "à confirmer\u00a0: la clause %(numbers)s, citée ici, a changé",
                "à confirmer\u00a0: les clauses %(numbers)s, citées ici, ont changé",
                len(position.moved),
            )
            % words
        )
    words = {"stance": _stance_label(position.stance), "number": str(position.round_number)}
    if position.is_current:
        return _("à confirmer : %(stance)s au tour %(number)s") % words
    return _("à confirmer\u00a0: %(stance)s au tour %(number)s, sur la version précédente") % words


def _drafted(clause: DiscussedClause, draft: DraftPosition, *, is_sealed: bool) -> DiscussedClause:
    """Return a clause with the drafted position, which only the reader's party may see."""
    words = _("%(stance)s, scellé") if is_sealed else _("%(stance)s, pas encore scellé")
    stance, rank = draft.position.stance, clause.own_rank
    if rank is None:
        raise AssertionError(clause.clause_id)
    side = clause.stances[rank].side
    own = StanceRow(side, _("Vous"), stance.value, words % {"stance": _stance_label(stance)})
    missing = "" if draft.position.is_complete else _(", sans raison")
    return replace(
        clause,
        draft=draft,
        stances=(*clause.stances[:rank], own, *clause.stances[rank + 1 :]),
        badge=Badge(STATUSES[stance], _stance_label(stance) + missing),
    )


def _badge_against(party: Party, position: ClausePosition) -> Badge:
    """Return the badge of a party that does not agree to the current revision, with its name."""
    words = {"stance": _stance_label(position.stance), "name": party.organisation.name}
    return Badge(STATUSES[Stance(position.stance)], _("%(stance)s\u00a0: %(name)s") % words)


def _own_badge(position: ClausePosition) -> Badge:
    """Return the badge of the reader's party from its opened answer or its signature."""
    if position.is_signed and position.compared_with_id is None:
        return Badge("ok", _("inchangée, votre accord reste valable"))
    if position.is_signed:
        return Badge("ok", _("correction confirmée"))
    if not position.stance or not _is_valid(position):
        return Badge("none", _("à répondre"))
    return Badge(STATUSES[Stance(position.stance)], _stance_label(position.stance))


def _badge_of_all(positions: Sequence[ClausePosition]) -> Badge:
    """Return the badge of the most severe valid stance; of agreement only when all agree."""
    valid = [
        Stance.AGREE if position.is_signed else position.stance
        for position in positions
        if position.is_signed or (position.stance and _is_valid(position))
    ]
    most_severe = max(valid, key=lambda stance: list(STATUSES).index(Stance(stance)), default=None)
    if most_severe is None or (most_severe == Stance.AGREE and len(valid) < len(positions)):
        return Badge("none", _("en attente"))
    return Badge(STATUSES[Stance(most_severe)], _stance_label(most_severe))
