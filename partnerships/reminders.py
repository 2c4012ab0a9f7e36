"""Planning of reminders: messages with a future due time and a unique key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.approval_dates import months_after
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
    ReminderRules,
    Roadmap,
    Round,
    Snooze,
)

# Whole days in which the other parties confirm or contest what is declared done.
ANSWER_DAYS: Final = 7
ANSWER_REMINDER: Final = timedelta(days=4)
# The mail that accepts a milestone says what becomes due; the reminder follows.
PAYMENT_REMINDER: Final = timedelta(days=1)
SIGNATURE_DAYS: Final = (3, 7, 14)
SIGNATURE_ESCALATION: Final = 15
# Without a change for so long, the revised clauses are announced in one mail.
REVISION_PAUSE: Final = timedelta(minutes=15)


class Rules(NamedTuple):
    """The days on which reminders of a milestone leave, from its due date: to its owner, to the broker."""

    owner_days: tuple[int, ...]
    broker_days: tuple[int, ...]


# Months before the last day of a charter.
END_MONTHS: Final = (3, 1)
# Until a broker sets the default (PRODUCT.md section 8).
SHIPPED: Final = Rules((-30, -7, -1, 0, 3), (10,))


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


def rules_of(case_ids: Iterable[UUID]) -> dict[UUID | None, Rules]:
    """Return the rules of each case, and under None the default. 1 query."""
    ids = list(case_ids)
    rows = ReminderRules.objects.filter(Q(partnership=None) | Q(partnership__in=ids))
    latest = rows.order_by("partnership_id", "-set_at", "-pk").distinct("partnership_id")
    own = {row.partnership_id: row for row in latest}
    found = {
        case: Rules(tuple(row.owner_days), tuple(row.broker_days))
        for case, row in own.items()
        if not row.is_default
    }
    default = found.get(None, SHIPPED)
    return {None: default, **{case: found.get(case, default) for case in ids}}


def day_words(days: int) -> str:
    """Return a number of days from the due date in words."""
    named = {0: _("le jour même"), -1: _("la veille"), 1: _("le lendemain")}
    if days in named:
        return named[days]
    if days < 0:
        return ngettext("%(n)s jour avant", "%(n)s jours avant", -days) % {"n": -days}
    return ngettext("%(n)s jour après", "%(n)s jours après", days) % {"n": days}


def days_text(days: Sequence[int]) -> str:
    """Return days as one text."""
    return get_text_list([day_words(day) for day in days], _("et"))


def plan_milestone(milestone: Milestone, *, at: datetime) -> None:
    """Plan or re-plan the reminders of a milestone; a completed or cancelled one has none.

    The owner and the due date are part of the key, so that a milestone that was moved or given to another
    owner gets new reminders. One that is already late gets one reminder at once to its owner and, from the
    last day of the rules, one to the broker.
    """
    rules = rules_of([milestone.partnership_id])[milestone.partnership_id]
    snoozes = milestone.snoozes.order_by("pk")
    plans = _milestone_plans(milestone, rules, snoozes, at)
    post.replan(prefix=message_keys.milestone_prefix(milestone), plans=plans, at=at)


def plan_milestones(partnership: Partnership, *, at: datetime) -> int:
    """Plan or re-plan the reminders of all milestones of a case; return their number. At most 9 queries."""
    rules = rules_of([partnership.pk])[partnership.pk]
    snoozes = Prefetch("snoozes", queryset=Snooze.objects.order_by("pk"))
    rows = partnership.milestones.select_related("owner").prefetch_related(snoozes).order_by("pk")
    milestones = list(rows)
    plans = [plan for row in milestones for plan in _milestone_plans(row, rules, row.snoozes.all(), at)]
    post.replan(prefix=message_keys.milestones_prefix(partnership.pk), plans=plans, at=at)
    return len(milestones)


def plan_end(partnership: Partnership, ends_on: date | None, *, at: datetime) -> None:
    """Plan or re-plan the mails that a charter ends in three months and in one; none without a last day."""
    plans = []
    if ends_on is not None:
        targets = [months_after(ends_on, -months) for months in END_MONTHS]
        plans = [
            Plan(
                kind="charter-ending",
                key=message_keys.charter_ending(partnership.pk, ends_on=ends_on, months=months),
                due_at=slot.due_at,
                facts={
                    "partnership": str(partnership.pk),
                    "ends_on": ends_on.isoformat(),
                    "collapse": message_keys.ending_collapse(partnership.pk),
                    **slot.facts(),
                },
            )
            for months, slot in zip(END_MONTHS, slots.series(ends_on, targets), strict=True)
            if slot.last_leaves_at >= at
        ]
    post.replan(prefix=message_keys.endings_prefix(partnership.pk), plans=plans, at=at)


def last_word(milestone: Milestone, *, time_zone: str, territory: str = "") -> datetime | None:
    """Return when the last reminder by the due date leaves for a person. 1 query.

    None when the rules of the case have none by the due date.
    """
    days = rules_of([milestone.partnership_id])[milestone.partnership_id].owner_days
    targets = [milestone.due_date + timedelta(days=number) for number in days]
    last = next((slot for slot in slots.series(milestone.due_date, targets) if slot.is_last_word), None)
    return last.leaves_at(time_zone=time_zone, territory=territory) if last else None


def snoozed_people(facts: Mapping[str, Any], snoozes: Iterable[Snooze]) -> set[UUID]:
    """Return the people whom a reminder of a milestone does not reach, because they want none before a day.

    The last word before the due date, and what comes after it, reach everybody.
    """
    slot = slots.slot_in(facts)
    if slot is None or slot.target >= slot.due or slot.is_last_word:
        return set()
    return {each.user_id for each in snoozes if slot.target < each.until_date}


def _milestone_plans(
    milestone: Milestone, rules: Rules, snoozes: Iterable[Snooze], at: datetime
) -> list[Plan]:
    if milestone.completed_at is not None or milestone.cancelled_at is not None:
        return []
    facts: dict[str, Fact] = {
        "partnership": str(milestone.partnership_id),
        "milestone": milestone.pk,
        "due_date": milestone.due_date.isoformat(),
    }
    to_owner = facts | {"collapse": message_keys.milestone_reminder_collapse(milestone)}
    to_broker = facts | {"collapse": message_keys.milestone_overdue_collapse(milestone)}
    return [
        *(
            Plan(
                kind="milestone-reminder",
                key=message_keys.milestone_reminder(milestone, days=days),
                due_at=slot.due_at,
                facts={**to_owner, **slot.facts(), "days": days},
            )
            for days, slot in _slots(milestone, rules.owner_days, at)
        ),
        *(
            Plan(
                kind="milestone-overdue",
                key=message_keys.milestone_overdue(milestone, days=days),
                due_at=slot.due_at,
                facts={**to_broker, **slot.facts(), "days": days},
            )
            for days, slot in _slots(milestone, rules.broker_days, at)
        ),
        *(
            Plan(
                kind="milestone-reminder",
                key=message_keys.milestone_snoozed(milestone, snooze.user_id, until=snooze.until_date),
                due_at=slot.due_at,
                facts={
                    **to_owner,
                    **slot.facts(),
                    "days": (slot.target - milestone.due_date).days,
                    "user": str(snooze.user_id),
                },
            )
            for snooze in snoozes
            if (slot := _snoozed_slot(milestone, rules, snooze)) and slot.last_leaves_at >= at
        ),
    ]


def _snoozed_slot(milestone: Milestone, rules: Rules, snooze: Snooze) -> Slot | None:
    """Return the slot of the day until which a person wants no reminder, None when another one is on it.

    None as well from the last word on, which is not moved.
    """
    targets = [milestone.due_date + timedelta(days=number) for number in rules.owner_days]
    last = max((day for day in targets if day <= milestone.due_date), default=None)
    if last is None or snooze.until_date >= last or snooze.until_date in targets:
        return None
    later = tuple(day for day in targets if day > snooze.until_date)
    return Slot(target=snooze.until_date, due=milestone.due_date, later=later)


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
