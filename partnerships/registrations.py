"""Registrations at start-up: kinds of messages, questions of rounds, hooks of accounts."""

from accounts.people.queries import account
from accounts.privacy import actions as privacy
from accounts.text import canonical
from accounts.vetting import actions as vetting
from outbox import kinds
from partnerships.amending import notices as amending_notices
from partnerships.calendar import notices as calendar_notices
from partnerships.case import notices as case_notices
from partnerships.charter import typography
from partnerships.closing import notices as closing_notices
from partnerships.dialogue import notices as dialogue_notices
from partnerships.expectations import actions as expectations
from partnerships.following.notices.evidence import EVIDENCE_KINDS
from partnerships.following.notices.milestones import MILESTONE_KINDS
from partnerships.following.notices.payments import PAYMENT_KINDS
from partnerships.following.notices.postponement import POSTPONEMENT_KINDS
from partnerships.handover import notices as handover_notices
from partnerships.home.queries import add_tasks
from partnerships.limits import notices as limit_notices
from partnerships.matching import notices as matching_notices
from partnerships.mediation import notices as mediation_notices
from partnerships.meetings import notices as meeting_notices
from partnerships.models import QUESTIONNAIRES, Question
from partnerships.negotiation import notices as negotiation_notices
from partnerships.negotiation.actions import criticism
from partnerships.patient_surveys import notices as survey_notices
from partnerships.privacy.actions import delete_briefs, prepare_erasure
from partnerships.questionnaires import actions as questionnaires
from partnerships.questionnaires import notices as questionnaire_notices
from partnerships.rounds import notices as round_notices
from partnerships.rounds import questions
from partnerships.rounds.questions import QuestionHandler
from partnerships.signing import notices as signing_notices
from partnerships.signing.actions import suspension
from partnerships.suspension import notices as suspension_notices

KINDS = (
    *case_notices.KINDS,
    *dialogue_notices.KINDS,
    *matching_notices.KINDS,
    *negotiation_notices.KINDS,
    *round_notices.KINDS,
    *signing_notices.KINDS,
    *amending_notices.KINDS,
    *MILESTONE_KINDS,
    *EVIDENCE_KINDS,
    *POSTPONEMENT_KINDS,
    *questionnaire_notices.KINDS,
    *meeting_notices.KINDS,
    *limit_notices.KINDS,
    *mediation_notices.KINDS,
    *suspension_notices.KINDS,
    *handover_notices.KINDS,
    *PAYMENT_KINDS,
    *calendar_notices.KINDS,
    *survey_notices.KINDS,
    *closing_notices.KINDS,
)


QUESTIONS = {
    Question.EXPECTATIONS: QuestionHandler(expectations.check, expectations.project),
    Question.CRITICISM: QuestionHandler(criticism.check, criticism.project),
    **dict.fromkeys(QUESTIONNAIRES, QuestionHandler(questionnaires.check, questionnaires.project)),
}


def register_all() -> None:
    """Register kinds of messages, questions and hooks; called once, at start-up."""
    canonical.register_printable(typography.covered_code_points)
    for kind in KINDS:
        kinds.register(kind)
    for question, handler in QUESTIONS.items():
        questions.register(question, handler)
    account.collect_tasks.register(add_tasks)
    vetting.after_decision.register(suspension.stop_signatures)
    privacy.before_erasure.register(prepare_erasure)
    privacy.before_draft_deletion.register(delete_briefs)
