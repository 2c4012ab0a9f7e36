"""The official approval of an association, and the reminders of its renewal."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import approval_dates, message_keys
from accounts.models import GRANTED, ApprovalLevel, OfficialApproval, Organisation, Side, User
from accounts.organisations.transitions import lock, record_act, require_administrator
from accounts.refusals import Refusal
from outbox import post, slots
from outbox.post import Fact, Plan


class ApprovalDetails(NamedTuple):
    """`region` is set for a regional approval, `decided_date` for a granted one."""

    level: ApprovalLevel
    region: str = ""
    number: str = ""
    decided_date: date | None = None


class ApprovalError(Refusal):
    """The approval cannot be recorded."""


class NotAnAssociation(ApprovalError):
    """Companies have no approval of this kind."""

    sentence = _("Seule une association peut être agréée.")


class DecisionIsMissing(ApprovalError):
    """A granted approval has the day of its decision, and a regional one its region."""

    sentence = _("Indiquez depuis quand, et pour un agrément régional dans quelle région.")


class DecidedInTheFuture(ApprovalError):
    """The decision would be taken after today."""

    sentence = _("La date de la décision est dans le futur. Vérifiez-la : elle figure sur la décision.")


@transaction.atomic
def record_approval(
    *, organisation_id: UUID, administrator: User, details: ApprovalDetails, at: datetime
) -> OfficialApproval:
    """Create or replace the approval and plan its reminders again.

    Raises NotAnAdministrator, NotAnAssociation, DecisionIsMissing, DecidedInTheFuture.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    if organisation.side != Side.ASSOCIATION:
        raise NotAnAssociation
    details = _relevant_details(details)
    if details.decided_date and details.decided_date > timezone.localdate(at):
        raise DecidedInTheFuture
    row, _created = OfficialApproval.objects.update_or_create(
        organisation=organisation, defaults=details._asdict()
    )
    decided = details.decided_date.isoformat() if details.decided_date else None
    facts = {**details._asdict(), "level": details.level.value, "decided_date": decided}
    record_act(organisation, "approval", actor=administrator, at=at, **facts)
    plan_reminders(organisation, details.decided_date, at=at)
    return row


def plan_reminders(organisation: Organisation, decided: date | None, *, at: datetime) -> None:
    """Replace the reminders of an approval by those of a decision (None: no reminder), past ones left out."""
    plans = []
    if decided:
        days = approval_dates.reminder_days(decided)
        series = slots.series(approval_dates.renewal_deadline(decided), list(days.values()))
        for months, slot in zip(days, series, strict=True):
            if slot.last_leaves_at >= at:
                facts: dict[str, Fact] = {
                    **slot.facts(),
                    "organisation": str(organisation.pk),
                    "decided": decided.isoformat(),
                    "months": months,
                    "collapse": message_keys.approval_collapse(organisation.pk),
                }
                key = message_keys.approval_reminder(organisation.pk, decided=decided, months=months)
                plans.append(Plan(kind="approval-reminder", key=key, due_at=slot.due_at, facts=facts))
    post.replan(prefix=message_keys.approval_prefix(organisation.pk), plans=plans, at=at)


@transaction.atomic
def plan_reminders_again(*, at: datetime) -> int:
    """Plan the reminders of every granted approval again; return the number of approvals."""
    granted = list(
        OfficialApproval.objects.exclude(decided_date=None).select_related("organisation").order_by("pk")
    )
    for approval in granted:
        plan_reminders(approval.organisation, approval.decided_date, at=at)
    return len(granted)


def _relevant_details(details: ApprovalDetails) -> ApprovalDetails:
    """Return the details without what the level does not use. Raises DecisionIsMissing."""
    if details.level not in GRANTED:
        return ApprovalDetails(details.level)
    is_regional = details.level == ApprovalLevel.REGIONAL
    if details.decided_date is None or (is_regional and not details.region):
        raise DecisionIsMissing
    return details._replace(region=details.region if is_regional else "")
