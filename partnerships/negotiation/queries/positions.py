"""The positions of parties on clauses, with their reasons: as stored in envelopes, as drafted, as opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

from django.db.models import FETCH_RAISE
from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from partnerships.case.header import CaseHeader
from partnerships.models import Answer, ClauseRevision, Envelope, Partnership, Reply, Roadmap, Stance
from partnerships.rounds import queries as round_queries
from partnerships.rounds.encryption import EnvelopePart, Json, KeyIsLost
from partnerships.text import agreement, references

ANSWER_COLUMNS = (
    *("revision__clause__current_id", "stance", "reason", "proposed_text", "party_id", "answered_at"),
    *("party__side", "party__organisation__name", "round__number"),
    *("reply__answer", "reply__outcome", "reply__text"),
    *(f"reply__replied_by__{name}" for name in ("full_name", "email", "erased_at")),
)

OUTCOMES = dict(Reply._meta.get_field("outcome").flatchoices)  # noqa: SLF001


@dataclass(frozen=True, kw_only=True)
class Position:
    """The stance of a party on a revision, as typed, with its reason."""

    stance: Stance
    reason: str = ""
    proposed_text: str = ""

    @property
    def is_complete(self) -> bool:
        """Say whether it can be sealed: every stance except an agreement needs a reason."""
        return self.stance == Stance.AGREE or bool(self.reason.strip())


@dataclass(frozen=True, kw_only=True)
class DraftPosition:
    """A position in an envelope that is not sealed; `number`: how many times it was saved."""

    position: Position
    number: int
    saved_by: str
    is_by_colleague: bool
    saved_at: datetime

    @property
    def stance_label(self) -> str:
        return str(self.position.stance.label).lower()


@dataclass(frozen=True, kw_only=True)
class DraftAnswer:
    """The envelope of the reader's party and its positions, by primary key of the revision.

    `is_lost`: its key is missing, so that it can be neither read nor written.
    """

    envelope: Envelope
    positions: Mapping[int, DraftPosition]
    is_lost: bool = False


class ReplyShown(NamedTuple):
    """The reply of the broker to a remark; `outcome` is its label."""

    name: str
    outcome: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Remark:
    """An opened position other than an agreement, or the reason of a revision.

    `stance` is "" for the reason of a revision, `answer_id` is then None. `is_last`: no later answer of the
    same party on the clause. `is_on_current`: about the current revision of the clause.
    """

    side: str
    name: str
    about: str
    text: str
    stance: str = ""
    proposed_text: str = ""
    answer_id: int | None = None
    is_last: bool = False
    is_on_current: bool = False
    reply: ReplyShown | None = None

    @property
    def is_unanswered(self) -> bool:
        """Say whether the broker has not replied to it."""
        return self.answer_id is not None and self.reply is None


def part_name(revision_id: int) -> str:
    """Return the name of the part of an envelope that contains the position on a revision."""
    return str(revision_id)


def position_to_json(position: Position) -> Json:
    """Return a position as stored in an envelope."""
    return cast("Json", asdict(position) | {"stance": position.stance.value})


@sensitive_variables()
def position_from_json(stored: Json) -> Position:
    """Return a position stored in an envelope."""
    fields = cast("dict[str, Any]", stored)
    return Position(**{**fields, "stance": Stance(fields["stance"])})


@sensitive_variables()
def positions_from_answers(answers: Mapping[str, Json]) -> dict[int, Position]:
    """Return the positions in the answers of an envelope, by primary key of the revision."""
    return {int(name): position_from_json(stored) for name, stored in answers.items()}


@sensitive_variables()
def draft_answer(envelope: Envelope, header: CaseHeader) -> DraftAnswer:
    """Return what the reader's party has drafted in its envelope. 1 query at most."""
    try:
        content = round_queries.content_of(envelope)
    except KeyIsLost:
        return DraftAnswer(envelope=envelope, positions={}, is_lost=True)
    names = _author_names(list(content.parts.values()), header.reader.user)
    return DraftAnswer(
        envelope=envelope,
        positions={
            int(name): DraftPosition(
                position=position_from_json(part.value),
                number=part.number,
                saved_by=names.get(part.by, ""),
                is_by_colleague=part.by != str(header.reader.user.pk),
                saved_at=datetime.fromisoformat(part.at),
            )
            for name, part in content.parts.items()
        },
    )


