"""Starting the review and closing a case."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refusal, require_all
from outbox import post
from partnerships import lifecycle, message_keys
from partnerships.case.editions import edition_name, edition_status_text
from partnerships.case.transitions import advance_case, lock
from partnerships.models import Evidence, Partnership
from partnerships.permissions import require_broker
from partnerships.questionnaires.queries import has_evaluation
from partnerships.status.actions import refresh_status


class ClosingError(Refusal):
    """The review cannot start or the case cannot close."""


class MilestonesAreOpen(ClosingError):
    """Milestones are neither completed nor cancelled; their codes are the argument."""

    sentence = gettext_lazy(
        "Des jalons restent ouverts : %(what)s. Chacun doit être fait ou annulé par un avenant."
    )


class EvidenceIsUnsettled(ClosingError):
    """What is declared done is neither accepted nor settled; its codes are the argument."""

    sentence = gettext_lazy(
        "Des preuves attendent leur suite\u00a0: %(what)s. Chacune doit être confirmée, acceptée par le "
        "silence, ou "
        "tranchée par le passeur."
    )


class AmendmentIsOpen(ClosingError):
    """An amendment is neither signed nor given up; its name and its state are the argument."""

    sentence = gettext_lazy(
        "%(what)s\u00a0: faites-le signer, ou abandonnez-le en disant pourquoi. Le bilan porte sur un texte "
        "qui ne change plus."
    )


class EvaluationMissing(ClosingError):
    """The parties did not evaluate the expectations, and no reason says why."""

    field = "without_evaluation"
    sentence = gettext_lazy(
        "Les parties n’ont pas évalué les attentes. Demandez l’évaluation croisée, ou écrivez pourquoi le "
        "dossier se clôt sans elle."
    )


class MediationIsOpen(ClosingError):
    """The parties have not agreed to the minutes of a mediation; its code is the argument."""

    sentence = gettext_lazy(
        "Une médiation est ouverte\u00a0: %(what)s. Faites approuver son compte rendu avant le bilan."
    )


class QuestionnaireRuns(ClosingError):
    """The parties are answering a questionnaire; its label is the argument."""

    sentence = gettext_lazy(
        "Les parties répondent encore\u00a0: %(what)s. Attendez l’ouverture, ou annulez le questionnaire en "
        "disant pourquoi."
    )


@transaction.atomic
def start_review(*, partnership_id: UUID, broker: User, at: datetime) -> None:
    """Start the review of a case without open milestones, unsettled evidence or an amendment under work.

    Raises NotABroker, AmendmentIsOpen, MilestonesAreOpen, EvidenceIsUnsettled, QuestionnaireRuns,
    MediationIsOpen, TransitionNotAllowed.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    require_all(
        [
            partial(_require_no_amendment, partnership),
            partial(_require_milestones_over, partnership),
            partial(_require_no_questionnaire, partnership),
            partial(_require_no_mediation, partnership),
            partial(_require_evidence_settled, partnership),
        ]
    )
    advance_case(partnership, lifecycle.Action.REVIEW, actor=broker, at=at)
    refresh_status(partnership, at=at)


@transaction.atomic
def close(
    *, partnership_id: UUID, broker: User, lessons: str, without_evaluation: str = "", at: datetime
) -> None:
    """Close the case with its lessons, and cancel its reminders.

    `without_evaluation`: why the parties did not evaluate the expectations; all parties read it.
    Raises NotABroker, AmendmentIsOpen, QuestionnaireRuns, EvaluationMissing, TransitionNotAllowed.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    lifecycle.find_transition(lifecycle.Action.CLOSE, lifecycle.Case(partnership.state))
    without_evaluation = without_evaluation.strip()
    require_all(
        [
            partial(_require_no_amendment, partnership),
            partial(_require_no_questionnaire, partnership),
            partial(_require_evaluation, partnership, without_evaluation),
        ]
    )
    partnership.closing_reason = lessons
    close_case = partial(
        advance_case, partnership, lifecycle.Action.CLOSE, actor=broker, at=at, lessons=lessons
    )
    if without_evaluation:
        close_case(without_evaluation=without_evaluation)
    else:
        close_case()
    post.cancel(prefix=message_keys.milestones_prefix(partnership.pk), at=at)
    post.post(
        kind="case-closed",
        key=message_keys.case_closed(partnership.pk),
        at=at,
        facts={"partnership": str(partnership.pk)},
    )
    refresh_status(partnership, at=at)


def _require_no_amendment(partnership: Partnership) -> None:
    edition = partnership.roadmaps.filter(state__in=lifecycle.UNDER_WORK, edition__gt=1).first()
    if edition is not None:
        raise AmendmentIsOpen(f"{edition_name(edition.edition)}, {edition_status_text(edition, None)}")


def _require_no_questionnaire(partnership: Partnership) -> None:
    running = partnership.rounds.filter(opened_at=None, cancelled_at=None).order_by("asked_at").first()
    if running is not None:
        raise QuestionnaireRuns(str(running.get_question_display()))


def _require_no_mediation(partnership: Partnership) -> None:
    numbers = partnership.mediations.filter(closed_at=None).order_by("number")
    codes = [mediation.code for mediation in numbers]
    if codes:
        raise MediationIsOpen(", ".join(codes))


def _require_evaluation(partnership: Partnership, reason: str) -> None:
    if not reason and not has_evaluation(partnership):
        raise EvaluationMissing


def _require_milestones_over(partnership: Partnership) -> None:
    still_open = partnership.milestones.filter(completed_at=None, cancelled_at=None)
    codes = list(still_open.order_by("due_date", "pk").values_list("code", flat=True))
    if codes:
        raise MilestonesAreOpen(", ".join(codes))


def _require_evidence_settled(partnership: Partnership) -> None:
    own = Q(milestone__partnership=partnership) | Q(commitment__partnership=partnership)
    asked = Evidence.objects.filter(own, settlement=None, answer_until__isnull=False)
    codes = [each.subject.code for each in asked.select_related("milestone", "commitment").order_by("pk")]
    if codes:
        raise EvidenceIsUnsettled(", ".join(codes))
