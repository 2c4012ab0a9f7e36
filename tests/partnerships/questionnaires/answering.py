"""Questionnaires of a case, asked, answered and sealed by the real actions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse

from accounts.models import User
from partnerships.lifecycle import Case
from partnerships.mediation import actions as mediations
from partnerships.models import QUESTIONNAIRES, MediationOutcome, Partnership, Question, Round
from partnerships.questionnaires import actions
from partnerships.questionnaires.items import STATEMENTS
from partnerships.rounds.actions import envelopes
from tests import make
from tests.cast import Cast
from tests.fixture_cache import cached_fixture

LIMIT_CODES = ("L1", "R1", "R2")


def address(case: Partnership, name: str = "questionnaires") -> str:
    return reverse(f"partnerships:{name}", args=[case.reference])


def ask(case: Partnership, broker: User, question: Question = Question.LIMITS, *, at: datetime) -> Round:
    return actions.ask(partnership_id=case.pk, question=question, broker=broker, asking=make.FIVE_DAYS, at=at)


@cached_fixture
def surveyed(cast: Cast, *, at: datetime) -> Partnership:
    """Play a case to its sealed charter, ask both sides about its limits, and open a mediation."""
    case = make.partnership(cast, until=Case.ACTIVE, title="Limites en question", at=at)
    ask(case, cast.nora, at=at)
    mediation = mediations.open_mediation(
        partnership_id=case.pk, person=cast.ada, subject="L1", text="Un médicament est cité.", at=at
    )
    mediations.write_minutes(
        mediation_id=mediation.pk,
        broker=cast.nora,
        minutes="La page est retirée.",
        outcome=MediationOutcome.PLAN,
        at=at,
    )
    return case


def last_round(case: Partnership) -> Round:
    return case.rounds.filter(question__in=QUESTIONNAIRES).order_by("-asked_at")[:1].get()


def limits(**choices: str) -> dict[str, dict[str, str]]:
    """Return answers to all limits: respected, but for those named."""
    return {
        code: {"choice": choices.get(code, "respected"), "reason": "Une page l’a cité."}
        for code in LIMIT_CODES
    }


def scores(score: int, **others: int) -> dict[str, dict[str, str]]:
    """Return a barometer with this score everywhere, but for the items named."""
    return {code: {"choice": str(others.get(code, score))} for code in STATEMENTS}


def write(case: Partnership, person: User, answers: Mapping[str, Mapping[str, str]], *, at: datetime) -> None:
    envelopes.draft(
        round_id=last_round(case).pk,
        speaker=person,
        part="answers",
        value={code: dict(answer) for code, answer in answers.items()},
        seen_number=None,
        at=at,
    )


def answer(
    case: Partnership, person: User, answers: Mapping[str, Mapping[str, str]], *, at: datetime
) -> None:
    """Write the answers of a party and seal its envelope."""
    write(case, person, answers, at=at)
    envelopes.seal(round_id=last_round(case).pk, speaker=person, at=at)
