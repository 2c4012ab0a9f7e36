"""A question put to all parties at once: asked, extended once for all, or given up before it opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refusal
from ledger.record import Fact
from outbox import post
from partnerships import message_keys, reminders
from partnerships.case.transitions import write
from partnerships.models import Envelope, Partnership, Question, Round, Rule
from partnerships.rounds import encryption
from partnerships.rounds.queries import envelopes

FEWEST_DAYS, USUAL_DAYS, MOST_DAYS = 2, 5, 30


class RoundError(Refusal):
    """The round cannot be asked, or does not take the answer."""


class RoundIsRunning(RoundError):
    """A round is open to answers: nothing it asks about changes before it opens."""

    sentence = gettext_lazy(
        "Un tour est en cours\u00a0: le texte ne change pas avant son ouverture. Attendez-la, ou annulez le "
        "tour en disant pourquoi."
    )


class TooFewOrTooManyDays(RoundError):
    """A round lasts 2 to 30 working days."""

    sentence = gettext_lazy("Un tour dure de 2 à 30 jours ouvrés.")


@dataclass(frozen=True, kw_only=True)
class Asking:
    """How a round is asked: working days, what happens when they have passed, what is asked in words."""

    days: int = USUAL_DAYS
    rule: Rule = Rule.OPEN
    words: str = ""


def ask(
    partnership: Partnership, question: Question, asking: Asking, *, broker: User, at: datetime, **facts: Fact
) -> Round:
    """Put a question to all parties of a locked case, until the same moment, an empty envelope for each.

    `facts`: what else the ledger tells. Raises RoundIsRunning, TooFewOrTooManyDays.
    """
    if not FEWEST_DAYS <= asking.days <= MOST_DAYS:
        raise TooFewOrTooManyDays
    if envelopes.running(partnership, question):
        raise RoundIsRunning
    asked = Round.objects.create(
        partnership=partnership,
        question=question,
        number=partnership.rounds.filter(question=question).count() + 1,
        asked_by=broker,
        asked_at=at,
        deadline_at=reminders.deadline(at, asking.days),
        words=asking.words,
        days=asking.days,
        rule=asking.rule,
        key=encryption.new_key(envelopes.installation()),
    )
    parties = partnership.parties.order_by("rank")
    Envelope.objects.bulk_create([Envelope(round=asked, party=party) for party in parties])
    write(
        partnership,
        "round.ask",
        actor=broker,
        at=at,
        question=question.value,
        number=asked.number,
        deadline=asked.deadline_at.isoformat(),
        rule=asking.rule.value,
        **facts,
    )
    reminders.plan_round(partnership, asked, at=at)
    return asked


def require_quiet(partnership: Partnership) -> None:
    """Raise RoundIsRunning while the parties of a locked case are answering on its text."""
    if envelopes.running(partnership, Question.CRITICISM):
        raise RoundIsRunning


def extend(partnership: Partnership, asked: Round, *, at: datetime) -> None:
    """Give all parties of a locked case the same time once more, as the rule said from the beginning."""
    asked.deadline_at = reminders.deadline(at, asked.days)
    asked.extended_at = at
    asked.save(update_fields=["deadline_at", "extended_at"])
    write(
        partnership,
        "round.extend",
        actor=None,
        at=at,
        question=asked.question,
        number=asked.number,
        deadline=asked.deadline_at.isoformat(),
    )
    reminders.plan_round(partnership, asked, at=at)
    post.post(
        kind="round-extended",
        key=message_keys.round_extended(partnership.pk, asked.pk),
        at=at,
        facts={"partnership": str(partnership.pk), "round": str(asked.pk)},
    )


def give_up(partnership: Partnership, *, actor: User | None, at: datetime, reason: str = "") -> None:
    """Close the running rounds of a locked case without opening them: what they hold stays closed."""
    for asked in partnership.rounds.filter(opened_at=None, cancelled_at=None).order_by("asked_at"):
        asked.cancelled_at, asked.cancel_reason = at, reason
        asked.save(update_fields=["cancelled_at", "cancel_reason"])
        write(
            partnership,
            "round.cancel",
            actor=actor,
            at=at,
            question=asked.question,
            number=asked.number,
            reason=reason,
        )
    reminders.close_round(partnership, at=at)
