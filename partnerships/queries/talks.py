"""What was said of each clause, revision after revision: who asked what, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import FETCH_RAISE, QuerySet
from django.utils.translation import gettext as _

from accounts.compiled import compiled
from partnerships.lifecycle import Edition
from partnerships.models import Answer, Clause, ClauseRevision, Party, Roadmap, Round, Stance
from partnerships.queries import agreement, changes, overview
from partnerships.queries.case import CaseHeader
from partnerships.queries.changes import Changes
from partnerships.queries.overview import Badge, Names
from partnerships.queries.text import ClauseShown, clause_shown

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


@dataclass(frozen=True, kw_only=True)
class Remark:
    """Who asked what and why, or what the broker made of it.

    `answer_id`: the answer in which it was asked; `is_unanswered`: the broker has not replied to it.
    """

    side: str
    name: str
    about: str
    text: str
    proposed_text: str = ""
    answer_id: int | None = None
    is_unanswered: bool = False


@dataclass(frozen=True, kw_only=True)
class ClauseTalk:
    """`badge`: where the reader's own party stands, or all of them for a broker.

    `changes`: since the revision that the parties read before, None for a first one.
    `answered_by`: keys of the parties that have spoken on the current revision.
    """

    clause_id: int
    revision_id: int
    shown: ClauseShown
    changes: Changes | None
    stances: Sequence[StanceShown]
    remarks: Sequence[Remark]
    own_answer: Answer | None
    answered_by: frozenset[int]
    badge: Badge
    is_open_to_reader: bool

    @property
    def asked_by_answer(self) -> frozenset[int]:
        """The answers in which something was asked of this clause."""
        return frozenset(each.answer_id for each in self.remarks if each.answer_id is not None)


@dataclass(frozen=True)
class _Told:
    """All that was written of one text, by clause."""

    names: Names
    revisions: Mapping[int, Sequence[ClauseRevision]]
    answers: Mapping[int, Sequence[Answer]]
    first_asked_at: datetime | None


def talks_of(roadmap: Roadmap, header: CaseHeader, rounds: Sequence[Round]) -> list[ClauseTalk]:
    """Return each standing clause of a text with what was said of it, in printed order. 3 queries."""
    clauses = agreement.clauses_of(roadmap)
    revisions: dict[int, list[ClauseRevision]] = defaultdict(list)
    answers: dict[int, list[Answer]] = defaultdict(list)
    for revision in _written(roadmap.pk):
        revisions[revision.clause_id].append(revision)
    for answer in _said(roadmap.pk):
        answers[answer.revision.clause_id].append(answer)
    told = _Told(
        names=overview.names_of(header.parties, header.broker),
        revisions=revisions,
        answers=answers,
        first_asked_at=min(
            (each.asked_at for each in rounds if each.asked_at >= roadmap.opened_at), default=None
        ),
    )
    return [_talk(clause, told, header, roadmap) for clause in clauses]


@compiled
def _written(roadmap_id: UUID) -> QuerySet[ClauseRevision]:
    written = ClauseRevision.objects.filter(clause__roadmap=roadmap_id).fetch_mode(FETCH_RAISE)
    return written.order_by("clause_id", "number")


@compiled
def _said(roadmap_id: UUID) -> QuerySet[Answer]:
    said = Answer.objects.filter(revision__clause__roadmap=roadmap_id).fetch_mode(FETCH_RAISE)
    return said.select_related("party__organisation", "round", "revision", "reply__replied_by").order_by(
        "answered_at", "pk"
    )


def _talk(clause: Clause, told: _Told, header: CaseHeader, roadmap: Roadmap) -> ClauseTalk:
    current = clause.current
    if current is None:
        raise AssertionError(clause.pk)
    answers = told.answers.get(clause.pk, ())
    latest = {each.party_id: each for each in answers if each.revision_id == current.pk}
    reader = header.reader
    before = _read_before(told.revisions[clause.pk], told.first_asked_at)
    own = latest.get(reader.party.pk) if reader.party else None
    return ClauseTalk(
        clause_id=clause.pk,
        revision_id=current.pk,
        shown=clause_shown(clause, told.names),
        changes=changes.between(before, current, told.names) if before else None,
        stances=[
            _stance(party, latest.get(party.pk), answers, is_own=party == reader.party)
            for party in header.parties
        ],
        remarks=list(_remarks(told.revisions[clause.pk], answers, told)),
        own_answer=own,
        answered_by=frozenset(latest),
        badge=_own_badge(own) if reader.party else _badge_of_all(list(latest.values()), len(header.parties)),
        is_open_to_reader=reader.may_answer and roadmap.state == Edition.NEGOTIATION,
    )


def _read_before(
    revisions: Sequence[ClauseRevision], first_asked_at: datetime | None
) -> ClauseRevision | None:
    """Return the revision before the current one, if the parties had it under their eyes."""
    if first_asked_at is None or len(revisions) == 1 or revisions[-1].written_at < first_asked_at:
        return None
    return revisions[-2]


def _stance(party: Party, answer: Answer | None, answers: Sequence[Answer], *, is_own: bool) -> StanceShown:
    name = _("Vous") if is_own else party.organisation.name
    if answer:
        return StanceShown(party.side, name, answer.stance, answer.get_stance_display().lower())
    before = next((each for each in reversed(answers) if each.party_id == party.pk), None)
    if before is None:
        return StanceShown(party.side, name, "waiting", _("pas encore répondu"))
    words = {"stance": before.get_stance_display().lower(), "number": before.round.number}
    word = _("à redire, %(stance)s au tour %(number)s sur le texte d’avant") % words
    return StanceShown(party.side, name, "waiting", word)


def _remarks(revisions: Sequence[ClauseRevision], answers: Sequence[Answer], told: _Told) -> Iterator[Remark]:
    """Give each reason in the order of the revisions, its reply below it, then why the text changed."""
    for revision in revisions:
        if revision.reason:
            yield Remark(
                side="broker",
                name=told.names["broker"].name,
                about=_("texte %(number)s") % {"number": revision.number},
                text=revision.reason,
            )
        for answer in answers:
            if answer.revision_id == revision.pk and answer.stance != Stance.AGREE:
                yield from _asked(answer)


def _asked(answer: Answer) -> Iterator[Remark]:
    words = {"stance": answer.get_stance_display().lower(), "number": answer.round.number}
    reply = getattr(answer, "reply", None)
    yield Remark(
        side=answer.party.side,
        name=answer.party.organisation.name,
        about=_("%(stance)s du tour %(number)s") % words,
        text=answer.reason,
        proposed_text=answer.proposed_text,
        answer_id=answer.pk,
        is_unanswered=reply is None,
    )
    if reply:
        yield Remark(
            side="broker",
            name=str(reply.replied_by),
            about=reply.get_outcome_display().lower(),
            text=reply.text,
        )


def _own_badge(own: Answer | None) -> Badge:
    if own is None:
        return Badge("none", _("à répondre"))
    return Badge(STATUSES[Stance(own.stance)], own.get_stance_display().lower())


def _badge_of_all(latest: Sequence[Answer], parties: int) -> Badge:
    """Return the gravest stance taken; agreement only when all agree."""
    gravest = max(latest, key=lambda each: list(STATUSES).index(Stance(each.stance)), default=None)
    if gravest is None or (gravest.stance == Stance.AGREE and len(latest) < parties):
        return Badge("none", _("en attente"))
    return _own_badge(gravest)
