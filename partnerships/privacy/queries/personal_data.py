"""All data about one person, from every app, as one value: a JSON file or a readable page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import Q
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.privacy import queries as personal_data
from accounts.privacy.queries import PersonalDataRow, column_rows
from ledger import queries as ledger
from outbox import queries as outbox
from partnerships.models import (
    AccountAnswer,
    AgendaItem,
    Answer,
    CalendarFeed,
    CaseHandover,
    Charter,
    ClauseRevision,
    ClosingPart,
    ClosingRecord,
    Comparison,
    Confirmation,
    DeclaredAction,
    DeclaredActionAnswer,
    EarlyExit,
    EarlyExitAnswer,
    Envelope,
    Evidence,
    EvidenceAnswer,
    ExtensionRequest,
    InterviewNote,
    Introduction,
    Invitee,
    KeptRisk,
    LibraryVersion,
    LimitAlert,
    Mediation,
    Meeting,
    MeetingTask,
    Mention,
    MinutesAnswer,
    ModelCharterVersion,
    Note,
    Partnership,
    PatientSurvey,
    Payment,
    Postponement,
    PostponementAnswer,
    ReminderRules,
    Reply,
    Round,
    Settlement,
    SharedFile,
    Signature,
    Snooze,
    Suspension,
    SuspensionAnswer,
    ThreadMessage,
    ThreadReader,
    VoidedCharter,
)
from partnerships.privacy.queries.own_drafts import drafts_and_briefs
from partnerships.privacy.queries.personal_data_labels import LABELS, SECTIONS, display

# Changes when a key of the file changes its meaning, not when one is added.
FORMAT: Final = "lucky-link-personal-data/1"


@dataclass(frozen=True, kw_only=True)
class PersonalDataSection:
    """One section of the readable page: title, description, and rows of (label, value) pairs."""

    name: str
    title: str
    what: str
    rows: Sequence[Sequence[tuple[str, str]]]


class SectionCount(NamedTuple):
    """The number of rows of one section."""

    title: str
    what: str
    rows: int


def of_person(user: User, *, at: datetime) -> dict[str, Any]:
    """Return all data about `user` under stable keys, described in SECTIONS. 65 queries.

    Contains what the person is, wrote, did or was sent; of texts by others, only mails to the person. It
    includes texts of unopened envelopes, so it must be shown to `user` alone.
    """
    return {
        "format": FORMAT,
        "made_at": at,
        **personal_data.personal_data(user),
        **_in_cases(user),
        **drafts_and_briefs(user),
        **_as_broker(user),
        "messages": column_rows(
            outbox.mails_to(user.pk), "address", "subject", "text", "state", "created_at", "sent_at"
        ),
        "ledger": column_rows(
            ledger.acts_of(user.pk), "at", "kind", "subject_type", "subject_id", "sequence", "facts", "hash"
        ),
    }


def sections(data: Mapping[str, Any]) -> list[PersonalDataSection]:
    """Return the sections of the readable page in order, empty ones included, in the active language."""
    return [
        PersonalDataSection(
            name=name,
            title=str(labels.title),
            what=str(labels.what),
            rows=[_pairs(row) for row in data[name]],
        )
        for name, labels in SECTIONS.items()
    ]


def section_counts(data: Mapping[str, Any]) -> list[SectionCount]:
    """Return the number of rows of each section, in order."""
    return [
        SectionCount(str(labels.title), str(labels.what), len(data[name]))
        for name, labels in SECTIONS.items()
    ]


def _pairs(row: PersonalDataRow) -> list[tuple[str, str]]:
    values: Iterable[tuple[str, Any]] = row.items()
    return [(str(LABELS[name]), display(value)) for name, value in values if value not in (None, "")]


def _in_cases(user: User) -> dict[str, list[PersonalDataRow]]:
    return {
        "answers": column_rows(
            Answer.objects.filter(answered_by=user).order_by("answered_at", "pk"),
            "stance",
            "reason",
            "proposed_text",
            "answered_at",
            case="round__partnership__reference",
            organisation="party__organisation__name",
            clause="revision__title",
        ),
        "corrections": column_rows(
            Confirmation.objects.filter(confirmed_by=user).order_by("confirmed_at", "pk"),
            "fingerprint",
            "confirmed_at",
            case="roadmap__partnership__reference",
            organisation="party__organisation__name",
        ),
        "envelopes": column_rows(
            Envelope.objects.filter(sealed_by=user).order_by("sealed_at", "pk"),
            "fingerprint",
            "sealed_at",
            case="round__partnership__reference",
            question="round__question",
        ),
        "extension_requests": column_rows(
            ExtensionRequest.objects.filter(asked_by=user).order_by("asked_at", "pk"),
            "reason",
            "asked_at",
            case="round__partnership__reference",
            organisation="party__organisation__name",
        ),
        "extension_decisions": column_rows(
            ExtensionRequest.objects.filter(decided_by=user).order_by("decided_at", "pk"),
            "is_granted",
            "answer",
            "decided_at",
            case="round__partnership__reference",
        ),
        "signatures": column_rows(
            Signature.objects.filter(signatory=user).order_by("signed_at", "pk"),
            "typed_name",
            "capacity",
            "mandate_words",
            "consent_words",
            "method",
            "address",
            "user_agent",
            "fingerprint",
            "signed_at",
            case="charter__partnership__reference",
            organisation="party__organisation__name",
        ),
        "introduction_answers": column_rows(
            Invitee.objects.filter(answered_by=user).order_by("answered_at", "pk"),
            "is_yes",
            "reason",
            "answered_at",
            organisation="brief__organisation__name",
            title="brief__title",
        ),
        "notes": column_rows(
            Note.objects.filter(author=user).order_by("written_at", "pk"),
            "text",
            "written_at",
            case="party__partnership__reference",
        ),
        "shared_messages": column_rows(
            ThreadMessage.objects.filter(author=user).order_by("written_at", "pk"),
            "text",
            "written_at",
            case="thread__partnership__reference",
            subject="thread__title",
            name="file__name",
        ),
        "mentions": column_rows(
            Mention.objects.filter(person=user).order_by("message__written_at", "pk"),
            case="message__thread__partnership__reference",
            subject="message__thread__title",
            written_at="message__written_at",
        ),
        "thread_mails": column_rows(
            ThreadReader.objects.filter(person=user).order_by("thread_id", "pk"),
            "mails",
            case="thread__partnership__reference",
            subject="thread__title",
        ),
        "evidence": column_rows(
            Evidence.objects.filter(given_by=user).order_by("given_at", "pk"),
            "text",
            "link",
            "number",
            "given_at",
            case=Coalesce("milestone__partnership__reference", "commitment__partnership__reference"),
            milestone="milestone__code",
            commitment="commitment__code",
            name="file__name",
        ),
        "evidence_answers": column_rows(
            EvidenceAnswer.objects.filter(answered_by=user).order_by("answered_at", "pk"),
            "is_confirmed",
            "reason",
            "answered_at",
            case="party__partnership__reference",
        ),
        "postponements": column_rows(
            Postponement.objects.filter(asked_by=user).order_by("asked_at", "pk"),
            "reason",
            "due_date",
            "asked_at",
            case="party__partnership__reference",
            milestone="milestone__code",
        ),
        "postponement_answers": column_rows(
            PostponementAnswer.objects.filter(answered_by=user).order_by("answered_at", "pk"),
            "is_accepted",
            "reason",
            "answered_at",
            case="party__partnership__reference",
            milestone="request__milestone__code",
        ),
        "mediations": column_rows(
            Mediation.objects.filter(opened_by=user).order_by("opened_at", "pk"),
            "text",
            "opened_at",
            case="partnership__reference",
        ),
        "minutes_answers": column_rows(
            MinutesAnswer.objects.filter(answered_by=user).order_by("answered_at", "pk"),
            "is_agreed",
            "reason",
            "answered_at",
            case="party__partnership__reference",
        ),
        "suspensions": column_rows(
            Suspension.objects.filter(asked_by=user).order_by("asked_at", "pk"),
            "text",
            "until",
            "asked_at",
            case="partnership__reference",
        ),
        "suspension_decisions": column_rows(
            Suspension.objects.filter(decided_by=user).order_by("decided_at", "pk"),
            "decision",
            "decision_reason",
            "decided_at",
            case="partnership__reference",
        ),
        "suspension_answers": column_rows(
            SuspensionAnswer.objects.filter(answered_by=user).order_by("answered_at", "pk"),
            "question",
            "is_agreed",
            "reason",
            "answered_at",
            case="suspension__partnership__reference",
        ),
        "case_handovers": column_rows(
            CaseHandover.objects.filter(Q(asked_by=user) | Q(to_broker=user)).order_by("asked_at", "pk"),
            "reason",
            "asked_at",
            "decision",
            "decision_reason",
            "interests",
            case="partnership__reference",
        ),
        "alerts": column_rows(
            LimitAlert.objects.filter(raised_by=user).order_by("raised_at", "pk"),
            "text",
            "raised_at",
            case="partnership__reference",
        ),
        "declared_actions": column_rows(
            DeclaredAction.objects.filter(declared_by=user).order_by("declared_at", "pk"),
            "text",
            "planned_on",
            "declared_at",
            case="partnership__reference",
        ),
        "action_answers": column_rows(
            DeclaredActionAnswer.objects.filter(answered_by=user).order_by("answered_at", "pk"),
            "text",
            "answered_at",
            case="action__partnership__reference",
        ),
        "agenda_items": column_rows(
            AgendaItem.objects.filter(added_by=user).order_by("added_at", "pk"),
            "text",
            "added_at",
            case="meeting__partnership__reference",
            title="meeting__title",
        ),
        "tasks": column_rows(
            MeetingTask.objects.filter(Q(added_by=user) | Q(done_by=user)).order_by("added_at", "pk"),
            "text",
            "added_at",
            "done_at",
            case="meeting__partnership__reference",
            title="meeting__title",
        ),
        "snoozes": column_rows(
            Snooze.objects.filter(user=user).order_by("set_at", "pk"),
            "until_date",
            "set_at",
            case="milestone__partnership__reference",
            milestone="milestone__code",
        ),
        "reminder_rules": column_rows(
            ReminderRules.objects.filter(set_by=user).order_by("set_at", "pk"),
            "owner_days",
            "broker_days",
            "set_at",
            case="partnership__reference",
        ),
        "calendar_feed": column_rows(
            CalendarFeed.objects.filter(user=user).order_by("created_at"), "created_at"
        ),
        "payments": column_rows(
            Payment.objects.filter(Q(declared_by=user) | Q(received_by=user)).order_by("declared_at", "pk"),
            "label",
            "reference",
            "paid_on",
            "declared_at",
            "received_at",
            case="partnership__reference",
        ),
        "closing_parts": column_rows(
            ClosingPart.objects.filter(written_by=user).order_by("written_at", "pk"),
            "number",
            "lesson",
            "data_remark",
            "logo_remark",
            "written_at",
            case="party__partnership__reference",
            organisation="party__organisation__name",
        ),
        "account_answers": column_rows(
            AccountAnswer.objects.filter(answered_by=user).order_by("answered_at", "pk"),
            "is_confirmed",
            "reason",
            "answered_at",
            case="party__partnership__reference",
        ),
        "early_exits": column_rows(
            EarlyExit.objects.filter(asked_by=user).order_by("asked_at", "pk"),
            "reason",
            "wording",
            "leaves_on",
            "asked_at",
            case="partnership__reference",
        ),
        "early_exit_answers": column_rows(
            EarlyExitAnswer.objects.filter(answered_by=user).order_by("answered_at", "pk"),
            "is_agreed",
            "reason",
            "answered_at",
            case="party__partnership__reference",
        ),
        "patient_surveys": column_rows(
            PatientSurvey.objects.filter(Q(opened_by=user) | Q(closed_by=user)).order_by("opened_at", "pk"),
            "subject",
            "opened_at",
            "closed_at",
            case="partnership__reference",
        ),
        "case_files": column_rows(
            SharedFile.objects.filter(given_by=user).order_by("given_at", "pk"),
            "name",
            "size",
            "sha256",
            "given_at",
            case="partnership__reference",
        ),
    }


def _as_broker(user: User) -> dict[str, list[PersonalDataRow]]:
    return {
        "cases": column_rows(
            Partnership.objects.filter(broker=user).order_by("opened_at", "pk"),
            "title",
            "broker_interests",
            "opened_at",
            "closed_at",
            case="reference",
        ),
        "introductions": column_rows(
            Introduction.objects.filter(proposed_by=user).order_by("proposed_at", "pk"),
            "words",
            "proposed_at",
            "withdrawn_at",
            "revealed_at",
            case="partnership__reference",
        ),
        "interviews": column_rows(
            InterviewNote.objects.filter(broker=user).order_by("written_at", "pk"),
            "question",
            "text",
            "written_at",
            case="party__partnership__reference",
            organisation="party__organisation__name",
        ),
        "meetings": column_rows(
            Meeting.objects.filter(set_by=user).order_by("set_at", "pk"),
            "title",
            "set_at",
            "cancel_reason",
            case="partnership__reference",
        ),
        "settlements": column_rows(
            Settlement.objects.filter(settled_by=user).order_by("settled_at", "pk"),
            "outcome",
            "reason",
            "settled_at",
            case=Coalesce(
                "evidence__milestone__partnership__reference", "evidence__commitment__partnership__reference"
            ),
        ),
        "closings": column_rows(
            ClosingRecord.objects.filter(closed_by=user).order_by("closed_at", "pk"),
            "outcome",
            "review_on",
            "closed_at",
            case="partnership__reference",
        ),
        "rounds": column_rows(
            Round.objects.filter(asked_by=user).order_by("asked_at", "pk"),
            "question",
            "asked_at",
            case="partnership__reference",
        ),
        "comparisons": column_rows(
            Comparison.objects.filter(grouped_by=user).order_by("grouped_at", "pk"),
            "grouped_at",
            case="round__partnership__reference",
        ),
        "revisions": column_rows(
            ClauseRevision.objects.filter(written_by=user).order_by("written_at", "pk"),
            "title",
            "body",
            "plain_words",
            "reason",
            "written_at",
            case="clause__roadmap__partnership__reference",
        ),
        "replies": column_rows(
            Reply.objects.filter(replied_by=user).order_by("replied_at", "pk"),
            "outcome",
            "text",
            "replied_at",
            case="answer__round__partnership__reference",
        ),
        "kept_risks": column_rows(
            KeptRisk.objects.filter(kept_by=user).order_by("kept_at", "pk"),
            "rule",
            "reason",
            "kept_at",
            case="revision__clause__roadmap__partnership__reference",
            clause="revision__title",
        ),
        "library": column_rows(
            LibraryVersion.objects.filter(written_by=user).order_by("written_at", "pk"),
            "title",
            "body",
            "plain_words",
            "title_en",
            "body_en",
            "plain_words_en",
            "reason",
            "written_at",
        ),
        "models": column_rows(
            ModelCharterVersion.objects.filter(written_by=user).order_by("written_at", "pk"),
            "title",
            "description",
            "title_en",
            "description_en",
            "reason",
            "written_at",
        ),
        "frozen": column_rows(
            Charter.objects.filter(frozen_by=user).order_by("frozen_at", "pk"),
            "fingerprint",
            "frozen_at",
            case="partnership__reference",
        ),
        "voided": column_rows(
            VoidedCharter.objects.filter(voided_by=user).order_by("voided_at", "pk"),
            "reason",
            "voided_at",
            case="charter__partnership__reference",
        ),
    }
