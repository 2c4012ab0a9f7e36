"""What follows the signature, through the actions: milestones, commitments, payments, questionnaires."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from lucky_link.demo.case_file import (
    CommitmentKept,
    MilestoneRecord,
    PaymentMade,
    PostponementRecord,
    QuestionnaireRecord,
)
from partnerships.following.actions import evidence as giving
from partnerships.following.actions import payments, postponement
from partnerships.models import QUESTIONNAIRES, Partnership, Question
from partnerships.questionnaires import actions as questionnaires
from partnerships.questionnaires import items
from partnerships.questionnaires.queries import PART
from partnerships.rounds.actions import envelopes
from partnerships.rounds.actions.rounds import USUAL_DAYS, RoundSettings
from partnerships.rounds.encryption import Json


def complete(
    partnership: Partnership, milestone: MilestoneRecord, owner: User, other: User, *, at: datetime
) -> None:
    """Declare a milestone done for its owner, and confirm it for the other party."""
    evidence = giving.complete_milestone(
        milestone_id=partnership.milestones.get(code=milestone.code).pk,
        partnership_id=partnership.pk,
        speaker=owner,
        evidence=giving.NewEvidence(milestone.evidence or milestone.indicator),
        at=at,
    )
    giving.confirm(evidence_id=evidence.pk, speaker=other, at=at)


def keep(partnership: Partnership, kept: CommitmentKept, owner: User, other: User, *, at: datetime) -> None:
    """Declare a commitment kept for its party, and confirm it for the other party."""
    evidence = giving.complete_commitment(
        commitment_id=partnership.commitments.get(code=kept.commitment).pk,
        partnership_id=partnership.pk,
        speaker=owner,
        evidence=giving.NewEvidence(kept.evidence),
        at=at,
    )
    giving.confirm(evidence_id=evidence.pk, speaker=other, at=at)


def ask_postponement(
    partnership: Partnership, request: PostponementRecord, owner: User, *, today: datetime, at: datetime
) -> None:
    """Ask for the new day of a milestone, counted from `today`."""
    postponement.ask_postponement(
        milestone_id=partnership.milestones.get(code=request.milestone).pk,
        partnership_id=partnership.pk,
        speaker=owner,
        due_date=(today + timedelta(days=request.until)).date(),
        reason=request.reason,
        at=at,
    )


def accept_postponement(
    partnership: Partnership, request: PostponementRecord, other: User, *, at: datetime
) -> None:
    """Accept the open request for a milestone."""
    row = partnership.milestones.get(code=request.milestone).postponements.get(decided_at=None)
    postponement.answer_postponement(request_id=row.pk, speaker=other, is_accepted=True, reason="", at=at)


def pay(
    partnership: Partnership, payment: PaymentMade, payer: User, *, today: datetime, at: datetime
) -> None:
    """Declare a payment paid on its day, counted from `today`."""
    paid_on = (today + timedelta(days=payment.paid)).date()
    payments.declare_paid(
        payment_id=partnership.payments.get(label=payment.label).pk,
        partnership_id=partnership.pk,
        speaker=payer,
        proof=payments.PaymentProof(paid_on, payment.reference),
        at=at,
    )


def receive(partnership: Partnership, payment: PaymentMade, other: User, *, at: datetime) -> None:
    """Confirm, for the other party, that a payment came."""
    payments.confirm_received(
        payment_id=partnership.payments.get(label=payment.label).pk,
        partnership_id=partnership.pk,
        speaker=other,
        at=at,
    )


def ask_questionnaire(
    partnership: Partnership, questionnaire: QuestionnaireRecord, broker: User, *, at: datetime
) -> None:
    """Ask a questionnaire; at least as many working days as the answers take days."""
    days = max(questionnaire.answered.values()) - questionnaire.asked
    questionnaires.ask(
        partnership_id=partnership.pk,
        question=Question(questionnaire.question),
        broker=broker,
        asking=RoundSettings(days=max(USUAL_DAYS, days + 1)),
        at=at,
    )


def answer_questionnaire(
    partnership: Partnership, questionnaire: QuestionnaireRecord, party: str, author: User, *, at: datetime
) -> None:
    """Answer every item of the running questionnaire for a party, and seal its envelope."""
    current = partnership.rounds.get(question__in=QUESTIONNAIRES, opened_at=None, cancelled_at=None)
    codes = [item.code for item in items.from_json(current.items)]
    given = questionnaire.given(party, codes)
    value: dict[str, Json] = {code: {**answer} for code, answer in given.items()}
    if comment := questionnaire.comments.get(party):
        value[items.COMMENT] = {"reason": comment}
    envelopes.draft(round_id=current.pk, speaker=author, part=PART, value=value, seen_number=None, at=at)
    envelopes.seal(round_id=current.pk, speaker=author, at=at)
