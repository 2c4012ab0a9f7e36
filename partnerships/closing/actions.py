"""Starting the review and closing a case."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refusal
from outbox import post
from partnerships import lifecycle, message_keys
from partnerships.case.transitions import advance_case, lock
from partnerships.permissions import require_broker
from partnerships.status.actions import refresh_status


class ClosingError(Refusal):
    """The review cannot start or the case cannot close."""


class MilestonesAreOpen(ClosingError):
    """Milestones are neither completed nor cancelled; their codes are the argument."""

    sentence = gettext_lazy(
        "Des jalons restent ouverts : %(what)s. Chacun doit être fait ou annulé par un avenant."
    )


@transaction.atomic
def start_review(*, partnership_id: UUID, broker: User, at: datetime) -> None:
    """Start the review of a case without open milestones.

    Raises NotABroker, MilestonesAreOpen, TransitionNotAllowed.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    open_milestones = partnership.milestones.filter(completed_at=None, cancelled_at=None).order_by(
        "due_date", "pk"
    )
    codes = [milestone.code for milestone in open_milestones]
    if codes:
        raise MilestonesAreOpen(", ".join(codes))
    advance_case(partnership, lifecycle.Action.REVIEW, actor=broker, at=at)
    refresh_status(partnership, at=at)


@transaction.atomic
def close(*, partnership_id: UUID, broker: User, lessons: str, at: datetime) -> None:
    """Close the case with its lessons, and cancel its reminders.

    Raises NotABroker, TransitionNotAllowed.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    partnership.closing_reason = lessons
    advance_case(partnership, lifecycle.Action.CLOSE, actor=broker, at=at, lessons=lessons)
    post.cancel(prefix=message_keys.milestones_prefix(partnership.pk), at=at)
    post.post(
        kind="case-closed",
        key=message_keys.case_closed(partnership.pk),
        at=at,
        facts={"partnership": str(partnership.pk)},
    )
    refresh_status(partnership, at=at)
