"""Parties criticise, the broker redrafts: answers on revisions until all agree to all."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from accounts.models import User
from outbox import post
from partnerships import lifecycle
from partnerships.actions import rounds
from partnerships.actions.advance import advance_edition, lock, text_under_work, write
from partnerships.actions.rounds import Asking
from partnerships.actions.scoping import require_broker
from partnerships.models import Answer, Partnership, Question, Reply, Roadmap, Round, Stance
from partnerships.queries import agreement, drafting, envelopes, gaps

USUAL: Final = Asking()


class NegotiationError(Exception):
    """The answer or the round cannot be taken."""


class NothingToDiscuss(NegotiationError):
    """The text holds no clause."""


class TextIsIncomplete(NegotiationError):
    """Headings every charter needs are empty; their titles are the message."""


class CitesInVain(NegotiationError):
    """A table cites a code that no table gives; the codes and their clauses are the message."""


class RepliesAreMissing(NegotiationError):
    """Reservations or objections wait for a reply; the numbers of their clauses are the message."""


class NoRoundRuns(NegotiationError):
    """There is no running round to give up."""


class ExpectationsAreAsked(NegotiationError):
    """The parties are saying what they expect: the text is put to them after that."""


class AlreadyReplied(NegotiationError):
    """The broker has replied to that answer."""


@transaction.atomic
def open_negotiation(*, partnership_id: UUID, broker: User, asking: Asking = USUAL, at: datetime) -> Round:
    """Put the text to all parties at once, until the same moment for all.

    Raises NotABroker, NothingToDiscuss, TextIsIncomplete, CitesInVain, TransitionNotAllowed, RoundError.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    roadmap = text_under_work(partnership, lifecycle.Action.NEGOTIATE)
    if envelopes.running(partnership, Question.EXPECTATIONS):
        raise ExpectationsAreAsked
    clauses = agreement.clauses_of(roadmap)
    if not clauses:
        raise NothingToDiscuss
    missing = drafting.missing_headings(clauses)
    if missing:
        raise TextIsIncomplete(", ".join(missing))
    lost = gaps.cited_in_vain(clauses)
    if lost:
        raise CitesInVain("\u202f; ".join(lost))
    advance_edition(partnership, roadmap, lifecycle.Action.NEGOTIATE, actor=broker, at=at)
    return _ask(partnership, roadmap, broker, asking, at)


@transaction.atomic
def ask_again(*, partnership_id: UUID, broker: User, asking: Asking = USUAL, at: datetime) -> Round:
    """Put the revised text to all parties in a new round, with a new deadline for all.

    Raises NotABroker, RepliesAreMissing, TransitionNotAllowed, RoundError.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    roadmap = text_under_work(partnership, lifecycle.Action.ANSWER)
    unheard = _unheard(roadmap)
    if unheard:
        raise RepliesAreMissing(", ".join(map(str, unheard)))
    roadmap.version += 1
    roadmap.save(update_fields=["version"])
    return _ask(partnership, roadmap, broker, asking, at)


def _ask(partnership: Partnership, roadmap: Roadmap, broker: User, asking: Asking, at: datetime) -> Round:
    return rounds.ask(partnership, Question.CRITICISM, asking, broker=broker, at=at, version=roadmap.version)


def _unheard(roadmap: Roadmap) -> list[int]:
    """Return the numbers of the clauses with a reservation or an objection that has no reply, in order."""
    asked = Answer.objects.filter(
        revision__clause__roadmap=roadmap,
        revision__clause__position__isnull=False,
        stance__in=(Stance.RESERVATION, Stance.OBJECTION),
        reply=None,
    )
    numbers = asked.values_list("revision__clause__position", flat=True).distinct()
    return [number for number in numbers.order_by("revision__clause__position") if number is not None]


@transaction.atomic
def cancel_round(*, partnership_id: UUID, broker: User, reason: str, at: datetime) -> None:
    """Give up the running round of criticism without opening it, and tell all parties why.

    Raises NotABroker, NoRoundRuns.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    asked = envelopes.running(partnership, Question.CRITICISM)
    if asked is None:
        raise NoRoundRuns
    rounds.give_up(partnership, actor=broker, at=at, reason=reason)
    post.post(
        kind="round-cancelled",
        key=f"case:{partnership.pk}:round-cancelled:{asked.pk}",
        at=at,
        facts={"partnership": str(partnership.pk), "round": str(asked.pk)},
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