def _author_names(parts: Sequence[EnvelopePart], reader: User) -> dict[str, str]:
    names = {str(reader.pk): str(reader)}
    colleagues = {part.by for part in parts} - set(names)
    if colleagues:
        users = User.objects.filter(pk__in=colleagues).order_by("pk")
        names |= {str(user.pk): str(user) for user in users}
    return names


def remarks_by_clause(roadmap: Roadmap, broker: str) -> dict[int, list[Remark]]:
    """Return the remarks on each clause of a text by primary key of the clause, oldest first. 2 queries."""
    answers = (
        Answer.objects.filter(revision__clause__roadmap=roadmap)
        .select_related("party__organisation", "round", "revision__clause", "reply__replied_by")
        .only(*ANSWER_COLUMNS)
        .fetch_mode(FETCH_RAISE)
        .order_by("answered_at", "pk")
    )
    revisions = ClauseRevision.objects.filter(clause__roadmap=roadmap).exclude(reason="")
    remarks: dict[int, list[tuple[tuple[datetime, int], Remark]]] = defaultdict(list)
    for clause_id, number, reason, written_at, current in revisions.order_by("pk").values_list(
        "clause_id", "number", "reason", "written_at", "current_of"
    ):
        about = _("version %(number)s") % {"number": number}
        remark = Remark(
            side="broker", name=broker, about=about, text=reason, is_on_current=current is not None
        )
        remarks[clause_id].append(((written_at, 0), remark))
    opened = list(answers)
    last = {(answer.revision.clause_id, answer.party_id): answer.pk for answer in opened}
    for answer in opened:
        if answer.stance != Stance.AGREE:
            clause_id = answer.revision.clause_id
            is_last = last[clause_id, answer.party_id] == answer.pk
            moment = (answer.answered_at, answer.pk)
            remarks[clause_id].append((moment, _remark(answer, is_last=is_last)))
    return {
        clause_id: [remark for _moment, remark in sorted(rows, key=lambda row: row[0])]
        for clause_id, rows in remarks.items()
    }


def _remark(answer: Answer, *, is_last: bool) -> Remark:
    words = {"stance": str(Stance(answer.stance).label).lower(), "number": answer.round.number}
    reply = getattr(answer, "reply", None)
    return Remark(
        side=answer.party.side,
        name=answer.party.organisation.name,
        about=_("%(stance)s du tour %(number)s") % words,
        text=answer.reason,
        stance=answer.stance,
        proposed_text=answer.proposed_text,
        answer_id=answer.pk,
        is_last=is_last,
        is_on_current=answer.revision.clause.current_id == answer.revision_id,
        reply=reply and ReplyShown(str(reply.replied_by), _outcome(answer, reply), reply.text),
    )


def _outcome(answer: Answer, reply: Reply) -> str:
    """Return the label of the outcome of a reply; a question is answered, not accepted."""
    is_answered = answer.stance == Stance.QUESTION and reply.outcome == "taken"
    return _("réponse à la question") if is_answered else str(OUTCOMES[reply.outcome]).lower()


class ReplyTarget(NamedTuple):
    """What a reply of the broker may change: the current revision of the clause, and the proposed text."""

    number: str
    current: ClauseRevision
    proposed_text: str


def reply_target(partnership: Partnership, answer_id: int) -> ReplyTarget:
    """Return the clause of an answer other than an agreement. Raises Http404. 2 queries."""
    answer = (
        Answer.objects.filter(
            pk=answer_id,
            revision__clause__roadmap__partnership=partnership,
        )
        .exclude(stance=Stance.AGREE)
        .select_related("revision__clause__current", "revision__clause__roadmap")
        .first()
    )
    clause = answer.revision.clause if answer else None
    if answer is None or clause is None or clause.current is None:
        raise Http404
    number = references.numbers_of(agreement.asked_of(clause.roadmap)).get(clause.pk)
    if number is None:
        raise Http404
    return ReplyTarget(number, clause.current, answer.proposed_text)
