"""What the closing report says of a case, read from its rows once, when the case closes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.utils.timezone import localdate
from django.utils.translation import override

from partnerships.charter.texts import BROKER
from partnerships.closing.report_text import (
    AccountLine,
    ClosingReportText,
    ClosingWordsText,
    CommitmentResult,
    ExitText,
    ExpectationResult,
    MilestoneResult,
    PartReport,
    PaymentResult,
    ReportParty,
    ResultText,
    SurveyChoice,
    SurveyQuestion,
    SurveyResult,
    TrustPoint,
)
from partnerships.following.queries import money
from partnerships.lifecycle import Edition
from partnerships.models import Envelope, Milestone, Partnership, Party, PostponementDecision, Question
from partnerships.patient_surveys.queries import surveys_of
from partnerships.questionnaires.items import trust_index
from partnerships.questionnaires.queries import PART
from partnerships.reminders import EVENING
from partnerships.status.closing import PartyClosing, parts_of, signed_text

if TYPE_CHECKING:
    from partnerships.charter.snapshot import CharterSnapshot


def report_text(partnership: Partnership, words: ClosingWordsText, at: datetime) -> ClosingReportText:
    """Return the report of a case that closes at `at`, in French. At most 20 queries."""
    parties = list(partnership.parties.select_related("organisation").order_by("rank"))
    codes = {party.pk: party.code for party in parties}
    charters = partnership.charters.filter(voided=None, roadmap__state=Edition.SIGNED)
    charter = charters.select_related("roadmap").order_by("-roadmap__edition")[:1].get()
    text = cast("CharterSnapshot", signed_text(partnership))
    with override("fr"):
        return ClosingReportText(
            reference=partnership.reference,
            title=partnership.title,
            plain_words=partnership.plain_words,
            broker=str(partnership.broker),
            parties=tuple(_party(party) for party in parties),
            edition=charter.roadmap.edition,
            charter_fingerprint=charter.fingerprint,
            activated_on=localdate(cast("datetime", partnership.activated_at), EVENING.tzinfo),
            closed_at=at,
            words=words,
            expectations=tuple(_expectations(partnership, text, parties)),
            milestones=tuple(_milestones(partnership, codes)),
            commitments=tuple(_commitments(partnership, codes)),
            parts=tuple(_part(row) for row in parts_of(partnership, parties)),
            payments=tuple(_payments(partnership, codes)),
            trust=tuple(_trust(partnership, codes)),
            surveys=tuple(_surveys(partnership)),
            early_exit=_exit(partnership, codes),
        )


def _party(party: Party) -> ReportParty:
    side: Any = party.side
    return ReportParty(key=party.code, side=side, name=party.organisation.name)


def _expectations(
    partnership: Partnership, text: CharterSnapshot, parties: Sequence[Party]
) -> Iterator[ExpectationResult]:
    """Yield the expectations with the answers to the last opened evaluation. 2 queries."""
    rounds = partnership.rounds.filter(question=Question.EVALUATION, opened_at__isnull=False)
    last = rounds.order_by("-opened_at").first()
    answers: dict[int, dict[str, dict[str, str]]] = {}
    if last is not None:
        for row in (
            Envelope.objects.filter(round=last, opened__isnull=False).defer("ciphertext").order_by("pk")
        ):
            answers[row.party_id] = cast("dict[str, Any]", row.opened)["answers"].get(PART) or {}
    for expectation in text.expectations:
        yield ExpectationResult(
            code=expectation.code,
            party_key=expectation.party_key,
            text=expectation.text,
            indicator=expectation.indicator,
            results=tuple(
                _result(party, answers.get(party.pk, {}).get(expectation.code) or {}) for party in parties
            ),
        )


def _result(party: Party, answer: dict[str, str]) -> ResultText:
    choice: Any = answer.get("choice", "")
    return ResultText(party_key=party.code, choice=choice, reason=answer.get("reason", ""))


def _milestones(partnership: Partnership, codes: dict[int, str]) -> Iterator[MilestoneResult]:
    """Yield the milestones in the order of their due dates. 2 queries."""
    rows = partnership.milestones.prefetch_related("postponements").order_by("due_date", "pk")
    for row in rows:
        done_on = localdate(row.completed_at, EVENING.tzinfo) if row.completed_at else None
        agreed = [each for each in row.postponements.all() if each.decision == PostponementDecision.ACCEPTED]
        state: Any = _kept(row, is_late=done_on is not None and done_on > row.due_date)
        yield MilestoneResult(
            code=row.code,
            title=row.title,
            owner=codes.get(row.owner_id or 0, "both"),
            state=state,
            signed_on=row.signed_due_date or row.due_date,
            due_on=row.due_date,
            done_on=done_on,
            postponed=len(agreed),
        )


def _kept(row: Milestone, *, is_late: bool) -> str:
    if row.cancelled_at:
        return "cancelled"
    if row.completed_at is None:
        return "open"
    if is_late:
        return "late"
    return "postponed" if row.signed_due_date else "kept"


def _commitments(partnership: Partnership, codes: dict[int, str]) -> Iterator[CommitmentResult]:
    for row in partnership.commitments.order_by("party__rank", "pk"):
        state: Any = "cancelled" if row.cancelled_at else "kept" if row.completed_at else "open"
        yield CommitmentResult(
            code=row.code, owner=codes.get(row.party_id or 0, BROKER), text=row.text, state=state
        )


def _part(row: PartyClosing) -> PartReport:
    part = row.part
    state: Any = _accounts_state(row)
    if part is None:
        return PartReport(party_key=row.party.code, accounts=state)
    data_state: Any = part.data_state
    logo_state: Any = part.logo_state
    return PartReport(
        party_key=row.party.code,
        lines=tuple(AccountLine(**line) for line in part.lines),
        accounts=state,
        contests=tuple(answer.reason for answer in row.answers if not answer.is_confirmed),
        lesson=part.lesson,
        data_state=data_state,
        data_remark=part.data_remark,
        logo_state=logo_state,
        logo_remark=part.logo_remark,
    )


def _accounts_state(row: PartyClosing) -> str:
    if not row.budget:
        return "none"
    if row.part is None:
        return "missing"
    if row.is_contested:
        return "contested"
    return "unanswered" if row.waiting else "confirmed"


def _payments(partnership: Partnership, codes: dict[int, str]) -> Iterator[PaymentResult]:
    rows = partnership.payments.with_due().filter(cancelled_at=None).order_by("pk")
    for row in rows:
        state: Any = str(money.state_of(row))
        yield PaymentResult(
            label=row.label,
            payer_key=codes[row.payer_id],
            amount_minor=row.amount_minor,
            state=state,
            paid_on=row.paid_on,
        )


def _trust(partnership: Partnership, codes: dict[int, str]) -> Iterator[TrustPoint]:
    """Yield the index of each party in each opened barometer, oldest first. 1 query."""
    rows = Envelope.objects.filter(
        round__partnership=partnership, round__question=Question.BAROMETER, opened__isnull=False
    )
    for row in rows.select_related("round").defer("ciphertext").order_by("round__opened_at", "party__rank"):
        answers = cast("dict[str, Any]", row.opened)["answers"].get(PART) or {}
        opened_at = row.round.opened_at
        if answers and opened_at:
            yield TrustPoint(
                on=localdate(opened_at, EVENING.tzinfo),
                party_key=codes[row.party_id],
                index=trust_index(answers),
            )


def _surveys(partnership: Partnership) -> Iterator[SurveyResult]:
    for row in surveys_of(partnership):
        questions = [
            SurveyQuestion(
                text=str(question.text),
                choices=tuple(
                    SurveyChoice(label=str(choice.label), number=choice.number) for choice in question.choices
                ),
            )
            for question in row.questions
        ]
        yield SurveyResult(
            subject=row.survey.subject,
            milestone_code=row.survey.milestone.code if row.survey.milestone else "",
            questions=tuple(questions),
        )


def _exit(partnership: Partnership, codes: dict[int, str]) -> ExitText | None:
    row = partnership.early_exits.filter(withdrawn_at=None).order_by("-number").first()
    if row is None:
        return None
    return ExitText(
        party_key=codes.get(row.party_id or 0, BROKER),
        asked_on=localdate(row.asked_at, EVENING.tzinfo),
        leaves_on=row.leaves_on,
        reason=row.reason,
        wording=row.wording if row.agreed_at else "",
        money=row.money if row.agreed_at else "",
    )
