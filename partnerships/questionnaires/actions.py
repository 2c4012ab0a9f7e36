"""Asking a questionnaire of all parties, by a broker or each quarter, and what its opening leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, cast
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from accounts.people.queries.account import active_brokers
from outbox import post
from partnerships import message_keys
from partnerships.case.clock import suspended_since
from partnerships.case.transitions import lock
from partnerships.lifecycle import Case
from partnerships.models import QUESTIONNAIRES, Envelope, Partnership, Party, Question, Round
from partnerships.permissions import require_broker
from partnerships.questionnaires import items
from partnerships.questionnaires.items import to_json
from partnerships.questionnaires.queries import PART, STATES, signed_items
from partnerships.rounds.actions import rounds
from partnerships.rounds.actions.rounds import RoundError, RoundSettings
from partnerships.rounds.encryption import Json
from partnerships.status.actions import refresh_status

QUARTER: Final = timedelta(weeks=13)
DEFAULT_ASKING: Final = RoundSettings()


class QuestionnaireNotAllowed(RoundError):
    """The state of the case does not allow this questionnaire."""

    sentence = gettext_lazy(
        "Les limites et la confiance se demandent pendant que la charte vit, l’évaluation pendant le bilan."
    )


class NothingToAsk(RoundError):
    """The signed text has nothing that this questionnaire asks about."""

    sentence = gettext_lazy(
        "La charte signée ne porte rien à demander ici\u00a0: ni limite, ni ligne rouge, ni attente."
    )


class IncompleteQuestionnaire(RoundError):
    """Items lack a choice or the reason of it; their codes are the argument."""

    sentence = gettext_lazy(
        "Il manque une réponse, ou sa raison, à %(what)s. L’enveloppe n’est pas scellée avant."
    )


class NoQuestionnaireRuns(RoundError):
    """No questionnaire is open to answers."""

    sentence = gettext_lazy("Aucun questionnaire n’est en cours. Il a été ouvert ou annulé entre-temps.")


@transaction.atomic
def ask(
    *,
    partnership_id: UUID,
    question: Question,
    broker: User,
    asking: RoundSettings = DEFAULT_ASKING,
    at: datetime,
) -> Round:
    """Ask all parties a questionnaire about the signed text.

    Raises NotABroker, QuestionnaireNotAllowed, NothingToAsk, OtherRoundIsRunning, TooFewOrTooManyDays.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    if question not in QUESTIONNAIRES or partnership.state != STATES[question]:
        raise QuestionnaireNotAllowed
    asked = signed_items(partnership, question)
    if not asked:
        raise NothingToAsk
    round_ = rounds.ask(partnership, question, replace(asking, items=to_json(asked)), broker=broker, at=at)
    refresh_status(partnership, at=at)
    return round_


def due_cases(at: datetime) -> list[UUID]:
    """Return the active cases in which a quarterly questionnaire may be due, oldest first. 1 query."""
    active = Partnership.objects.filter(state=Case.ACTIVE, activated_at__lte=at - QUARTER)
    idle = active.exclude(rounds__opened_at=None, rounds__cancelled_at=None, rounds__isnull=False)
    return list(idle.order_by("activated_at", "pk").values_list("pk", flat=True))


@transaction.atomic
def ask_due(*, partnership_id: UUID, at: datetime) -> Round | None:
    """Ask the next questionnaire that is due in a case, in the name of its broker; return it, if any.

    Limits first, trust once they are opened: each a quarter after it was last asked, or after the charter
    became active. One questionnaire runs at a time, and none while an answer on the text is awaited.
    """
    partnership = lock(partnership_id, while_suspended=True)
    lead = partnership.broker
    # A broker who left asks nothing; the rounds of a case stay those of a broker who is there.
    broker = lead if lead.is_broker and lead.is_active else active_brokers().first()
    if partnership.state != Case.ACTIVE or partnership.activated_at is None or broker is None:
        return None
    if partnership.rounds.filter(opened_at=None, cancelled_at=None).exists():
        return None
    last_by_question = dict(
        partnership.rounds.filter(question__in=QUESTIONNAIRES)
        .order_by("question")
        .values_list("question")
        .annotate(Max("asked_at"))
    )
    for question in (Question.LIMITS, Question.BAROMETER):
        last = last_by_question.get(question, partnership.activated_at)
        if last + QUARTER + suspended_since(partnership, last) > at:
            continue
        if asked := signed_items(partnership, question):
            asking = replace(DEFAULT_ASKING, items=to_json(asked), is_automatic=True)
            round_ = rounds.ask(partnership, question, asking, broker=broker, at=at)
            refresh_status(partnership, at=at)
            return round_
    return None


@transaction.atomic
def cancel(*, partnership_id: UUID, broker: User, reason: str, at: datetime) -> None:
    """Cancel the running questionnaire without opening it, and send the reason to all parties.

    Raises NotABroker, NoQuestionnaireRuns.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    running = partnership.rounds.filter(question__in=QUESTIONNAIRES, opened_at=None, cancelled_at=None)
    round_ = running.first()
    if round_ is None:
        raise NoQuestionnaireRuns
    rounds.cancel_rounds(partnership, actor=broker, at=at, reason=reason)
    post.post(
        kind="round-cancelled",
        key=message_keys.round_cancelled(partnership.pk, round_.pk),
        at=at,
        facts={"partnership": str(partnership.pk), "round": str(round_.pk)},
    )
    refresh_status(partnership, at=at)


@sensitive_variables()
def check(partnership: Partnership, _party: Party, answers: Mapping[str, Json]) -> None:
    """Raise IncompleteQuestionnaire for an envelope of the running questionnaire that cannot be sealed."""
    round_ = partnership.rounds.get(question__in=QUESTIONNAIRES, opened_at=None, cancelled_at=None)
    given = cast("Mapping[str, Mapping[str, str]]", answers.get(PART) or {})
    missing = items.missing_of(round_.question, items.from_json(round_.items), given)
    if missing:
        raise IncompleteQuestionnaire(", ".join(missing))


@sensitive_variables()
def project(partnership: Partnership, round_: Round, sealed: Sequence[Envelope], at: datetime) -> None:
    """Tell the other brokers when a party does not find the broker of the case neutral.

    All else is read from the opened envelopes.
    """
    if round_.question != Question.BAROMETER:
        return
    opened = [cast("dict[str, dict[str, dict[str, dict[str, str]]]]", row.opened) for row in sealed]
    scores = [int(document["answers"][PART][items.NEUTRALITY]["choice"]) for document in opened]
    if any(score < items.LOWEST_NEUTRALITY for score in scores):
        post.post(
            kind="neutrality-alert",
            key=message_keys.neutrality_alert(partnership.pk, round_.pk),
            at=at,
            facts={"partnership": str(partnership.pk), "round": str(round_.pk)},
        )
