"""When each person of a case must hear of what: messages in the future, one key for each."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from outbox import post, schedule
from outbox.post import Fact, Plan
from partnerships import message_keys
from partnerships.models import Charter, Milestone, Partnership, Question, Round

# Days from the due date; the last one goes to the broker (PRODUCT.md section 8).
MILESTONE_DAYS: Final = (-30, -7, -1, 0, 3)
MILESTONE_ESCALATION: Final = 10
SIGNATURE_DAYS: Final = (3, 7, 14)
SIGNATURE_ESCALATION: Final = 15
MORNING: Final = time(7, 0, tzinfo=UTC)
# A round closes at six in the evening in Paris, the same moment for all parties.
EVENING: Final = time(18, 0, tzinfo=ZoneInfo("Europe/Paris"))


def deadline(at: datetime, days: int) -> datetime:
    """Return six in the evening, Paris time, of the last of `days` French working days after `at`."""
    day = at.astimezone(EVENING.tzinfo).date()
    left = days
    while left:
        day += timedelta(days=1)
        left -= schedule.is_working_day(day)
    return datetime.combine(day, EVENING)


def plan_round(partnership: Partnership, asked: Round, *, at: datetime) -> None:
    """Tell all parties that a round is open, at half time and on its last day.

    The deadline is in the key, so that an extended round reminds anew.
    """
    close_round(partnership, at=at)
    facts: dict[str, Fact] = {"partnership": str(partnership.pk), "round": str(asked.pk)}
    is_text = asked.question == Question.CRITICISM
    post.post(
        kind="round-opened" if is_text else "expectations-asked",
        key=message_keys.round_opened(partnership.pk, asked.pk),
        at=at,
        facts=facts,
    )
    began = asked.extended_at or asked.asked_at
    half = began + (asked.deadline_at - began) / 2
    last = asked.deadline_at - timedelta(days=1)
    for slot, due_at in (("half-time", half), ("last-day", last)):
        post.post(
            kind="round-reminder" if is_text else "expectations-reminder",
            key=message_keys.round_reminder(
                partnership.pk, asked.pk, deadline=asked.deadline_at.astimezone(EVENING.tzinfo), slot=slot
            ),
            at=at,
            due_at=due_at,
            facts={**facts, "collapse": message_keys.round_collapse(asked.pk)},
        )


def close_round(partnership: Partnership, *, at: datetime) -> None:
    """Forget the reminders of the rounds of a case: the question is settled or asked anew."""
    post.cancel(prefix=message_keys.rounds_prefix(partnership.pk), at=at)


def plan_signatures(charter: Charter, *, at: datetime) -> None:
    """Ask the signatories, chase those who have not signed, then tell the broker."""
    case_id = charter.partnership_id
    facts: dict[str, Fact] = {"partnership": str(case_id), "charter": str(charter.pk)}
    key = message_keys.signature_requested(case_id, charter.pk)
    post.post(kind="signature-requested", key=key, at=at, facts=facts)
    chase: dict[str, Fact] = {**facts, "collapse": message_keys.signature_collapse(charter.pk)}
    for days in SIGNATURE_DAYS:
        post.post(
            kind="signature-reminder",
            key=message_keys.signature_reminder(case_id, charter.pk, days=days),
            at=at,
            due_at=at + timedelta(days=days),
            facts=chase,
        )
    post.post(
        kind="signature-overdue",
        key=message_keys.signature_overdue(case_id, charter.pk),
        at=at,
        due_at=at + timedelta(days=SIGNATURE_ESCALATION),
        facts=facts,
    )


def close_signatures(charter: Charter, *, at: datetime) -> None:
    """Forget what was planned for the signatures of a frozen text."""
    post.cancel(prefix=message_keys.signatures_prefix(charter.partnership_id, charter.pk), at=at)


def plan_milestone(milestone: Milestone, *, at: datetime) -> None:
    """Plan or re-plan the reminders of a milestone; one that is done or cancelled has none.

    The owner and the day are in the key, so a milestone that was moved or given to another owner is told
    anew and what is past stays told. One that is late already is told at once, to its owner and, from the
    tenth day, to the broker.
    """
    ended = milestone.completed_at is not None or milestone.cancelled_at is not None
    plans = () if ended else _milestone_plans(milestone, at)
    post.replan(prefix=message_keys.milestone_prefix(milestone), plans=plans, at=at)


def _milestone_plans(milestone: Milestone, at: datetime) -> list[Plan]:
    facts: dict[str, Fact] = {
        "partnership": str(milestone.partnership_id),
        "milestone": milestone.pk,
        "due_date": milestone.due_date.isoformat(),
    }
    to_owner = [
        Plan(
            kind="milestone-reminder",
            key=message_keys.milestone_reminder(milestone, days=days),
            due_at=due_at,
            facts={**facts, "days": days, "collapse": message_keys.milestone_reminder_collapse(milestone)},
        )
        for days, due_at in _slots(milestone, MILESTONE_DAYS, at)
    ]
    to_broker = [
        Plan(
            kind="milestone-overdue",
            key=message_keys.milestone_overdue(milestone, days=days),
            due_at=due_at,
            facts={**facts, "days": days, "collapse": message_keys.milestone_overdue_collapse(milestone)},
        )
        for days, due_at in _slots(milestone, (MILESTONE_ESCALATION,), at)
    ]
    return [*to_owner, *to_broker]


def _slots(milestone: Milestone, days: tuple[int, ...], at: datetime) -> list[tuple[int, datetime]]:
    """Return the slots that are still to come, after the last of those of a milestone already late.

    A milestone may be late on the day it is planned: that is told once, and its past is not recited.
    """
    slots = [
        (number, datetime.combine(milestone.due_date + timedelta(days=number), MORNING)) for number in days
    ]
    late = [slot for slot in slots if slot[0] >= 0 and slot[1] < at]
    return late[-1:] + [slot for slot in slots if slot[1] >= at]
