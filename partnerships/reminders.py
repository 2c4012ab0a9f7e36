"""When each person of a case must hear of what: messages in the future, one key for each."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from outbox import post, schedule
from outbox.post import Fact, Plan
from partnerships.charter.texts import ALL_PARTIES
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
    prefix = f"case:{partnership.pk}:round:{asked.pk}:"
    is_text = asked.question == Question.CRITICISM
    post.post(
        kind="round-opened" if is_text else "expectations-asked", key=f"{prefix}opened", at=at, facts=facts
    )
    began = asked.extended_at or asked.asked_at
    half = began + (asked.deadline_at - began) / 2
    last = asked.deadline_at - timedelta(days=1)
    for name, due_at in (("half-time", half), ("last-day", last)):
        post.post(
            kind="round-reminder" if is_text else "expectations-reminder",
            key=f"{prefix}{asked.deadline_at:%Y%m%d}:{name}",
            at=at,
            due_at=due_at,
            facts={**facts, "collapse": f"round:{asked.pk}"},
        )


def close_round(partnership: Partnership, *, at: datetime) -> None:
    """Forget the reminders of the rounds of a case: the question is settled or asked anew."""
    post.cancel(prefix=f"case:{partnership.pk}:round:", at=at)


def plan_signatures(charter: Charter, *, at: datetime) -> None:
    """Ask the signatories, chase those who have not signed, then tell the broker."""
    prefix = f"case:{charter.partnership_id}:signing:{charter.pk}:"
    facts: dict[str, Fact] = {"partnership": str(charter.partnership_id), "charter": str(charter.pk)}
    post.post(kind="signature-requested", key=f"{prefix}requested", at=at, facts=facts)
    chase: dict[str, Fact] = {**facts, "collapse": f"signing:{charter.pk}"}
    for days in SIGNATURE_DAYS:
        post.post(
            kind="signature-reminder",
            key=f"{prefix}{days}",
            at=at,
            due_at=at + timedelta(days=days),
            facts=chase,
        )
    post.post(
        kind="signature-overdue",
        key=f"{prefix}broker",
        at=at,
        due_at=at + timedelta(days=SIGNATURE_ESCALATION),
        facts=facts,
    )


def close_signatures(charter: Charter, *, at: datetime) -> None:
    """Forget what was planned for the signatures of a frozen text."""
    post.cancel(prefix=f"case:{charter.partnership_id}:signing:{charter.pk}:", at=at)


def plan_milestone(milestone: Milestone, *, at: datetime) -> None:
    """Plan or re-plan the reminders of a milestone; one that is done or cancelled has none.

    The owner and the day are in the key, so a milestone that was moved or given to another owner is told
    anew and what is past stays told. One that is late already is told at once, to its owner and, from the
    tenth day, to the broker.
    """
    prefix = f"case:{milestone.partnership_id}:milestone:{milestone.pk}:"
    ended = milestone.completed_at is not None or milestone.cancelled_at is not None
    post.replan(prefix=prefix, plans=() if ended else _milestone_plans(milestone, prefix, at), at=at)


def _milestone_plans(milestone: Milestone, prefix: str, at: datetime) -> list[Plan]:
    owner = _slots(milestone, MILESTONE_DAYS, at)
    broker = _slots(milestone, (MILESTONE_ESCALATION,), at)
    owner_code = milestone.owner.code if milestone.owner else ALL_PARTIES
    facts: dict[str, Fact] = {"partnership": str(milestone.partnership_id), "milestone": milestone.pk}
    plans = []
    for kind, collapse, slots in (
        ("milestone-reminder", "milestone", owner),
        ("milestone-overdue", "overdue", broker),
    ):
        plans += [
            Plan(
                kind=kind,
                key=f"{prefix}{owner_code}:{milestone.due_date:%Y%m%d}:{days:+d}",
                due_at=due_at,
                facts={**facts, "days": days, "collapse": f"{collapse}:{milestone.pk}"},
            )
            for days, due_at in slots
        ]
    return plans


def _slots(milestone: Milestone, days: tuple[int, ...], at: datetime) -> list[tuple[int, datetime]]:
    """Return the slots that are still to come, after the last of those of a milestone already late.

    A milestone may be late on the day it is planned: that is told once, and its past is not recited.
    """
    slots = [
        (number, datetime.combine(milestone.due_date + timedelta(days=number), MORNING)) for number in days
    ]
    late = [slot for slot in slots if slot[0] >= 0 and slot[1] < at]
    return late[-1:] + [slot for slot in slots if slot[1] >= at]
