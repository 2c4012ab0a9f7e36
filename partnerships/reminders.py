"""Planning of reminders: messages with a future due time and a unique key."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from outbox import post, schedule, slots
from outbox.post import Fact, Plan
from outbox.slots import Slot
from partnerships import message_keys
from partnerships.models import (
    QUESTIONNAIRES,
    Charter,
    ClauseRevision,
    Evidence,
    Milestone,
    Partnership,
    Payment,
    Question,
    Roadmap,
    Round,
)

# Days from the due date; the last one goes to the broker (PRODUCT.md section 8).
MILESTONE_DAYS: Final = (-30, -7, -1, 0, 3)
MILESTONE_ESCALATION: Final = 10
# Whole days in which the other parties confirm or contest what is declared done.
ANSWER_DAYS: Final = 7
ANSWER_REMINDER: Final = timedelta(days=4)
# The mail that accepts a milestone says what becomes due; the reminder follows.
PAYMENT_REMINDER: Final = timedelta(days=1)
SIGNATURE_DAYS: Final = (3, 7, 14)
SIGNATURE_ESCALATION: Final = 15
# Without a change for so long, the revised clauses are announced in one mail.
REVISION_PAUSE: Final = timedelta(minutes=15)


class RoundKinds(NamedTuple):
    question: str
    reminder: str


# Kinds of the messages that put a question to the parties and remind them of it.
ROUND_KINDS: Final = {
    Question.EXPECTATIONS: RoundKinds("expectations-asked", "expectations-reminder"),
    Question.CRITICISM: RoundKinds("round-opened", "round-reminder"),
    **dict.fromkeys(QUESTIONNAIRES, RoundKinds("questionnaire-asked", "questionnaire-reminder")),
}
# Deadline of a round on its last day, the same for all parties.
EVENING: Final = time(18, 0, tzinfo=ZoneInfo("Europe/Paris"))


def deadline(at: datetime, days: int) -> datetime:
    """Return 18:00 in Paris on the last of `days` French working days after `at`."""
    day = at.astimezone(EVENING.tzinfo).date()
    remaining = days
    while remaining:
        day += timedelta(days=1)
        remaining -= schedule.is_working_day(day)
    return datetime.combine(day, EVENING)


def answer_deadline(at: datetime) -> datetime:
    """Return when silence accepts what is declared done at `at`.

    At least ANSWER_DAYS whole days later, at 18:00 in Paris on a French working day: the same for all
    parties.
    """
    end = at.astimezone(EVENING.tzinfo) + timedelta(days=ANSWER_DAYS)
    day = end.date() if end <= datetime.combine(end.date(), EVENING) else end.date() + timedelta(days=1)
    return datetime.combine(schedule.working_day_from(day), EVENING)


def plan_evidence(partnership: Partnership, evidence: Evidence, *, at: datetime) -> None:
    """Ask the other parties about an evidence, and remind those who have not answered before the deadline."""
    facts: dict[str, Fact] = {
        "partnership": str(partnership.pk),
        "evidence": evidence.pk,
        "milestone": evidence.milestone_id,
    }
    key = message_keys.evidence_given(partnership.pk, evidence.pk)
    post.post(kind="milestone-completed", key=key, at=at, facts=facts)
    if evidence.answer_until is None:
        return
    plan = _evidence_reminder(partnership, evidence, evidence.answer_until)
    post.post(kind=plan.kind, key=plan.key, at=at, due_at=plan.due_at, facts=plan.facts)


def _evidence_reminder(partnership: Partnership, evidence: Evidence, answer_until: datetime) -> Plan:
    (slot,) = slots.series(answer_until, [answer_until - ANSWER_REMINDER])
    return Plan(
        kind="evidence-reminder",
        key=message_keys.evidence_reminder(partnership.pk, evidence.pk),
        due_at=slot.due_at,
        facts={
            "partnership": str(partnership.pk),
            "evidence": evidence.pk,
            "milestone": evidence.milestone_id,
            **slot.facts(),
        },
    )


def plan_revision(
    partnership: Partnership, roadmap: Roadmap, revision: ClauseRevision, *, at: datetime
) -> None:
    """Announce the revised text once its broker pauses: a later revision moves the one announcement."""
    plan = Plan(
        kind="clause-revised",
        key=message_keys.clause_revised(partnership.pk, roadmap.pk, revision.pk),
        due_at=at + REVISION_PAUSE,
        facts={"partnership": str(partnership.pk), "roadmap": str(roadmap.pk)},
    )
    post.replan(prefix=message_keys.revisions_prefix(partnership.pk), plans=[plan], at=at)


def plan_round(partnership: Partnership, round_: Round, *, at: datetime) -> None:
    """Post the question of a round and plan its reminders, at half time and a day before the deadline.

    Each leaves at a working hour of its recipient, some hours before the deadline at the latest.

    The deadline is part of the key, so that an extended round gets new reminders.
    """
    close_round(partnership, at=at)
    # The question shows what changed.
    post.cancel(prefix=message_keys.revisions_prefix(partnership.pk), at=at)
    facts: dict[str, Fact] = {"partnership": str(partnership.pk), "round": str(round_.pk)}
    kinds = ROUND_KINDS[Question(round_.question)]
    post.post(
        kind=kinds.question,
        key=message_keys.round_opened(partnership.pk, round_.pk),
        at=at,
        facts=facts,
    )
    for plan in _round_reminders(round_):
        post.post(kind=plan.kind, key=plan.key, at=at, due_at=plan.due_at, facts=plan.facts)


def _round_reminders(round_: Round) -> list[Plan]:
    starts = (round_.asked_at, round_.extended_at, round_.granted_at, round_.moved_at)
    started_at = max(moment for moment in starts if moment)
    half_time = started_at + (round_.deadline_at - started_at) / 2
    last_day = round_.deadline_at - timedelta(days=1)
    series = slots.series(round_.deadline_at, [half_time, last_day])
    deadline = round_.deadline_at.astimezone(EVENING.tzinfo)
    return [
        Plan(
            kind=ROUND_KINDS[Question(round_.question)].reminder,
            key=message_keys.round_reminder(round_.partnership_id, round_.pk, deadline=deadline, slot=name),
            due_at=slot.due_at,
            facts={
                "partnership": str(round_.partnership_id),
                "round": str(round_.pk),
                **slot.facts(),
                "collapse": message_keys.round_collapse(round_.pk),
            },
        )
        for name, slot in zip(("half-time", "last-day"), series, strict=True)
    ]


def close_round(partnership: Partnership, *, at: datetime) -> None:
    """Cancel the question and the reminders of the rounds of a case."""
    post.cancel(prefix=message_keys.rounds_prefix(partnership.pk), at=at)


def plan_signatures(charter: Charter, *, at: datetime) -> None:
    """Post the request for signatures, and plan the reminders and the escalation to the broker."""
    case_id = charter.partnership_id
    facts: dict[str, Fact] = {"partnership": str(case_id), "charter": str(charter.pk)}
    key = message_keys.signature_requested(case_id, charter.pk)
    post.post(kind="signature-requested", key=key, at=at, facts=facts)
    for plan in _signature_reminders(charter, since=at):
        post.post(kind=plan.kind, key=plan.key, at=at, due_at=plan.due_at, facts=plan.facts)


def _signature_reminders(charter: Charter, *, since: datetime) -> list[Plan]:
    case_id = charter.partnership_id
    facts: dict[str, Fact] = {"partnership": str(case_id), "charter": str(charter.pk)}
    reminders = [
        Plan(
            kind="signature-reminder",
            key=message_keys.signature_reminder(case_id, charter.pk, days=days),
            due_at=since + timedelta(days=days),
            facts={**facts, "collapse": message_keys.signature_collapse(charter.pk)},
        )
        for days in SIGNATURE_DAYS
    ]
    overdue = Plan(
        kind="signature-overdue",
        key=message_keys.signature_overdue(case_id, charter.pk),
        due_at=since + timedelta(days=SIGNATURE_ESCALATION),
        facts=facts,
    )
    return [*reminders, overdue]


def close_signatures(charter: Charter, *, at: datetime) -> None:
    """Cancel the reminders of the signatures of a frozen text."""
    post.cancel(prefix=message_keys.signatures_prefix(charter.partnership_id, charter.pk), at=at)


def plan_milestone(milestone: Milestone, *, at: datetime) -> None:
    """Plan or re-plan the reminders of a milestone; a completed or cancelled one has none.

    The owner and the due date are part of the key, so that a milestone that was moved or given to another
    owner gets new reminders. One that is already late gets one reminder at once to its owner and, from the
    tenth day, one to the broker.
    """
    is_closed = milestone.completed_at is not None or milestone.cancelled_at is not None
    plans = () if is_closed else _milestone_plans(milestone, at)
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
            due_at=slot.due_at,
            facts={
                **facts,
                **slot.facts(),
                "days": days,
                "collapse": message_keys.milestone_reminder_collapse(milestone),
            },
        )
        for days, slot in _slots(milestone, MILESTONE_DAYS, at)
    ]
    to_broker = [
        Plan(
            kind="milestone-overdue",
            key=message_keys.milestone_overdue(milestone, days=days),
            due_at=slot.due_at,
            facts={
                **facts,
                **slot.facts(),
                "days": days,
                "collapse": message_keys.milestone_overdue_collapse(milestone),
            },
        )
        for days, slot in _slots(milestone, (MILESTONE_ESCALATION,), at)
    ]
    return [*to_owner, *to_broker]


def _slots(milestone: Milestone, days: tuple[int, ...], at: datetime) -> list[tuple[int, Slot]]:
    """Return the slots that have not left for everybody, by days from the due date.

    For a late milestone, first the last past slot, so that it gets one reminder and not all of them.
    """
    targets = [milestone.due_date + timedelta(days=number) for number in days]
    planned = list(zip(days, slots.series(milestone.due_date, targets), strict=True))
    late = [(number, slot) for number, slot in planned if number >= 0 and slot.last_leaves_at < at]
    return late[-1:] + [(number, slot) for number, slot in planned if slot.last_leaves_at >= at]


def plan_round_again(round_: Round, *, at: datetime) -> None:
    """Plan the reminders of a running round whose deadline a suspension moved; no question is repeated."""
    question = Plan(
        kind=ROUND_KINDS[Question(round_.question)].question,
        key=message_keys.round_opened(round_.partnership_id, round_.pk),
        due_at=at,
        facts={"partnership": str(round_.partnership_id), "round": str(round_.pk)},
    )
    plans = [question, *_round_reminders(round_)]
    post.replan(prefix=message_keys.rounds_prefix(round_.partnership_id), plans=plans, at=at)


def plan_evidence_again(partnership: Partnership, evidence: Evidence, *, at: datetime) -> None:
    """Plan the reminder of an evidence whose time for answers a suspension moved."""
    if evidence.answer_until is None:
        return
    reminder = _evidence_reminder(partnership, evidence, evidence.answer_until)
    given = Plan(
        kind="milestone-completed",
        key=message_keys.evidence_given(partnership.pk, evidence.pk),
        due_at=at,
        facts={
            "partnership": str(partnership.pk),
            "evidence": evidence.pk,
            "milestone": evidence.milestone_id,
        },
    )
    prefix = message_keys.evidence_prefix(partnership.pk, evidence.pk)
    post.replan(prefix=prefix, plans=[given, reminder], at=at)


def plan_signatures_again(charter: Charter, *, since: datetime, at: datetime) -> None:
    """Plan the reminders to sign a frozen text again, as if it had been frozen at `since`."""
    case_id = charter.partnership_id
    request = Plan(
        kind="signature-requested",
        key=message_keys.signature_requested(case_id, charter.pk),
        due_at=at,
        facts={"partnership": str(case_id), "charter": str(charter.pk)},
    )
    plans = [request, *_signature_reminders(charter, since=since)]
    post.replan(prefix=message_keys.signatures_prefix(case_id, charter.pk), plans=plans, at=at)


def plan_payment_again(payment: Payment, *, at: datetime) -> None:
    """Plan the reminder of a payment that was due when its case was suspended."""
    kind = "payment-reminder"
    reminder = Plan(
        kind=kind,
        key=message_keys.payment(payment.partnership_id, payment.pk, kind=kind),
        due_at=at + PAYMENT_REMINDER,
        facts={"partnership": str(payment.partnership_id), "payment": payment.pk},
    )
    prefix = message_keys.payment_prefix(payment.partnership_id, payment.pk)
    post.replan(prefix=prefix, plans=[reminder], at=at)
