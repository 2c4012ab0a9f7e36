"""The positions of parties on clauses, with their reasons: as stored in envelopes, as drafted, as opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

from django.db.models import FETCH_RAISE
from django.http import Http404
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from accounts.templatetags import wording
from partnerships.case.header import CaseHeader
from partnerships.models import Answer, ClauseRevision, Envelope, Partnership, Reply, Stance
from partnerships.rounds import queries as round_queries
from partnerships.rounds.encryption import EnvelopePart, Json, KeyIsLost
from partnerships.text import agreement, references

ANSWER_COLUMNS = (
    *("revision_id", "stance", "reason", "proposed_text"),
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

    @property
    def saved_text(self) -> str:
        """Return who saved it and when, as a sentence."""
        values = {"name": self.saved_by, "moment": strip_tags(wording.moment(self.saved_at))}
        return _("Enregistré par %(name)s, le %(moment)s.") % values


@dataclass(frozen=True, kw_only=True)
class DraftAnswer:
    """The envelope of the reader's party and its positions, by primary key of the revision.

    `is_lost`: its key is missing, so that it can be neither read nor written.
    """

    envelope: Envelope
    positions: Mapping[int, DraftPosition]
    is_lost: bool = False


@dataclass(frozen=True, kw_only=True)
class Remark:
    """An opened position other than an agreement, a reply of the broker, or the reason of a revision.

    `answer_id`: key of the answer of an opened position; `is_unanswered`: the broker has not replied to it.
    """

    side: str
    name: str
    about: str
    text: str
    proposed_text: str = ""
    answer_id: int | None = None
    is_unanswered: bool = False


class RevisionReason(NamedTuple):
    """The number of a revision and why the text was changed."""

    id: int
    number: int
    reason: str


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


def remarks_on(clause_id: int, broker: str) -> list[Remark]:
    """Return the remarks on a clause, oldest first. 2 queries."""
    revisions = ClauseRevision.objects.filter(clause=clause_id).order_by("number")
    answers = (
        Answer.objects.filter(revision__clause=clause_id)
        .exclude(stance=Stance.AGREE)
        .select_related("party__organisation", "round", "reply__replied_by")
        .only(*ANSWER_COLUMNS)
        .fetch_mode(FETCH_RAISE)
        .order_by("answered_at", "pk")
    )
    rows = revisions.values_list("pk", "number", "reason")
    return list(_remarks([RevisionReason(*row) for row in rows], list(answers), broker))


def _remarks(revisions: Sequence[RevisionReason], answers: Sequence[Answer], broker: str) -> Iterator[Remark]:
    """Yield for each revision its reason, then each answer on it followed by its reply."""
    for revision in revisions:
        if revision.reason:
            yield Remark(
                side="broker",
                name=broker,
                about=_("version %(number)s") % {"number": revision.number},
                text=revision.reason,
            )
        for answer in answers:
            if answer.revision_id == revision.id:
                yield from _answer_and_reply(answer)


def _answer_and_reply(answer: Answer) -> Iterator[Remark]:
    words = {"stance": str(Stance(answer.stance).label).lower(), "number": answer.round.number}
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
            about=str(OUTCOMES[reply.outcome]).lower(),
            text=reply.text,
        )


def clause_number_of_answer(partnership: Partnership, answer_id: int) -> str:
    """Return the number of the clause of an answer other than an agreement. Raises Http404. 2 queries."""
    answers = Answer.objects.filter(pk=answer_id, revision__clause__roadmap__partnership=partnership)
    answer = answers.exclude(stance=Stance.AGREE).select_related("revision__clause__roadmap").first()
    if answer is None:
        raise Http404
    clause = answer.revision.clause
    number = references.numbers_of(agreement.asked_of(clause.roadmap)).get(clause.pk)
    if number is None:
        raise Http404
    return number
