"""Parties criticise, the broker redrafts: answers on revisions until all agree to all."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refusal
from outbox import post
from partnerships import lifecycle, message_keys
from partnerships.case.transitions import advance_edition, lock, text_under_work, write
from partnerships.drafting.actions import requirements
from partnerships.drafting.queries import drafting_page, findings
from partnerships.models import Answer, Partnership, Question, Reply, Roadmap, Round, Stance
from partnerships.permissions import require_broker
from partnerships.rounds import queries as envelopes
from partnerships.rounds.actions import rounds
from partnerships.rounds.actions.rounds import RoundSettings
from partnerships.status.actions import refresh_status
from partnerships.text import agreement

USUAL: Final = RoundSettings()


class NegotiationError(Refusal):
    """The answer or the round cannot be taken."""


class NothingToDiscuss(NegotiationError):
    """The text holds no clause."""

    sentence = gettext_lazy("Le texte n’a aucune clause. Écrivez-en une, puis ouvrez la négociation.")


class TextIsIncomplete(NegotiationError):
    """Headings every charter needs are empty; their titles are the message."""

    sentence = gettext_lazy("Il manque au texte : %(what)s. Écrivez ces rubriques, puis reprenez.")


class CitesInVain(NegotiationError):
    """A table cites a code that no table gives; the codes and their clauses are the message."""

    sentence = gettext_lazy(
        "Un tableau cite ce que le texte ne porte pas\u00a0: %(what)s. Corrigez le code, ou écrivez ce qu’il "
        "cite, puis reprenez."
    )


class ExpectationsAreAsked(NegotiationError):
    """The parties are saying what they expect: the text is put to them after that."""

    sentence = gettext_lazy(
        "Les parties disent leurs attentes\u00a0: leurs enveloppes s’ouvrent avant que le texte ne leur soit "
        "soumis. Attendez leur ouverture."
    )


class RepliesAreMissing(NegotiationError):
    """Reservations or objections wait for a reply; the numbers of their clauses are the message."""

    sentence = gettext_lazy(
        "Des réserves ou des objections attendent votre réponse, clauses %(what)s. Répondez à chacune, puis "
        "ouvrez le tour."
    )


class NoRoundRuns(NegotiationError):
    """There is no running round to give up."""

    sentence = gettext_lazy("Aucun tour n’est en cours\u00a0: il n’y a rien à annuler.")


class AlreadyReplied(NegotiationError):
    """The broker has replied to that answer."""

    sentence = gettext_lazy("Une réponse a déjà été donnée à cette remarque.")


@transaction.atomic
def open_negotiation(
    *, partnership_id: UUID, broker: User, asking: RoundSettings = USUAL, at: datetime
) -> Round:
    """Put the text to all parties at once, until the same moment for all.

    Raises NotABroker, NothingToDiscuss, TextIsIncomplete, CitesInVain, UnsettledRisks, RoundError,
    TransitionNotAllowed.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    roadmap = text_under_work(partnership, lifecycle.Action.NEGOTIATE)
    if envelopes.running(partnership, Question.EXPECTATIONS):
        raise ExpectationsAreAsked
    clauses = agreement.clauses_of(roadmap)
    if not clauses:
        raise NothingToDiscuss
    missing = drafting_page.missing_headings(clauses)
    if missing:
        raise TextIsIncomplete(", ".join(missing))
    lost = findings.unresolved_citations(clauses)
    if lost:
        raise CitesInVain("\u202f; ".join(lost))
    requirements.require_risks_settled(partnership, clauses)
    advance_edition(partnership, roadmap, lifecycle.Action.NEGOTIATE, actor=broker, at=at)
    asked = _ask(partnership, roadmap, broker, asking, at)
    refresh_status(partnership, at=at)
    return asked


@transaction.atomic
def ask_again(*, partnership_id: UUID, broker: User, asking: RoundSettings = USUAL, at: datetime) -> Round:
    """Put the revised text to all parties in a new round, with a new deadline for all.

    Raises NotABroker, RepliesAreMissing, TransitionNotAllowed, RoundError.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    roadmap = text_under_work(partnership, lifecycle.Action.ANSWER)
    requirements.require_risks_settled(partnership, agreement.clauses_of(roadmap))
    unheard = _unheard(roadmap)
    if unheard:
        raise RepliesAreMissing(", ".join(map(str, unheard)))
    roadmap.version += 1
    roadmap.save(update_fields=["version"])
    asked = _ask(partnership, roadmap, broker, asking, at)
    refresh_status(partnership, at=at)
    return asked


def _ask(
    partnership: Partnership, roadmap: Roadmap, broker: User, asking: RoundSettings, at: datetime
) -> Round:
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
    rounds.cancel_rounds(partnership, actor=broker, at=at, reason=reason)
    post.post(
        kind="round-cancelled",
        key=message_keys.round_cancelled(partnership.pk, asked.pk),
        at=at,
        facts={"partnership": str(partnership.pk), "round": str(asked.pk)},
    )
    refresh_status(partnership, at=at)


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
    refresh_status(partnership, at=at)
    return written
