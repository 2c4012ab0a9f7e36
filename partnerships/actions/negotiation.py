"""Parties criticise, the broker redrafts: answers on revisions until all agree to all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import User
from outbox import post
from partnerships import lifecycle, reminders
from partnerships.actions import gates
from partnerships.actions.advance import advance_edition, lock, text_under_work, write
from partnerships.actions.scoping import require_broker
from partnerships.models import Answer, Partnership, Party, Question, Reply, Roadmap, Round, Stance
from partnerships.permissions import speaker_party
from partnerships.queries import agreement, drafting, gaps

ROUND_LENGTH = timedelta(days=7)


class NegotiationError(Exception):
    """The answer or the round cannot be taken."""


class NothingToDiscuss(NegotiationError):
    """The text holds no clause."""


class TextIsIncomplete(NegotiationError):
    """Headings every charter needs are empty; their titles are the message."""


class CitesInVain(NegotiationError):
    """A table cites a code that no table gives; the codes and their clauses are the message."""


class TextHasMoved(NegotiationError):
    """A clause was revised since the page was opened; its number is the message."""


class WhyIsMissing(NegotiationError):
    """All but an agreement says why."""


class AlreadyReplied(NegotiationError):
    """The broker has replied to that answer."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """A stance as it was typed, on the revision that was before the speaker's eyes."""

    stance: Stance
    reason: str = ""
    proposed_text: str = ""


@transaction.atomic
def open_negotiation(*, partnership_id: UUID, broker: User, at: datetime) -> Round:
    """Put the text to all parties at once, for seven days, the same for all.

    Raises NotABroker, NothingToDiscuss, TextIsIncomplete, CitesInVain, RiskIsOpen, TransitionNotAllowed.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    roadmap = text_under_work(partnership, lifecycle.Action.NEGOTIATE)
    clauses = agreement.clauses_of(roadmap)
    if not clauses:
        raise NothingToDiscuss
    missing = drafting.missing_headings(clauses)
    if missing:
        raise TextIsIncomplete(", ".join(missing))
    lost = gaps.cited_in_vain(clauses)
    if lost:
        raise CitesInVain("\u202f; ".join(lost))
    gates.require_risks_settled(partnership, clauses)
    advance_edition(partnership, roadmap, lifecycle.Action.NEGOTIATE, actor=broker, at=at)
    return _ask(partnership, roadmap, broker, at)


def _ask(partnership: Partnership, roadmap: Roadmap, broker: User, at: datetime) -> Round:
    rounds = partnership.rounds.filter(question=Question.CRITICISM)
    rounds.filter(opened_at=None).update(opened_at=at)
    asked = Round.objects.create(
        partnership=partnership,
        question=Question.CRITICISM,
        number=rounds.count() + 1,
        asked_by=broker,
        asked_at=at,
        deadline_at=at + ROUND_LENGTH,
    )
    write(
        partnership,
        "round.ask",
        actor=broker,
        at=at,
        question=Question.CRITICISM.value,
        number=asked.number,
        version=roadmap.version,
        deadline=asked.deadline_at.isoformat(),
    )
    reminders.plan_round(partnership, asked, at=at)
    return asked


@transaction.atomic
def ask_again(*, partnership_id: UUID, broker: User, at: datetime) -> Round:
    """Put the revised text to all parties in a new round, with a new deadline for all.

    Raises NotABroker, RiskIsOpen, TransitionNotAllowed.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    roadmap = text_under_work(partnership, lifecycle.Action.ANSWER)
    gates.require_risks_settled(partnership, agreement.clauses_of(roadmap))
    roadmap.version += 1
    roadmap.save(update_fields=["version"])
    return _ask(partnership, roadmap, broker, at)


@transaction.atomic
def answer(*, partnership_id: UUID, speaker: User, said: Mapping[int, Said], at: datetime) -> list[Answer]:
    """Write what a party says of the current text; the last word makes the text agreed by itself.

    `said`: from the id of the revision that was read to the stance on it.
    Raises BrokerHasNoVoice, NotOfAParty, OfBothSides, NotAReferent, TextHasMoved, WhyIsMissing,
    TransitionNotAllowed.
    """
    partnership = lock(partnership_id)
    party = speaker_party(speaker, partnership)
    roadmap = text_under_work(partnership, lifecycle.Action.ANSWER)
    clauses = agreement.clauses_of(roadmap)
    current = {clause.current_id: clause for clause in clauses}
    for revision_id, each in said.items():
        if revision_id not in current:
            raise TextHasMoved
        if each.stance != Stance.AGREE and not each.reason.strip():
            raise WhyIsMissing(str(current[revision_id].position))
    running = _running_round(partnership)
    answers = [
        _write_answer(revision_id, each, party, running, speaker, at) for revision_id, each in said.items()
    ]
    for written in answers:
        advance_edition(
            partnership,
            roadmap,
            lifecycle.Action.ANSWER,
            actor=speaker,
            at=at,
            clause=current[written.revision_id].position,
            party=party.code,
            stance=written.stance,
        )
    _settle(partnership, roadmap, party, at)
    return answers


def _running_round(partnership: Partnership) -> Round:
    return partnership.rounds.filter(question=Question.CRITICISM).order_by("-number")[:1].get()


def _write_answer(
    revision_id: int, said: Said, party: Party, running: Round, speaker: User, at: datetime
) -> Answer:
    return Answer.objects.create(
        revision_id=revision_id,
        party=party,
        round=running,
        stance=said.stance,
        reason=said.reason,
        proposed_text=said.proposed_text,
        answered_by=speaker,
        answered_at=at,
    )


def _settle(partnership: Partnership, roadmap: Roadmap, party: Party, at: datetime) -> None:
    """Make the text agreed when all agree to all, or tell the broker that a party has finished."""
    clauses = agreement.clauses_of(roadmap)
    stands = agreement.stands_on(roadmap.pk)
    party_ids = list(partnership.parties.order_by("rank").values_list("pk", flat=True))
    facts = {"partnership": str(partnership.pk), "roadmap": str(roadmap.pk)}
    last = max(clause.current_id or 0 for clause in clauses)
    if agreement.is_agreed(clauses, stands, party_ids):
        advance_edition(partnership, roadmap, lifecycle.Action.AGREE, actor=None, at=at)
        reminders.close_round(partnership, at=at)
        post.post(
            kind="text-agreed",
            key=f"case:{partnership.pk}:agreed:{roadmap.pk}:{last}",
            at=at,
            facts=facts,
        )
    elif not agreement.unanswered(clauses, stands, party.pk):
        post.post(
            kind="party-answered",
            key=f"case:{partnership.pk}:answered:{roadmap.pk}:{last}:{party.code}",
            at=at,
            facts={**facts, "party": party.code},
        )


@transaction.atomic
def reply(*, answer_id: int, broker: User, outcome: str, text: str, at: datetime) -> Reply:
    """Answer a question, a reservation or an objection: taken, partly or not, because.

    Raises NotABroker, AlreadyReplied.
    """
    require_broker(broker)
    found = Answer.objects.select_related("revision__clause__roadmap").get(pk=answer_id)
    partnership = lock(found.revision.clause.roadmap.partnership_id)
    if Reply.objects.filter(answer=found).exists():
        raise AlreadyReplied
    written = Reply.objects.create(answer=found, outcome=outcome, text=text, replied_by=broker, replied_at=at)
    write(
        partnership,
        "answer.reply",
        actor=broker,
        at=at,
        clause=found.revision.clause.position,
        outcome=outcome,
    )
    return written
