"""Rounds: opening to answers, extending once, and cancelling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refusal
from ledger.record import Fact
from outbox import post
from partnerships import message_keys, reminders
from partnerships.case.transitions import write
from partnerships.models import (
    QUESTIONNAIRES,
    Envelope,
    ExtensionRequest,
    Partnership,
    Question,
    Round,
    Rule,
)
from partnerships.rounds import encryption, queries

FEWEST_DAYS, USUAL_DAYS, MOST_DAYS = 2, 7, 30


class RoundError(Refusal):
    """The round cannot be opened, or does not accept the answer."""


class RoundIsRunning(RoundError):
    """A round is running: its subject cannot change until the envelopes are opened."""

    sentence = gettext_lazy(
        "Un tour est en cours\u00a0: le texte ne change pas avant son ouverture. "
        "Attendez-la, ou annulez le tour en expliquant pourquoi."
    )


class OtherRoundIsRunning(RoundError):
    """A question is already open to the parties; its label is the argument."""

    sentence = gettext_lazy(
        "Les parties répondent déjà à une question\u00a0: %(what)s. Attendez son ouverture, ou annulez-la "
        "en expliquant pourquoi."
    )


class TooFewOrTooManyDays(RoundError):
    """A round lasts 2 to 30 working days."""

    sentence = gettext_lazy("Un tour dure de 2 à 30 jours ouvrés.")


class SkipReasonMissing(RoundError):
    """The expectations round is skipped with a reason, which all parties read."""

    field = "reason"
    sentence = gettext_lazy(
        "Écrivez pourquoi les parties ne sont pas interrogées sur leurs attentes : toutes "
        "les parties le liront."
    )


@dataclass(frozen=True, kw_only=True)
class RoundSettings:
    """Length in working days, what happens when they have passed, and the question in the broker's words.

    `items`: what a questionnaire asks. `is_automatic`: a task asks, in the name of the broker.
    """

    days: int = USUAL_DAYS
    rule: Rule = Rule.ALL
    words: str = ""
    items: Sequence[Mapping[str, str]] = ()
    is_automatic: bool = False


def ask(
    partnership: Partnership,
    question: Question,
    settings: RoundSettings,
    *,
    broker: User,
    at: datetime,
    **facts: Fact,
) -> Round:
    """Open a round to all parties of a locked case with one deadline, and an empty envelope for each.

    `facts`: additional facts of the ledger entry.
    Raises RoundIsRunning, OtherRoundIsRunning, TooFewOrTooManyDays.
    """
    if not FEWEST_DAYS <= settings.days <= MOST_DAYS:
        raise TooFewOrTooManyDays
    _require_no_round(partnership, question)
    round_ = Round.objects.create(
        partnership=partnership,
        question=question,
        number=partnership.rounds.filter(question=question).count() + 1,
        asked_by=broker,
        asked_at=at,
        deadline_at=reminders.deadline(at, settings.days),
        words=settings.words,
        items=list(settings.items),
        days=settings.days,
        rule=settings.rule,
        key=encryption.new_key(queries.secret_keys()),
    )
    parties = partnership.parties.order_by("rank")
    Envelope.objects.bulk_create([Envelope(round=round_, party=party) for party in parties])
    write(
        partnership,
        "round.ask",
        actor=None if settings.is_automatic else broker,
        at=at,
        question=question.value,
        number=round_.number,
        deadline=round_.deadline_at.isoformat(),
        rule=settings.rule.value,
        **facts,
    )
    reminders.plan_round(partnership, round_, at=at)
    return round_


def _require_no_round(partnership: Partnership, question: Question) -> None:
    """Raise RoundIsRunning or OtherRoundIsRunning while the parties of a locked case have a question."""
    running = partnership.rounds.filter(opened_at=None, cancelled_at=None).order_by("asked_at").first()
    if running is None:
        return
    if running.question == question and question not in QUESTIONNAIRES:
        raise RoundIsRunning
    raise OtherRoundIsRunning(str(running.get_question_display()))


def skip_expectations(partnership: Partnership, *, broker: User, reason: str, at: datetime) -> None:
    """Record why a locked case goes on without the expectations round. Raises SkipReasonMissing."""
    if not reason.strip():
        raise SkipReasonMissing
    partnership.expectations_skipped = reason.strip()
    partnership.save(update_fields=["expectations_skipped"])
    write(partnership, "expectations.skip", actor=broker, at=at, reason=reason.strip())


def require_no_running_round(partnership: Partnership) -> None:
    """Raise RoundIsRunning while a round on the text of a locked case is open to answers."""
    if queries.running(partnership, Question.CRITICISM):
        raise RoundIsRunning


def extend(partnership: Partnership, round_: Round, *, at: datetime) -> None:
    """Extend a round of a locked case once, by its original length, for all parties."""
    round_.extended_at = at
    _move_deadline(partnership, round_, reminders.deadline(at, round_.days), actor=None, at=at)


def grant_time(partnership: Partnership, request: ExtensionRequest, *, days: int, at: datetime) -> None:
    """Move the deadline of a round of a locked case by `days` working days, for all parties."""
    round_ = request.round
    round_.granted_at = at
    deadline_at = reminders.deadline(round_.deadline_at, days)
    facts: dict[str, Fact] = {"party": request.party.code, "reason": request.answer}
    _move_deadline(partnership, round_, deadline_at, actor=request.decided_by, at=at, **facts)


def _move_deadline(
    partnership: Partnership,
    round_: Round,
    deadline_at: datetime,
    *,
    actor: User | None,
    at: datetime,
    **facts: Fact,
) -> None:
    """Write the new deadline, its ledger entry with additional `facts`, its reminders and its message."""
    round_.deadline_at = deadline_at
    round_.save(update_fields=["deadline_at", "extended_at", "granted_at"])
    write(
        partnership,
        "round.extend",
        actor=actor,
        at=at,
        question=round_.question,
        number=round_.number,
        deadline=deadline_at.isoformat(),
        **facts,
    )
    reminders.plan_round(partnership, round_, at=at)
    post.post(
        kind="round-extended",
        key=message_keys.round_extended(partnership.pk, round_.pk, at=at),
        at=at,
        facts={
            "partnership": str(partnership.pk),
            "round": str(round_.pk),
            "is_granted": actor is not None,
        },
    )


def lapse(partnership: Partnership, round_: Round, *, missing: list[str], at: datetime) -> None:
    """End a round of a locked case at its deadline without opening it, and tell all parties why.

    `missing`: codes of the parties that have not sealed.
    """
    _cancel(partnership, round_, actor=None, at=at, reason="", parties_missing=list[Fact](missing))
    reminders.close_round(partnership, at=at)
    post.post(
        kind="round-lapsed",
        key=message_keys.round_lapsed(partnership.pk, round_.pk),
        at=at,
        facts={"partnership": str(partnership.pk), "round": str(round_.pk)},
    )


def _cancel(
    partnership: Partnership, round_: Round, *, actor: User | None, at: datetime, reason: str, **facts: Fact
) -> None:
    round_.cancelled_at, round_.cancel_reason = at, reason
    round_.save(update_fields=["cancelled_at", "cancel_reason"])
    write(
        partnership,
        "round.cancel",
        actor=actor,
        at=at,
        question=round_.question,
        number=round_.number,
        reason=reason,
        **facts,
    )


def cancel_rounds(partnership: Partnership, *, actor: User | None, at: datetime, reason: str = "") -> None:
    """Cancel the running rounds of a locked case; their envelopes are never opened."""
    for round_ in partnership.rounds.filter(opened_at=None, cancelled_at=None).order_by("asked_at"):
        _cancel(partnership, round_, actor=actor, at=at, reason=reason)
    reminders.close_round(partnership, at=at)
