"""What the chapters register when the application starts: mails, questions of rounds, hooks of accounts."""

from accounts.privacy import actions as privacy
from accounts.vetting import actions as vetting
from outbox import kinds
from partnerships.case import notices as cases
from partnerships.expectations import actions as expectations
from partnerships.following import notices as milestones
from partnerships.matching import notices as introductions
from partnerships.models import Question
from partnerships.negotiation import notices as rounds
from partnerships.negotiation.actions import criticism
from partnerships.privacy.actions.erasure import prepare_erasure
from partnerships.rounds import notices as envelopes
from partnerships.rounds import questions
from partnerships.rounds.questions import QuestionHandler
from partnerships.signing import notices as signatures
from partnerships.signing.actions import suspension

KINDS = (
    *cases.KINDS,
    *introductions.KINDS,
    *rounds.KINDS,
    *envelopes.KINDS,
    *signatures.KINDS,
    *milestones.KINDS,
)


QUESTIONS = {
    Question.EXPECTATIONS: QuestionHandler(expectations.check, expectations.project),
    Question.CRITICISM: QuestionHandler(criticism.check, criticism.project),
}


def register_all() -> None:
    """Register mails, questions and hooks; called once, when the application starts."""
    for kind in KINDS:
        kinds.register(kind)
    for question, handler in QUESTIONS.items():
        questions.register(question, handler)
    vetting.after_decision.register(suspension.stop_signatures)
    privacy.before_erasure.register(prepare_erasure)
