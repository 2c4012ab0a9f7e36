"""The official approval that an association declares, and the reminders that follow from its date."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Final, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import approval_dates, message_keys
from accounts.models import GRANTED, ApprovalLevel, OfficialApproval, Organisation, Side, User
from accounts.organisations.transitions import lock, require_administrator, write
from accounts.refusals import Refusal
from outbox import post
from outbox.post import Fact, Plan

MORNING: Final = time(7, tzinfo=UTC)


class Granted(NamedTuple):
    """What the decision says; `region` for a regional one, `decided_date` for one that was granted."""

    level: ApprovalLevel
    region: str = ""
    number: str = ""
    decided_date: date | None = None


class ApprovalError(Refusal):
    """The approval cannot be kept as it was told."""


class NotAnAssociation(ApprovalError):
    """Companies have no approval of this kind."""

    sentence = _("Seule une association peut être agréée.")


class DecisionIsMissing(ApprovalError):
    """A granted approval has the day of its decision, and a regional one its region."""

    sentence = _("Dites depuis quand, et pour un agrément régional dans quelle région.")


class DecidedInTheFuture(ApprovalError):
    """The decision would be taken after today."""

    sentence = _("La date de la décision est dans le futur. Vérifiez-la : elle figure sur la décision.")


@transaction.atomic
def record_approval(
    *, organisation_id: UUID, administrator: User, granted: Granted, at: datetime
) -> OfficialApproval:
    """Keep the approval; its reminders are planned anew, or cancelled when there is none any more.

    Raises NotAnAdministrator, NotAnAssociation, DecisionIsMissing, DecidedInTheFuture.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    if organisation.side != Side.ASSOCIATION:
        raise NotAnAssociation
    kept = _kept(granted)
    if kept.decided_date and kept.decided_date > timezone.localdate(at):
        raise DecidedInTheFuture
    row, _made = OfficialApproval.objects.update_or_create(organisation=organisation, defaults=kept._asdict())
    decided = kept.decided_date.isoformat() if kept.decided_date else None
    told = {**kept._asdict(), "level": kept.level.value, "decided_date": decided}
    write(organisation, "approval", actor=administrator, at=at, **told)
    plan_reminders(organisation, kept.decided_date, at=at)
    return row


def plan_reminders(organisation: Organisation, decided: date | None, *, at: datetime) -> None:
    """Make the reminders of an approval those of that decision; what is past is not recited."""
    plans = []
    if decided:
        for months, day in approval_dates.reminder_days(decided).items():
            due_at = datetime.combine(day, MORNING)
            if due_at >= at:
                facts: dict[str, Fact] = {
                    "organisation": str(organisation.pk),
                    "decided": decided.isoformat(),
                    "months": months,
                    "collapse": message_keys.approval_collapse(organisation.pk),
                }
                key = message_keys.approval_reminder(organisation.pk, decided=decided, months=months)
                plans.append(Plan(kind="approval-reminder", key=key, due_at=due_at, facts=facts))
    post.replan(prefix=message_keys.approval_prefix(organisation.pk), plans=plans, at=at)


def _kept(granted: Granted) -> Granted:
    """Return only what belongs to the level. Raises DecisionIsMissing."""
    if granted.level not in GRANTED:
        return Granted(granted.level)
    is_regional = granted.level == ApprovalLevel.REGIONAL
    if granted.decided_date is None or (is_regional and not granted.region):
        raise DecisionIsMissing
    return granted._replace(region=granted.region if is_regional else "")
