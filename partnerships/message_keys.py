"""Keys of the messages about cases and introductions, one function for each kind."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from outbox.message_keys import (
    KeyPrefix,
    MessageKey,
    build_key,
    build_prefix,
    day_part,
    moment_part,
    offset_part,
)
from partnerships.charter.texts import ALL_PARTIES

if TYPE_CHECKING:
    from partnerships.models import Milestone


def case_prefix(case_id: UUID) -> KeyPrefix:
    """Return the prefix of the keys of all messages about a case."""
    return build_prefix("case", case_id)


def case_opened(case_id: UUID) -> MessageKey:
    return build_key("case", case_id, "opened")


def case_abandoned(case_id: UUID) -> MessageKey:
    return build_key("case", case_id, "abandoned")


def case_closed(case_id: UUID) -> MessageKey:
    return build_key("case", case_id, "closed")


def private_note(case_id: UUID, note_id: int) -> MessageKey:
    return build_key("case", case_id, "note", note_id)


def thread_messages(case_id: UUID, *, announced_at: datetime) -> MessageKey:
    """Return the key of the mail about the messages of shared threads that leaves at that moment."""
    return build_key("case", case_id, "threads", moment_part(announced_at))


def rounds_prefix(case_id: UUID) -> KeyPrefix:
    """Return the prefix of the keys of the questions and reminders of all rounds of a case."""
    return build_prefix("case", case_id, "round")


def round_opened(case_id: UUID, round_id: UUID) -> MessageKey:
    """Return the key of the question of a round, on expectations or on the text."""
    return build_key("case", case_id, "round", round_id, "opened")


def round_reminder(case_id: UUID, round_id: UUID, *, deadline: datetime, slot: str) -> MessageKey:
    """Return the key of one reminder; it contains the deadline, so that an extended round has new ones."""
    return build_key("case", case_id, "round", round_id, day_part(deadline), slot)


def round_collapse(round_id: UUID) -> str:
    """Return the collapse fact shared by the reminders of a round."""
    return build_key("round", round_id)


def round_extended(case_id: UUID, round_id: UUID, *, at: datetime) -> MessageKey:
    """Return the key of one extension of a round; it may be extended by its rule and on request."""
    return build_key("case", case_id, "round-extended", round_id, moment_part(at))


def round_lapsed(case_id: UUID, round_id: UUID) -> MessageKey:
    """Return the key of the end of a round that opened no envelope."""
    return build_key("case", case_id, "round-lapsed", round_id)


def extension(case_id: UUID, request_id: int, *, kind: str) -> MessageKey:
    """Return the key of a message of that kind about a request for more time."""
    return build_key("case", case_id, kind, request_id)


def neutrality_alert(case_id: UUID, round_id: UUID) -> MessageKey:
    return build_key("case", case_id, "neutrality", round_id)


def round_cancelled(case_id: UUID, round_id: UUID) -> MessageKey:
    return build_key("case", case_id, "round-cancelled", round_id)


def round_read(case_id: UUID, round_id: UUID) -> MessageKey:
    """Return the key of the opening of all envelopes of a round."""
    return build_key("case", case_id, "round-read", round_id)


def envelope_sealed(case_id: UUID, round_id: UUID, *, party_code: str, fingerprint: str) -> MessageKey:
    """Return the key of one sealing; an envelope sealed again has another fingerprint."""
    return build_key("case", case_id, "envelope-sealed", round_id, party_code, fingerprint)


def clause_revised(case_id: UUID, roadmap_id: UUID, revision_id: int) -> MessageKey:
    return build_key("case", case_id, "revised", roadmap_id, revision_id)


def revisions_prefix(case_id: UUID) -> KeyPrefix:
    """Return the prefix of the keys of the announcements of revised clauses."""
    return build_prefix("case", case_id, "revised")


def text_agreed(case_id: UUID, roadmap_id: UUID, last_revision_id: int) -> MessageKey:
    """Return the key of an agreement on all clauses; after a later revision it is another one."""
    return build_key("case", case_id, "agreed", roadmap_id, last_revision_id)


def amendment_given_up(case_id: UUID, roadmap_id: UUID) -> MessageKey:
    return build_key("case", case_id, "given-up", roadmap_id)


def correction_to_confirm(case_id: UUID, roadmap_id: UUID, fingerprint: str) -> MessageKey:
    """Return the key of the request to confirm a correction; a text changed since has another one."""
    return build_key("case", case_id, "to-confirm", roadmap_id, fingerprint)


def correction_contested(case_id: UUID, roadmap_id: UUID) -> MessageKey:
    return build_key("case", case_id, "contested", roadmap_id)


def signatures_prefix(case_id: UUID, charter_id: UUID) -> KeyPrefix:
    """Return the prefix of the keys of the request for signatures and of its reminders."""
    return build_prefix("case", case_id, "signing", charter_id)


def signature_requested(case_id: UUID, charter_id: UUID) -> MessageKey:
    return build_key("case", case_id, "signing", charter_id, "requested")


def signature_reminder(case_id: UUID, charter_id: UUID, *, days: int) -> MessageKey:
    return build_key("case", case_id, "signing", charter_id, days)


def signature_overdue(case_id: UUID, charter_id: UUID) -> MessageKey:
    return build_key("case", case_id, "signing", charter_id, "broker")


def signature_collapse(charter_id: UUID) -> str:
    """Return the collapse fact shared by the reminders to sign one charter."""
    return build_key("signing", charter_id)


def signing_ended(case_id: UUID, charter_id: UUID) -> MessageKey:
    """Return the key of the end of signing; a charter is declined, withdrawn or stopped only once."""
    return build_key("case", case_id, "signing-ended", charter_id)


def ready_to_countersign(case_id: UUID, charter_id: UUID) -> MessageKey:
    return build_key("case", case_id, "countersign", charter_id)


def charter_sealed(case_id: UUID, charter_id: UUID) -> MessageKey:
    return build_key("case", case_id, "charter-sealed", charter_id)


def seal_refused(case_id: UUID, charter_id: UUID) -> MessageKey:
    """Return the key of the mail about a charter that cannot be sealed: one, however often it is tried."""
    return build_key("case", case_id, "seal-refused", charter_id)


def milestones_prefix(case_id: UUID) -> KeyPrefix:
    """Return the prefix of the keys of the reminders of all milestones of a case."""
    return build_prefix("case", case_id, "milestone")


def milestone_prefix(milestone: Milestone) -> KeyPrefix:
    """Return the prefix of the keys of the reminders of one milestone."""
    return build_prefix("case", milestone.partnership_id, "milestone", milestone.pk)


def milestone_reminder(milestone: Milestone, *, days: int) -> MessageKey:
    """Return the key of a reminder to the owner.

    It contains the owner and the due date, so that a milestone that is moved or reassigned has new reminders.
    """
    return build_key(
        "case",
        milestone.partnership_id,
        "milestone",
        milestone.pk,
        milestone.owner.code if milestone.owner else ALL_PARTIES,
        day_part(milestone.due_date),
        offset_part(days),
    )


def milestone_snoozed(milestone: Milestone, user_id: UUID, *, until: date) -> MessageKey:
    """Return the key of the reminder of the day until which a person wanted none."""
    return build_key(
        "case",
        milestone.partnership_id,
        "milestone",
        milestone.pk,
        "snoozed",
        user_id,
        day_part(milestone.due_date),
        day_part(until),
    )


def milestone_overdue(milestone: Milestone, *, days: int) -> MessageKey:
    """Return the key of the message to the broker about a late milestone."""
    return build_key(
        "case",
        milestone.partnership_id,
        "milestone",
        milestone.pk,
        milestone.owner.code if milestone.owner else ALL_PARTIES,
        day_part(milestone.due_date),
        "overdue",
        offset_part(days),
    )


def milestone_reminder_collapse(milestone: Milestone) -> str:
    """Return the collapse fact shared by the reminders to the owner of a milestone."""
    return build_key("milestone", milestone.pk)


def milestone_overdue_collapse(milestone: Milestone) -> str:
    """Return the collapse fact shared by the messages to the broker about a late milestone."""
    return build_key("overdue", milestone.pk)


def endings_prefix(case_id: UUID) -> KeyPrefix:
    """Return the prefix of the keys of the mails that a charter ends soon."""
    return build_prefix("case", case_id, "ending")


def charter_ending(case_id: UUID, *, ends_on: date, months: int) -> MessageKey:
    """Return the key of one of them; with the last day, so that one that moves has new mails."""
    return build_key("case", case_id, "ending", day_part(ends_on), months)


def ending_collapse(case_id: UUID) -> str:
    """Return the collapse fact shared by the mails that a charter ends soon."""
    return build_key("ending", case_id)


def evidence_prefix(case_id: UUID, evidence_id: int) -> KeyPrefix:
    """Return the prefix of the keys of the mails that ask the other parties about an evidence."""
    return build_prefix("case", case_id, "evidence", evidence_id)


def evidence_given(case_id: UUID, evidence_id: int) -> MessageKey:
    return build_key("case", case_id, "evidence", evidence_id, "given")


def evidence_reminder(case_id: UUID, evidence_id: int) -> MessageKey:
    return build_key("case", case_id, "evidence", evidence_id, "reminder")


def evidence_followed(case_id: UUID, evidence_id: int, *, kind: str) -> MessageKey:
    """Return the key of a message of that kind about what became of an evidence."""
    return build_key("case", case_id, "followed", evidence_id, kind)


def postponement(case_id: UUID, request_id: int, *, kind: str) -> MessageKey:
    """Return the key of a message of that kind about a request to postpone a milestone."""
    return build_key("case", case_id, "postponement", request_id, kind)


def mediation(case_id: UUID, mediation_id: int, *, kind: str, number: int, party: str) -> MessageKey:
    """Return the key of a message of that kind; `number`: of the minutes, `party`: the one it tells of."""
    return build_key("case", case_id, kind, mediation_id, number, party or "all")


def suspension(case_id: UUID, number: int, *, kind: str, at: datetime) -> MessageKey:
    """Return the key of a message of that kind about a suspension; an act of another moment has another."""
    return build_key("case", case_id, kind, number, moment_part(at))


def suspension_ends_prefix(case_id: UUID) -> KeyPrefix:
    return build_prefix("case", case_id, "suspension-end")


def suspension_end(case_id: UUID, number: int, until: date) -> MessageKey:
    """Return the key of the mail that asks at the planned end of a suspension."""
    return build_key("case", case_id, "suspension-end", number, day_part(until))


def case_handover(case_id: UUID, handover_id: int, *, kind: str) -> MessageKey:
    """Return the key of a message of that kind about the hand-over of a case."""
    return build_key("case", case_id, "handover", handover_id, kind)


def payment_prefix(case_id: UUID, payment_id: int) -> KeyPrefix:
    return build_prefix("case", case_id, "payment", payment_id)


def limit_alert(case_id: UUID, alert_id: int) -> MessageKey:
    return build_key("case", case_id, "alert", alert_id)


def declared_action(case_id: UUID, action_id: int, *, kind: str, party: str) -> MessageKey:
    """Return the key of a message of that kind about a declared action; `party`: the one that answers."""
    return build_key("case", case_id, kind, action_id, party or "all")


def meeting(
    case_id: UUID, meeting_id: int, *, kind: str, set_at: datetime, number: int, party: str
) -> MessageKey:
    """Return the key of a message of that kind; `set_at`: when its date was set, `number`: of the minutes."""
    return build_key("case", case_id, kind, meeting_id, moment_part(set_at), number, party or "all")


def task_prefix(case_id: UUID, task_id: int) -> KeyPrefix:
    """Return the prefix of the keys of the reminders of a task."""
    return build_prefix("case", case_id, "task", task_id)


def task_reminder(case_id: UUID, task_id: int, *, days: int) -> MessageKey:
    return build_key("case", case_id, "task", task_id, offset_part(days))


def task_collapse(task_id: int) -> str:
    """Return the collapse fact shared by the reminders of a task."""
    return build_key("task", task_id)


def patient_survey(case_id: UUID, survey_id: int) -> MessageKey:
    return build_key("case", case_id, "survey", survey_id)


def review_started(case_id: UUID) -> MessageKey:
    return build_key("case", case_id, "review-started")


def closing_part(case_id: UUID, part_id: int, *, kind: str) -> MessageKey:
    """Return the key of a message of that kind about the accounts of one part of the closing."""
    return build_key("case", case_id, "closing-part", part_id, kind)


def closing_report(case_id: UUID) -> MessageKey:
    return build_key("case", case_id, "closing-report")


def outcome_review(case_id: UUID) -> MessageKey:
    return build_key("case", case_id, "outcome-review")


def early_exit_prefix(case_id: UUID, exit_id: int) -> KeyPrefix:
    """Return the prefix of the keys of the messages about an early exit."""
    return build_prefix("case", case_id, "early-exit", exit_id)


def early_exit(case_id: UUID, exit_id: int, *, kind: str, number: int) -> MessageKey:
    """Return the key of a message of that kind; `number`: of its terms."""
    return build_key("case", case_id, "early-exit", exit_id, kind, number)


def payment(case_id: UUID, payment_id: int, *, kind: str) -> MessageKey:
    """Return the key of a message of that kind about a payment."""
    return build_key("case", case_id, "payment", payment_id, kind)


def introduction_prefix(introduction_id: UUID) -> KeyPrefix:
    """Return the prefix of the keys of all messages about an introduction."""
    return build_prefix("introduction", introduction_id)


def introduction_proposed(introduction_id: UUID) -> MessageKey:
    return build_key("introduction", introduction_id, "proposed")


def introduction_answered(introduction_id: UUID, invitee_id: int, *, at: datetime) -> MessageKey:
    """Return the key of one answer; an answer changed later has another key."""
    return build_key("introduction", introduction_id, "answered", invitee_id, moment_part(at))


def introduction_revealed(introduction_id: UUID) -> MessageKey:
    return build_key("introduction", introduction_id, "revealed")


def introduction_expired(introduction_id: UUID) -> MessageKey:
    """Return the key of the end planned for the day of expiry."""
    return build_key("introduction", introduction_id, "expired")


def introduction_ended(introduction_id: UUID) -> MessageKey:
    """Return the key of an end before expiry: a refusal, a withdrawal or an obstacle."""
    return build_key("introduction", introduction_id, "ended")
