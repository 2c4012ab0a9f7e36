"""Celery tasks of cases. Importing this module loads the PDF renderer, which workers do once at start-up."""

from uuid import UUID

from celery import shared_task
from django.utils.timezone import now

from partnerships.closing.actions import reports
from partnerships.following.actions import evidence
from partnerships.privacy import actions as privacy
from partnerships.questionnaires import actions as questionnaires
from partnerships.rounds.actions import opening
from partnerships.signing.actions import sealing

SWEEP_SECONDS = 10
EVIDENCE_SECONDS = 60
REPORT_SECONDS = 30


@shared_task
def seal_signed_charters() -> None:
    """Queue each signed charter without a seal as a task of its own, so that a failure blocks no other."""
    for charter_id in sealing.unsealed(now()):
        seal_charter.apply_async([str(charter_id)], expires=SWEEP_SECONDS)


@shared_task
def seal_charter(charter_id: str) -> None:
    """Seal one charter, unless it is sealed or locked by another worker; a failure is shown on its case."""
    sealing.try_to_seal(charter_id=UUID(charter_id), at=now())


@shared_task
def apply_retention() -> None:
    """Apply the retention rules; a second run removes nothing more."""
    privacy.apply_retention(at=now())


@shared_task
def ask_due_questionnaires() -> None:
    """Queue each case with a questionnaire due as a task of its own, so that a failure blocks no other."""
    for partnership_id in questionnaires.due_cases(now()):
        ask_due_questionnaire.apply_async([str(partnership_id)])


@shared_task
def ask_due_questionnaire(partnership_id: str) -> None:
    """Ask in one case the questionnaire of the quarter, unless another worker has done it."""
    questionnaires.ask_due(partnership_id=UUID(partnership_id), at=now())


@shared_task
def settle_due_rounds() -> None:
    """Queue each round whose deadline has passed as a task of its own, so that a failure blocks no other."""
    for round_id in opening.due(now()):
        settle_round.apply_async([str(round_id)], expires=SWEEP_SECONDS)


@shared_task
def settle_round(round_id: str) -> None:
    """Open or extend one round, unless another worker has done it."""
    opening.settle(round_id=UUID(round_id), at=now())


@shared_task
def write_closing_reports() -> None:
    """Queue each closed case without its report as a task of its own, so that a failure blocks no other."""
    for partnership_id in reports.unwritten():
        write_closing_report.apply_async([str(partnership_id)], expires=REPORT_SECONDS)


@shared_task
def write_closing_report(partnership_id: str) -> None:
    """Print, store and mail the report of one case, unless another worker has done it."""
    reports.write_report(partnership_id=UUID(partnership_id), at=now())


@shared_task
def accept_unanswered_evidence() -> None:
    """Queue each evidence whose time for answers is over as a task of its own."""
    for evidence_id in evidence.unanswered(now()):
        accept_evidence.apply_async([evidence_id], expires=EVIDENCE_SECONDS)


@shared_task
def accept_evidence(evidence_id: int) -> None:
    """Accept one evidence by silence, unless another worker has done it or somebody has contested it."""
    evidence.accept_silence(evidence_id=evidence_id, at=now())
