"""What people say of a text, and what the broker makes of it, by the real actions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from accounts.models import User
from partnerships.drafting.actions import clauses
from partnerships.models import Answer, Charter, Partnership, Roadmap, Round, Stance
from partnerships.negotiation.actions import negotiation
from partnerships.negotiation.queries import positions
from partnerships.negotiation.queries.positions import Position
from partnerships.rounds.actions import envelopes
from partnerships.rounds.actions.rounds import RoundSettings
from partnerships.text import agreement, references


def roadmap(case: Partnership) -> Roadmap:
    """Return the last edition of the text."""
    return case.roadmaps.select_related("partnership__broker").order_by("-edition")[:1].get()


def charter(case: Partnership) -> Charter:
    """Return the last frozen text."""
    return case.charters.order_by("-frozen_at", "-pk")[:1].get()


def revision_ids(case: Partnership) -> list[int]:
    """Return the current revision of each clause, in printed order, removals last."""
    return [clause.current_id or 0 for clause in agreement.asked_of(roadmap(case))]


def number(case: Partnership, position: int) -> str:
    """Return the number of the clause at that position of the text, as printed."""
    return references.numbers_in(roadmap(case).pk)[clause_id(case, position)]


def clause_id(case: Partnership, position: int) -> int:
    """Return the clause printed at `position` in the last edition."""
    return agreement.clauses_of(roadmap(case))[position - 1].pk


def running(case: Partnership) -> Round:
    """Return the round that is open to answers."""
    return case.rounds.filter(opened_at=None, cancelled_at=None).get()


def draft(case: Partnership, speaker: User, drafted: Mapping[int, Position], *, at: datetime) -> None:
    """Have somebody write stances, for their party, in its envelope; by the id of the revision."""
    for revision_id, each in drafted.items():
        envelopes.draft(
            round_id=running(case).pk,
            speaker=speaker,
            part=positions.part_name(revision_id),
            value=positions.position_to_json(each),
            seen_number=None,
            at=at,
        )


def seal(case: Partnership, speaker: User, *, at: datetime) -> None:
    """Have somebody seal the envelope of their party."""
    envelopes.seal(round_id=running(case).pk, speaker=speaker, at=at)


def agree(case: Partnership, speaker: User, *, at: datetime) -> None:
    """Have somebody agree, for their party, to the whole text as it stands, and seal."""
    draft(case, speaker, {each: Position(stance=Stance.AGREE) for each in revision_ids(case)}, at=at)
    seal(case, speaker, at=at)


def say(
    case: Partnership,
    speaker: User,
    stance: Stance,
    *,
    position: int = 1,
    reason: str = "Ce n’est pas assez précis.",
    at: datetime,
) -> None:
    """Have somebody take a stance, for their party, on one clause, agree to all others, and seal."""
    positions = {each: Position(stance=Stance.AGREE) for each in revision_ids(case)}
    positions[revision_ids(case)[position - 1]] = Position(stance=stance, reason=reason)
    draft(case, speaker, positions, at=at)
    seal(case, speaker, at=at)


def reply_to_all(case: Partnership, broker: User, *, outcome: str = "taken", at: datetime) -> None:
    """Have the broker reply to each remark that waits for a reply."""
    answers = Answer.objects.filter(revision__clause__roadmap__partnership=case, reply=None)
    for answer_id in answers.exclude(stance=Stance.AGREE).order_by("pk").values_list("pk", flat=True):
        negotiation.reply(answer_id=answer_id, broker=broker, outcome=outcome, text="Repris.", at=at)


def ask_again(case: Partnership, broker: User, *, at: datetime) -> Round:
    """Have the broker put the text to all parties again."""
    return negotiation.ask_again(partnership_id=case.pk, broker=broker, asking=RoundSettings(days=5), at=at)


def revise(
    case: Partnership, broker: User, *, position: int = 1, change: str = "Et rien d’autre.", at: datetime
) -> None:
    """Have the broker add a sentence to one clause."""
    clause = agreement.clauses_of(roadmap(case))[position - 1]
    current = clause.current
    if current is None:
        raise AssertionError(position)
    wording = clauses.wording_of(current)
    clauses.revise_clause(
        clause_id=clause.pk,
        broker=broker,
        seen_number=current.number,
        wording=clauses.Wording(
            title=wording.title,
            body=f"{wording.body} {change}",
            plain_words=wording.plain_words,
            terms=wording.terms,
        ),
        reason="Demandé par une partie.",
        at=at,
    )
